"""What is offered to somebody who was not understood."""

import pytest
from rasa_sdk import Tracker

from actions.out_of_scope import choices

ASKED = [{"name": name, "confidence": 0.4} for name in ("human", "opening_hours", "refill", "greet")]


@pytest.mark.parametrize(
    ("ranking", "payloads"),
    [
        (ASKED, ["/opening_hours", "/refill", "/human"]),
        (ASKED[:2], ["/opening_hours", "/book_visit", "/human"]),
        ([], ["/book_visit", "/education", "/human"]),  # a lone emoji resembles nothing
        ([{"name": "nlu_fallback", "confidence": 0.3}], ["/book_visit", "/education", "/human"]),
        ([{"name": "refill", "confidence": 0.05}], ["/book_visit", "/education", "/human"]),  # first by chance
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_there_is_always_something_to_choose(ranking: list[dict], payloads: list[str], language: str) -> None:
    """The two likeliest things, what people mostly want in place of any that is missing, and a person."""
    latest = {"text": "?", "intent_ranking": ranking}
    tracker = Tracker("a", {"language": language}, latest, [], False, None, {}, "action_listen")
    found = choices(tracker)
    assert [one["payload"] for one in found] == payloads
    assert all(one["title"] for one in found)
