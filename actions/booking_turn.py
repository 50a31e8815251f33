"""One turn of a conversation about visits: what was said, what is known, what is answered."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import clinic, hand_off, language_of, settings, wording
from actions.handoff import say_who_comes
from frontdoor.booking.state import Visit
from frontdoor.booking.states import zone_of
from frontdoor.clinic import Clinic
from frontdoor.scheduling.client import Scheduling
from frontdoor.scheduling.zones import zone

FORM = "visit_form"
PRESSED = frozenset({"service_type", "opening_id", "appointment_id", "choice"})  # entities that only buttons carry
KEY_CHARS = 40
CERTAIN = 0.999  # a press has confidence 1

Value = TypeVar("Value")
Button = dict[str, str]


@dataclass
class Turn:
    """What the steps read and change. *pressed* is what a button carried: {"opening_id": "abc"}."""

    dispatcher: CollectingDispatcher
    tracker: Tracker
    visit: Visit
    text: str
    intent: str
    confidence: float
    pressed: dict[str, str]
    language: str
    now: datetime
    ended: bool = False
    rejected: bool = False  # a question of another family: its rule answers, then the form asks again
    waiting: bool = False  # the question was put already
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, dispatcher: CollectingDispatcher, tracker: Tracker) -> "Turn":
        """Read the turn from the tracker."""
        latest = tracker.latest_message
        intent = latest.get("intent") or {}
        entities = latest.get("entities") or []
        return cls(
            dispatcher,
            tracker,
            Visit.load(tracker.get_slot("visit")),
            latest.get("text") or "",
            intent.get("name") or "",
            float(intent.get("confidence") or 0),
            {one["entity"]: str(one["value"]) for one in entities if one.get("entity") in PRESSED},
            language_of(tracker),
            datetime.now(timezone.utc),
        )

    @property
    def clinic(self) -> Clinic:
        """The facts of this clinic."""
        return clinic()

    @property
    def zone(self) -> ZoneInfo:
        """The patient's zone once the state is known, before that the clinic's."""
        return zone_of(self.visit.state, zone(self.clinic.time_zone.key))

    @property
    def is_private(self) -> bool:
        """Whether personal things may be asked here; else they go over a link to the clinic's own web chat."""
        return bool(self.tracker.get_slot("phi") != "link")

    def is_press(self, intent: str) -> bool:
        """Tell whether a button with this intent was pressed, or an utterance as sure as one was typed."""
        return self.intent == intent and self.confidence >= CERTAIN

    def key(self, purpose: str, subject: str) -> str:
        """Return the idempotency key of doing *purpose* to *subject* in this conversation, the same when retried."""
        told = f"{self.tracker.sender_id}|{self.visit.count}|{purpose}|{subject}"
        return hashlib.sha256(told.encode()).hexdigest()[:KEY_CHARS]

    def say(self, response: str, *buttons: Button, **facts: object) -> None:
        """Say a response of data/responses/ with these buttons."""
        self.said.append(response)
        safe = {name: str(value).replace("{", "(").replace("}", ")") for name, value in facts.items()}
        self.dispatcher.utter_message(response=response, buttons=list(buttons), **safe)

    def title(self, name: str, **facts: object) -> str:
        """Return the words of a button, or words inside a sentence."""
        return wording().text(f"utter_word_{name}", self.language, **facts)

    def button(self, name: str, intent: str = "inform", **entities: str) -> Button:
        """Return a button whose title is the word *name*."""
        return press(self.title(name), intent, **entities)

    async def call(self, method: Callable[..., Value], *args: Any, **named: Any) -> Value:
        """Call the scheduling client without holding up other conversations."""
        return await asyncio.to_thread(method, *args, **named)

    @property
    def scheduling(self) -> Scheduling:
        """The scheduling server."""
        return scheduling()

    def end(self) -> None:
        """Leave the form after this turn."""
        self.ended = True

    def person(self, reason: str, priority: int = 2) -> None:
        """Get a person and leave the form; the answers stay."""
        say_who_comes(self.dispatcher, self.tracker)
        hand_off(self.dispatcher, reason, priority)
        self.end()


def press(title: str, intent: str = "inform", **entities: str) -> Button:
    """Return a button that enters Rasa as *intent* with *entities*."""
    return {
        "title": title,
        "payload": f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}",
    }


@cache
def scheduling() -> Scheduling:
    """Return the client of the configured scheduling server, one for all conversations."""
    return Scheduling.from_settings(settings())
