"""Typing errors in the words of danger."""

import pytest

from frontdoor.safety.screen import rules_only
from frontdoor.safety.spelling import Speller


@pytest.mark.parametrize(
    ("typed", "vocabulary", "meant"),
    [
        ("fevr", {"fear": 1, "fever": 9}, "fever"),
        ("cheest", {"cheese": 9, "chest": 1}, "chest"),
        ("kest", {"chest": 9, "kept": 1}, "kept"),
        ("chest", {"chess": 9, "chest": 1}, "chest"),
    ],
    ids=["the word of more signs", "a letter struck twice", "the first letter", "no error"],
)
def test_of_two_words_as_near_the_likelier_is_meant(typed: str, vocabulary: dict[str, int], meant: str) -> None:
    """Which of them, says the name of the case."""
    assert Speller(vocabulary, (), ()).correct(typed) == (meant,)


@pytest.mark.parametrize(
    ("text", "word"),
    [("tiene calentua desde ayer", "fiebre"), ("le di la medicinna", "pastilla"), ("i kil myself", "kill")],
)
def test_a_word_that_is_written_out_may_be_mistyped(text: str, word: str) -> None:
    """ "calentura" stands for "fiebre", and so does "calentua"."""
    readings = rules_only().read(text)[1]
    assert word in readings[0].words.words
