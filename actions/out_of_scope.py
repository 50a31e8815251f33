"""What to do with words that were not understood: ask once, then offer a person."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, language_of, previous_actions, wording

CHOICES = 2
USUAL = ("book_visit", "education")  # for words that resemble nothing: a lone emoji, keys struck at random
LIKELY_FROM = 0.1  # below it an intent is among the first by chance


class ActionNotUnderstood(SafeAction):
    """The first time ask which of the two likeliest was meant; the second time in a row offer a person."""

    def name(self) -> str:
        return "action_not_understood"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if self.name() in previous_actions(tracker):
            dispatcher.utter_message(response="utter_offer_person")
        else:
            dispatcher.utter_message(response="utter_ask_which", buttons=choices(tracker))
        return []


def choices(tracker: Tracker) -> list[dict[str, str]]:
    """Return the likeliest things meant that can be named on a button, and a person."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    ranked = [found["name"] for found in ranking if found["confidence"] >= LIKELY_FROM]
    named = [name for name in ranked if f"utter_choice_{name}" in wording().responses and name != "human"]
    offered = [*dict.fromkeys((*named, *USUAL))][:CHOICES]
    language = language_of(tracker)
    return [
        {"title": wording().text(f"utter_choice_{name}", language), "payload": f"/{name}"}
        for name in [*offered, "human"]
    ]
