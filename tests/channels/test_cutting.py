"""Cutting text: nothing lost, no limit exceeded, no character cut."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.channels.cutting import UNITS, shorten, split

FAMILY = "👩‍👩‍👧‍👦"
THUMB = "👍🏽"
ACCENTED = "e\u0301"  # two code points
FLAG, KEYCAP, SYLLABLE = "🇲🇽", "1\ufe0f\u20e3", "\u1112\u1161\u11ab"  # two letters; digit and frame; one of Korean
PIECES = st.lists(
    st.sampled_from(
        ["word", " ", "\n", "é", ACCENTED, "👍", THUMB, FAMILY, FLAG, KEYCAP, SYLLABLE, "ñandú", "x" * 30, "中"]
    )
)
UNIT = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("text", "most", "unit", "expected"),
    [
        ("hello", 10, "characters", ["hello"]),
        ("", 10, "characters", []),
        (" \n ", 10, "characters", []),
        ("hello world", 5, "characters", ["hello", "world"]),
        ("hello world", 8, "characters", ["hello", "world"]),
        ("one two three", 8, "characters", ["one two", "three"]),
        ("first line\nsecond", 12, "characters", ["first line", "second"]),
        ("a line\nand more words", 16, "characters", ["a line", "and more words"]),
        ("abcdefghij", 4, "characters", ["abcd", "efgh", "ij"]),
        ("ééé", 4, "bytes", ["éé", "é"]),
        ("👍👍👍", 4, "utf16", ["👍👍", "👍"]),
        (f"a{THUMB}", 2, "characters", ["a", THUMB]),
        (f"aa{ACCENTED}", 3, "characters", ["aa", ACCENTED]),
        ("  kept together  ", 20, "characters", ["kept together"]),
    ],
)
def test_cuts(text: str, most: int, unit: str, expected: list[str]) -> None:
    """Lines first, then words, then letters; never inside a letter."""
    assert split(text, most, unit) == expected


@given(PIECES.map("".join), st.integers(30, 60), UNIT)
def test_nothing_is_lost_and_no_limit_exceeded(text: str, most: int, unit: str) -> None:
    """The parts are the text, but for white space at the cuts; each fits and none is empty."""
    parts = split(text, most, unit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert [part for part in parts if not 0 < UNITS[unit](part) <= most] == []


@given(
    st.lists(st.sampled_from(["a", " ", ACCENTED, THUMB, FAMILY, FLAG, KEYCAP, SYLLABLE])), st.integers(30, 60), UNIT
)
def test_what_a_reader_sees_as_one_letter_stays_one(pieces: list[str], most: int, unit: str) -> None:
    """The letters of all parts are the letters of the text: flags, families, keycaps, syllables, accents."""
    text = "".join(pieces)
    letters = [letter for part in split(text, most, unit) for letter in regex.findall(r"\X", part)]
    assert [one for one in letters if not one.isspace()] == [
        one for one in regex.findall(r"\X", text) if not one.isspace()
    ]


@given(st.text(max_size=60), st.integers(12, 20), UNIT)
def test_any_text_is_cut_within_its_measure(text: str, most: int, unit: str) -> None:
    """Whatever Unicode holds: nothing is lost and no part is too long."""
    parts = split(text, most, unit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert [part for part in parts if not 0 < UNITS[unit](part) <= most] == []


@given(PIECES.map("".join), st.integers(30, 60))
def test_no_letter_is_torn(text: str, most: int) -> None:
    """No part begins with what belongs to the letter before it."""
    torn = ("\u0301", "\u200d", "\U0001f3fd")
    assert [part for part in split(text, most, "utf16") if part.startswith(torn)] == []


@pytest.mark.parametrize(
    ("text", "most", "unit", "expected"),
    [
        ("short", 20, "characters", "short"),
        ("exactly twenty chars", 20, "characters", "exactly twenty chars"),
        ("one more than twenty!", 20, "characters", "one more than twent…"),
        ("ends at a blank here", 9, "characters", "ends at…"),
        ("ééééé", 9, "bytes", "ééé…"),
        ("👍👍👍", 5, "utf16", "👍👍…"),
    ],
)
def test_shortens(text: str, most: int, unit: str, expected: str) -> None:
    """What is missing is shown by an ellipsis, which counts."""
    assert shorten(text, most, unit) == expected


@given(PIECES.map("".join), st.integers(8, 60), UNIT)
def test_shortened_text_fits(text: str, most: int, unit: str) -> None:
    """A title never exceeds its limit, whatever it is made of."""
    assert UNITS[unit](shorten(text, most, unit)) <= most
