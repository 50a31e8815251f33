"""What counts as yes or no under the question of the screen."""

import pytest

from frontdoor.conversations.typed_answers import typed_answer

YES = ("yes", "Sí, ahora", "RIGHT NOW!", "yes its happening now", "si por favor ayuda", "yeah he is still out")
NO = (
    "no", "Nope.", "not now", "no its just when i cough, had a cold", "nah im fine", "no, ya pasó",
    "no solo cuando toso", "no nothing like that",
)  # fmt: skip
NEITHER = (
    "", "no idea", "no sé", "i dont know", "no its getting worse", "no but my arm is numb", "no puedo respirar bien",
    "no just his lips are blue and he wont wake up", "not sure", "maybe", "dermatology", "no help please",
    "no y tampoco me siento bien", "yeah no im fine", "now what", "no " + "fine " * 20,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [*((text, True) for text in YES), *((text, False) for text in NO), *((text, None) for text in NEITHER)],
)
def test_typed_answers(text: str, answer: bool | None) -> None:
    """A no in more words has to reassure; what is unclear is no answer, and the number is given once more."""
    assert typed_answer(text, exactly=False) is answer


@pytest.mark.parametrize(
    ("text", "answer"), [("no", False), ("yes", True), ("no im fine", None), ("yes he left", None)]
)
def test_only_the_word_alone_where_somebody_may_harm_or_be_harmed(text: str, answer: bool | None) -> None:
    """Who says "no, just tired of it all" has not said no, and who writes may be watched."""
    assert typed_answer(text, exactly=True) is answer
