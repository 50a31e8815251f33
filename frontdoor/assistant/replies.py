"""The reply of a turn, read from the tracker: the same for a turn that just ran and one that is asked for again."""

from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from frontdoor.assistant.protocol import Button, Handoff, Reply, Said

LOWEST_PRIORITY = 3
DESK_SLOTS = (  # what staff see of the bot's memory when they take over
    "service_type",
    "when_text",
    "opening_id",
    "visit_for",
    "patient_name",
    "birth_date",
    "guardian_name",
    "state",
    "contact",
    "reason",
    "topic",
)
CARRIED_SLOTS = ("introduced", "topic", "visit")  # what is not asked and not said again when a session was long


def has_turn(tracker: DialogueStateTracker, turn: str) -> bool:
    """Tell whether the session has this turn already."""
    return any(isinstance(event, UserUttered) and event.message_id == turn for event in tracker.events)


def read_reply(tracker: DialogueStateTracker, turn: str, instead: tuple[Said, ...] = ()) -> Reply:
    """Return what the bot said and did in *turn*, or says *instead* where it found no words.

    What it said before the first turn of a session (who it is) belongs to that turn.
    """
    uttered, events = _events_of(tracker, turn)
    loop = tracker.active_loop_name
    said = tuple(said_of(event.text, event.data) for event in events)
    return Reply(
        messages=tuple(one for one in said if one.text or one.buttons or one.custom) + instead,
        handoff=next((wanted for event in events if (wanted := _handoff(event.data))), None),
        slots=_filled(tracker, DESK_SLOTS),
        events=len(tracker.events),
        active_form=loop if isinstance(loop, str) else None,
        language=_slot(tracker, "language"),
        intent=_intent(uttered),
        carry=_filled(tracker, CARRIED_SLOTS),
    )


def _events_of(tracker: DialogueStateTracker, turn: str) -> tuple[UserUttered | None, list[BotUttered]]:
    """Return the patient's message of *turn* and what the bot uttered in answer to it."""
    uttered: UserUttered | None = None
    said: list[BotUttered] = []
    first = True
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if uttered:
                break
            if event.message_id == turn:
                uttered = event
                said = said if first else []
            first = False
        elif isinstance(event, BotUttered):
            said.append(event)
    return uttered, said


def said_of(text: str | None, data: dict[str, Any]) -> Said:
    """Return one message of the bot; a request for a person is no part of what is shown."""
    custom = data.get("custom") or None
    return Said(text or None, _buttons(data), None if _handoff(data) else custom)


def _handoff(data: dict[str, Any]) -> Handoff | None:
    custom = data.get("custom")
    wanted = custom.get("handoff") if isinstance(custom, dict) else None
    if not isinstance(wanted, dict):
        return None
    priority = wanted.get("priority")
    return Handoff(str(wanted.get("reason") or "asked"), priority if isinstance(priority, int) else LOWEST_PRIORITY)


def _buttons(data: dict[str, Any]) -> tuple[Button, ...]:
    """Return the buttons that have both a title and a meaning."""
    given = data.get("buttons") or []
    return tuple(Button(item["title"], item["payload"]) for item in given if item.get("title") and item.get("payload"))


def _filled(tracker: DialogueStateTracker, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := _slot(tracker, name)) is not None}


def _slot(tracker: DialogueStateTracker, name: str) -> Any:
    return tracker.slots[name].value if name in tracker.slots else None


def _intent(uttered: UserUttered | None) -> dict[str, Any]:
    found = uttered.intent if uttered else {}
    return {"name": found.get("name"), "confidence": round(float(found.get("confidence") or 0.0), 4)}
