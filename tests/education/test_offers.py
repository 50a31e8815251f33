"""Which of the articles that were offered is meant."""

import pytest

from frontdoor.education.offers import NONE_OF_THESE, chosen

OFFERED = ("flu", "asthma", "copd")


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("the first one", "flu"), ("First please", "flu"), ("2", "asthma"), ("number two", "asthma"), ("3rd", "copd"),
        ("the last one", "copd"), ("yes the second", "asthma"), ("none of those", NONE_OF_THESE),
        ("la primera", "flu"), ("el 2", "asthma"), ("la última opción", "copd"), ("sí, el tercero", "copd"),
        ("¡La segunda, por favor!", "asthma"), ("ninguno de esos", NONE_OF_THESE),
        ("the first time it hurt", None), ("my second child", None), ("uno se siente mal", None), ("", None),
        ("for how long?", None), ("2 days", None), ("y en niños?", None),
    ],
)  # fmt: skip
def test_a_place_is_a_choice_when_nothing_else_is_said(message: str, topic: str | None) -> None:
    """In both languages; a sentence with "first" in it is a sentence."""
    assert chosen(message, OFFERED) == topic


def test_a_place_that_was_not_offered_is_none() -> None:
    """Two articles have no third."""
    assert chosen("the third one", OFFERED[:2]) is None
    assert chosen("the last one", OFFERED[:2]) == "asthma"
    assert chosen("the first one", ()) is None
    assert chosen("the last one", ()) is None
