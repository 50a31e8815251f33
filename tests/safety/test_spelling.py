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
    "text",
    [
        "my teething baby drools and has a rash on his chin",
        "i raked leaves and have a blister",
        "my knee is scabbed over and itchy",
        "mi hijo se comió todas las galletas",
        "se me pela la piel de los dedos en invierno",
        "mi bebé tiene hipo",
        "mi esguince del pie va mejor",
    ],
)
def test_an_everyday_word_is_no_slip_in_a_danger(text: str) -> None:
    """ "Galletas" were taken for "tabletas", "pela" for "pega", "teething" for breathing."""
    assert rules_only()(text).level == "none"


@pytest.mark.parametrize(
    ("text", "word"),
    [("tiene calentua desde ayer", "fiebre"), ("le di la medicinna", "pastilla"), ("i kil myself", "kill")],
)
def test_a_word_that_is_written_out_may_be_mistyped(text: str, word: str) -> None:
    """ "calentura" stands for "fiebre", and so does "calentua"."""
    readings = rules_only().read(text)[1]
    assert word in readings[0].words.words
