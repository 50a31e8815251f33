"""From database rows to the conversation's own types."""

import uuid
from typing import Any

from frontdoor.assistant.protocol import Press
from frontdoor.conversations.model import Button, Conversation, Message, Outbound
from frontdoor.conversations.states import Ownership, State

OWNERSHIP = (
    "state", "epoch", "owner_id", "owner_name", "priority", "queue", "skill", "bot_ok", "deferred", "reason",
    "category", "rule", "waiting_since", "claimed_at", "replied_at", "lease_expires_at", "returning_since",
    "closed_at", "disposition",
)  # fmt: skip
PLAIN = (
    "channel", "account", "address", "display_name", "campaign", "language", "language_locked", "phi", "via",
    "stopped_at", "last_seq",
    "last_patient_seq", "bot_cursor", "staff_seen_seq", "check_seq", "check_turns", "awaits", "awaits_at",
    "callback_at", "session", "session_events",
    "active_form", "slots", "carry", "summary", "turn_seq", "turn_tries", "created_at", "updated_at",
    "last_patient_at", "window_expires_at", "ad_window_ends_at",
)  # fmt: skip
MESSAGE = (
    "seq", "author", "author_name", "text", "buttons", "attachment", "template", "status", "level", "category", "rule",
    "language", "fail_reason", "answers",
)  # fmt: skip


def conversation(row: Any) -> Conversation:
    """Read a row of conversations.conversation."""
    return Conversation(id=str(row["id"]), ownership=ownership(row), **{name: row[name] for name in PLAIN})


def ownership(row: Any) -> Ownership:
    """Read the columns that say who may speak."""
    values = {name: row[name] for name in OWNERSHIP}
    values["state"] = State(values["state"])
    values["owner_id"] = str(values["owner_id"]) if values["owner_id"] else None
    return Ownership(**values)


def message(row: Any) -> Message:
    """Read a row of conversations.message."""
    return Message(at=row["created_at"], **{name: row[name] for name in MESSAGE})


def press(title: str, stored: dict[str, Any] | None) -> Press | None:
    """Read what a patient pressed."""
    return Press(stored["intent"], stored["entities"], title) if stored else None


def offered(said: Outbound) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """Give each button of *said* an opaque id: what the platform shows, and what we keep."""
    shown: list[dict[str, str]] = []
    kept: list[dict[str, Any]] = []
    for button in said.buttons:
        if button.url:
            shown.append({"title": button.title, "url": button.url})
        else:
            kept.append(_kept(button))
            shown.append({"title": button.title, "payload": kept[-1]["id"]})
    return shown, kept


def _kept(button: Button) -> dict[str, Any]:
    identifier = uuid.uuid4().hex[:16]
    return {"id": identifier, "title": button.title, "intent": button.intent, "entities": dict(button.entities)}
