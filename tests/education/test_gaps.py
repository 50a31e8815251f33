"""What is kept of a question that no article answered."""

import pytest

from frontdoor.education.gaps import Gap, Vocabulary, listed
from frontdoor.education.library import Library


@pytest.fixture(scope="module")
def english(library: Library) -> Vocabulary:
    """The words that may be kept in English."""
    return Vocabulary(library, "en")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("what is lupus", "what is lupus"),
        ("My name is Xiomara Quezada and I have lupus", "my and i have lupus"),
        ("lupus call me at 555-010-0180 or xq@example.org", "lupus call me at or"),
        ("born 3/5/1990, lupus?", "lupus"),
    ],
)
def test_names_numbers_and_addresses_are_not_kept(english: Vocabulary, message: str, kept: str) -> None:
    """Only words that the library itself uses."""
    gap = english.gap(message)
    assert gap is not None
    assert not {"xiomara", "quezada", "555", "1990"} & set(gap.text.split())
    assert set(kept.split()) >= {"lupus"} & set(gap.text.split())
    assert "lupus" in gap.text


def test_the_same_question_in_other_words_is_one_group(english: Vocabulary) -> None:
    """Order, form and filler words do not matter; another topic does."""
    first, second, other = (english.gap(text) for text in ("what is lupus", "LUPUS, what is that?", "what is measles"))
    assert isinstance(first, Gap)
    assert isinstance(second, Gap)
    assert isinstance(other, Gap)
    assert first.group == second.group != other.group


@pytest.mark.parametrize("message", ["", "Xiomara", "12345", "the of and"])
def test_what_tells_nothing_is_not_kept(english: Vocabulary, message: str) -> None:
    """No telling word, no row."""
    assert english.gap(message) is None


def test_the_work_list_reads_as_text() -> None:
    """How often, then what."""
    assert listed([("what is lupus", 12)]) == "   12  what is lupus"
    assert "No question" in listed([])
