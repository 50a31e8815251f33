"""Keys struck at random are not understood; talk about other things is understood and declined."""

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor.assistant.nonsense import Nonsense, says_nothing
from frontdoor.assistant.understanding import FALLBACK, UNDERSTOOD_FROM

STRUCK = (
    "asdf qwerty blorp",
    "fjdksl",
    "zxcvb",
    "blop ñaqui turum",
    "kjhkjh kjh?",
    "qqqqq 123",
    "1234567",
    "🫠",
    "x y z",
)
SAID = (
    "what's the weather", "how do i file my taxes", "pizza", "bitcoin", "asdf are you there", "qué tiempo hace",
    "impuestos", "quién ganó el partido", "mi perro no come", "wether tomorow",
)  # fmt: skip


@pytest.mark.parametrize("text", STRUCK)
def test_keys_struck_at_random_say_nothing(text: str) -> None:
    """Letters, sounds, digits and signs."""
    assert says_nothing(text)


@pytest.mark.parametrize("text", SAID)
def test_one_word_says_something(text: str) -> None:
    """In either language; beside words that nobody knows, too."""
    assert not says_nothing(text)


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("fjdksl", "out_of_scope", FALLBACK),
        ("pizza", "out_of_scope", "out_of_scope"),
        ("Yadira Peralta", "inform", "inform"),  # names are in no list
        ("fjdksl", "emergency", "emergency"),
    ],
)
def test_only_what_is_out_of_scope_and_says_nothing_is_not_understood(text: str, intent: str, expected: str) -> None:
    """What was taken for something else stays that, and the command still prints what it was taken for."""
    taken = {"name": intent, "confidence": 0.9}
    message = Message({TEXT: text, INTENT: taken, INTENT_RANKING_KEY: [taken]})
    Nonsense().process([message])
    assert message.get(INTENT)["name"] == expected
    assert message.get(INTENT_RANKING_KEY)[-1] == taken
    if expected == FALLBACK:
        assert message.get(INTENT)["confidence"] == UNDERSTOOD_FROM
