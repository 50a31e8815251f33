"""Buttons in numbers: how they are written, and what typing one means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdoor.channels.contract import Choice
from frontdoor.channels.numbered import chosen, with_numbers

TITLES = ("Dermatology", "Talk to a person", "No, thanks")
OPENINGS = ("Mon 23 Nov, 9:00", "Mon 23 Nov, 10:30", "Tue 24 Nov, 2:00 PM")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1", 0), ("2", 1), ("3", 2), ("2.", 1), ("2)", 1), ("(2)", 1), (" 2 ", 1), ("#2", 1), ("no. 2", 1),
        ("number 2", 1), ("Option 2", 1), ("opción 3", 2), ("opcion 3", 2), ("número 1", 0),
        ("first", 0), ("Second", 1), ("the third", 2), ("the second one", 1), ("second option", 1),
        ("primera", 0), ("el primero", 0), ("la segunda", 1), ("tercer", 2), ("Tercero", 2),
        ("Dermatology", 0), ("dermatology!", 0), ("  talk to  a person ", 1), ("no, thanks", 2), ("¡No, thanks!", 2),
        ("la segunda opción", 1), ("option two", 1), ("two", 1), ("dos", 1), ("el dos", 1), ("2nd", 1), ("2ª", 1),
        ("2da", 1), ("3ra", 2), ("1º", 0), ("TERCERA", 2), ("the last one", 2), ("la última", 2), ('"2"', 1),
        ("NO THANKS", None), ("dermatólogy", 0),
        ("0", None), ("4", None), ("22", None), ("12", None), ("fourth", None), ("cuarta", None),
        ("", None), ("2 days ago", None), ("I have had it for 2 days", None), ("2 or 3", None), ("-", None),
        ("derma", None), ("second thoughts", None), ("seconds", None), ("a third of it", None), ("no", None),
        ("2:00", None), ("911", None),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(typed: str, expected: int | None) -> None:
    """A number, an ordinal or the title, alone, is a choice; a sentence with a number in it is none."""
    assert chosen(typed, TITLES) == expected


TEN = [f"title {letter}" for letter in "abcdefghij"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("cuarta", 3), ("la quinta", 4), ("sexto", 5), ("séptima", 6), ("septima", 6), ("octavo", 7), ("novena", 8),
        ("la décima", 9), ("fourth", 3), ("the fifth", 4), ("eighth", 7), ("tenth one", 9), ("diez", 9), ("10", 9),
    ],
)  # fmt: skip
def test_all_ten_have_names(typed: str, expected: int) -> None:
    """In both languages, with accents or without."""
    assert chosen(typed, TEN) == expected


def test_title_wins_over_number() -> None:
    """Where a title is a number itself, the title is meant."""
    assert chosen("2", ("3", "5", "2")) == 2


@pytest.mark.parametrize("title", OPENINGS)
def test_every_title_chooses_itself(title: str) -> None:
    """A title that is copied out is that choice."""
    assert chosen(title, OPENINGS) == OPENINGS.index(title)


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=10), max_size=12))
def test_anything_may_be_typed(typed: str, titles: list[str]) -> None:
    """A choice that comes out is one that was offered."""
    index = chosen(typed, titles)
    assert index is None or 0 <= index < len(titles)


@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        ("Which?", (Choice("Yes", "a"), Choice("No", "b")), "Which?\n1. Yes\n2. No"),
        ("Which?", (), "Which?"),
        ("Read", (Choice("Open", url="https://clinic.example"),), "Read\nOpen: https://clinic.example"),
        ("Now", (Choice("Call 911", url="tel:911"), Choice("Safe", "a")), "Now\nCall 911: 911\n1. Safe"),
        ("", (Choice("Yes", "a"),), "1. Yes"),
        ("Links take no number", (Choice("A", url="https://a.example"), Choice("B", "b")),
         "Links take no number\nA: https://a.example\n1. B"),
    ],
)  # fmt: skip
def test_choices_are_written_out(text: str, choices: tuple[Choice, ...], expected: str) -> None:
    """Buttons get the numbers that typing them will mean; links stand before, without any."""
    assert with_numbers(text, choices) == expected
