"""What every action of ours stands on: it answers or apologises, and never raises."""

import logging
from abc import ABC, abstractmethod
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from frontdoor import clinic as clinics
from frontdoor import settings as all_settings
from frontdoor.clinic import Clinic
from frontdoor.settings import ROOT, Settings
from frontdoor.wording import Wording

ASKED, URGENT, ROUTINE = 2, 1, 3  # priorities of a handoff; 0 is an emergency

Events = list[dict[str, Any]]

log = logging.getLogger(__name__)


class SafeAction(Action, ABC):
    """An action whose failure is an apology and the offer of a person, never a silence.

    Subclasses give `name` and `act`. Rasa would tell the patient nothing about an action that raises.
    """

    @abstractmethod
    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Do it; return the events."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Do it safely."""
        try:
            return await self.act(dispatcher, tracker, domain)
        except Exception as error:
            log.exception("%s failed: %s", self.name(), type(error).__name__)
            dispatcher.messages.clear()  # half an answer may be a wrong one
            dispatcher.utter_message(response="utter_sorry")
            return []


def hand_off(dispatcher: CollectingDispatcher, reason: str, priority: int = ASKED) -> None:
    """Ask for a person; what is said about it is the caller's."""
    dispatcher.utter_message(json_message={"handoff": {"reason": reason, "priority": priority}})


def language_of(tracker: Tracker) -> str:
    """Return the language that the patient is answered in."""
    return tracker.get_slot("language") or settings().language


def text_of(tracker: Tracker) -> str:
    """Return what the patient wrote last."""
    return tracker.latest_message.get("text") or ""


def previous_text(tracker: Tracker) -> str:
    """Return what the patient wrote before that."""
    texts = [event.get("text") or "" for event in tracker.events if event["event"] == "user"]
    return texts[-2] if len(texts) > 1 else ""


def previous_actions(tracker: Tracker) -> list[str]:
    """Return what the bot did in the turn before this one, oldest first."""
    turns: list[list[str]] = [[]]
    for event in tracker.events:
        if event["event"] == "user":
            turns.append([])
        elif event["event"] == "action":
            turns[-1].append(event["name"])
    return turns[-2] if len(turns) > 1 else []


@cache
def settings() -> Settings:
    """Return the product's settings."""
    return all_settings.load()


@cache
def clinic() -> Clinic:
    """Return the facts of this clinic."""
    return clinics.load(settings().clinic_file)


@cache
def wording() -> Wording:
    """Return the sentences of data/responses/, for words inside other sentences and on buttons."""
    return Wording.load(ROOT / "data" / "responses")
