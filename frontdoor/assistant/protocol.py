"""What the gateway and Rasa say to each other: one turn in, one reply out. docs/architecture.md has the JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TURN_PATH = "/webhooks/frontdoor/turn"
READY_PATH = "/webhooks/frontdoor/ready"
TYPED = "typed"  # the mark on messages that a patient wrote, in contrast to buttons
SCREENED = "screened"  # the mark on messages that went through the emergency screen already
MAX_TEXT_CHARS = 20_000


class BadTurn(ValueError):
    """The body of a turn is not what the agreement says; the message names the field, never its value."""


@dataclass(frozen=True)
class Press:
    """A button that was pressed: what it means and what stood on it."""

    intent: str
    entities: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Turn:
    """One message of a patient for Rasa. *turn* is its id: the same id twice is the same turn."""

    conversation: str
    session: int
    turn: str
    text: str
    press: Press | None = None
    language: str = "en"
    channel: str = "web"
    phi: str = "allow"
    carry: Mapping[str, Any] = field(default_factory=dict)  # slots that a new session begins with
    vector: str | None = None  # the text's sentence vector (`encoder.sharing`), where it was computed already
    screened: bool = False  # the gateway's emergency screen lets it pass, so Rasa's need not look at it again
    events: int | None = None  # how many the session has, as far as the gateway knows: `Reply.events` of its last turn

    @property
    def sender_id(self) -> str:
        """Rasa's name for the conversation's session."""
        return f"{self.conversation}.{self.session}"


@dataclass(frozen=True)
class Button:
    """A choice offered. *payload* is Rasa's `/intent{"entity": "value"}`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Said:
    """One message of the bot."""

    text: str | None
    buttons: tuple[Button, ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Handoff:
    """The bot asks for a person. Priority 0 (emergency) to 3."""

    reason: str
    priority: int


@dataclass(frozen=True)
class Reply:
    """What came of a turn."""

    messages: tuple[Said, ...]
    handoff: Handoff | None
    slots: Mapping[str, Any]  # those that the desk shows
    events: int  # in this session so far
    active_form: str | None
    language: str | None
    intent: Mapping[str, Any]  # {"name", "confidence"}
    carry: Mapping[str, Any] = field(default_factory=dict)  # slots that a session which follows this one begins with


def without_slash(text: str) -> str:
    """Return *text* such that Rasa cannot take it for a command: no leading blanks and slashes."""
    while text != (text := text.strip().lstrip("/")):
        pass
    return text or "?"


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """Write a turn as the agreement says."""
    press = turn.press and {
        "intent": turn.press.intent,
        "entities": dict(turn.press.entities),
        "title": turn.press.title,
    }
    plain = ("conversation", "session", "turn", "text", "language", "channel", "phi", "vector", "screened", "events")
    return {name: getattr(turn, name) for name in plain} | {"press": press, "carry": dict(turn.carry)}


def turn_from_json(body: Any) -> Turn:
    """Read a turn.

    Raises:
        BadTurn: A field is missing or of the wrong kind.
    """
    if not isinstance(body, dict):
        raise BadTurn("the body is no object")
    session = body.get("session")
    if not isinstance(session, int) or isinstance(session, bool) or session < 0:
        raise BadTurn("session is no whole number")
    carry = body.get("carry") or {}
    if not isinstance(carry, dict):
        raise BadTurn("carry is no object")
    vector, events = body.get("vector"), body.get("events")
    if events is not None and (not isinstance(events, int) or isinstance(events, bool) or events < 0):
        raise BadTurn("events is no whole number")
    return Turn(
        conversation=_text(body, "conversation", most=200),
        session=session,
        turn=_text(body, "turn", most=200),
        text=_text(body, "text", least=0, most=MAX_TEXT_CHARS),
        press=_press(body.get("press")),
        language=_text(body, "language", most=10),
        channel=_text(body, "channel", most=40),
        phi=_text(body, "phi", most=10),
        carry=carry,
        vector=None if vector is None else _text(body, "vector", most=MAX_TEXT_CHARS),
        screened=body.get("screened") is True,
        events=events,
    )


def _press(value: Any) -> Press | None:
    if value is None:
        return None
    match value:
        case {"intent": str(intent), "title": str(title)} if intent:
            entities = value.get("entities") or {}
            if isinstance(entities, dict):
                return Press(intent, entities, title[:MAX_TEXT_CHARS])
    raise BadTurn("press has no intent, entities and title")


def _text(body: dict[str, Any], name: str, *, least: int = 1, most: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise BadTurn(f"{name} is no text of {least} to {most} characters")
    return value


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """Write a reply as the agreement says."""
    return {
        "messages": [_said_to_json(said) for said in reply.messages],
        "handoff": reply.handoff and {"reason": reply.handoff.reason, "priority": reply.handoff.priority},
        "slots": dict(reply.slots),
        "events": reply.events,
        "active_form": reply.active_form,
        "language": reply.language,
        "intent": dict(reply.intent),
        "carry": dict(reply.carry),
    }


def _said_to_json(said: Said) -> dict[str, Any]:
    buttons = [{"title": button.title, "payload": button.payload} for button in said.buttons]
    return {"text": said.text, "buttons": buttons, "custom": said.custom and dict(said.custom)}


def reply_from_json(body: Mapping[str, Any]) -> Reply:
    """Read a reply that `reply_to_json` wrote.

    Raises:
        KeyError, TypeError: It was written by somebody else.
    """
    handoff = body["handoff"]
    return Reply(
        messages=tuple(_said_from_json(item) for item in body["messages"]),
        handoff=handoff and Handoff(handoff["reason"], handoff["priority"]),
        slots=body["slots"],
        events=body["events"],
        active_form=body["active_form"],
        language=body["language"],
        intent=body["intent"],
        carry=body.get("carry") or {},
    )


def _said_from_json(item: Mapping[str, Any]) -> Said:
    buttons = tuple(Button(button["title"], button["payload"]) for button in item["buttons"])
    return Said(item["text"], buttons, item["custom"])
