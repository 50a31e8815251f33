"""Conversations and messages as the page gets them: JSON, with what identifies a patient masked."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from frontdoor.channels.contract import Template
from frontdoor.channels.store import Trouble
from frontdoor.channels.titles import title_of
from frontdoor.conversations.model import Conversation, Message
from frontdoor.conversations.store_feedback import Feedback
from frontdoor.conversations.store_reading import Listed, Transition
from frontdoor.conversations.store_story import Case, Flag
from frontdoor.conversations.windows import staff_window
from frontdoor.desk.access import Me
from frontdoor.desk.lateness import Lateness
from frontdoor.desk.store_people import Person
from frontdoor.settings import Settings

# Of the answers: shown only on request, which the audit log records.
MASKED = frozenset({"birth_date", "contact", "phone", "email", "member_id", "insurance_id", "address"})


ORDER = (
    "reason",
    "service_type",
    "patient_name",
    "birth_date",
    "visit_for",
    "guardian_name",
    "contact",
    "state",
)  # first


def listed(one: Listed, viewers: dict[str, list[dict[str, Any]]], lateness: Lateness) -> dict[str, Any]:
    """Return a conversation as a list shows it. It holds nothing that was said."""
    conversation, now = one.conversation, one.conversation.ownership
    warn_at, late_at = lateness.of(now)
    return {
        "id": conversation.id,
        "xid": str(one.xid),
        "channel": conversation.channel,
        "name": conversation.display_name,
        "language": conversation.language,
        "state": now.state.value,
        "epoch": now.epoch,
        "owner": {"id": now.owner_id, "name": now.owner_name} if now.owner_id else None,
        "priority": now.priority,
        "queue": now.queue,
        "skill": now.skill,
        "bot_ok": now.bot_ok,
        "deferred": now.deferred,
        "reason": now.reason,
        "category": now.category,
        "rule": now.rule,
        "disposition": now.disposition,
        "last_seq": conversation.last_seq,
        "last_patient_seq": conversation.last_patient_seq,
        "seen_seq": conversation.staff_seen_seq,
        "waiting_since": when(now.waiting_since),
        "warn_at": when(warn_at),
        "late_at": when(late_at),
        "callback_at": when(conversation.callback_at),
        "claimed_at": when(now.claimed_at),
        "replied_at": when(now.replied_at),
        "closed_at": when(now.closed_at),
        "last_patient_at": when(conversation.last_patient_at),
        "window_expires_at": when(staff_window(conversation)),
        "stopped": conversation.stopped_at is not None and not conversation.shows_at_once,
        "unanswered": one.unanswered,
        "updated_at": when(conversation.updated_at),
        "viewers": viewers.get(conversation.id, []),
    }


def message(one: Message) -> dict[str, Any]:
    """Return a message as the transcript shows it."""
    return {
        "seq": one.seq,
        "author": one.author,
        "author_name": one.author_name,
        "text": one.text,
        "buttons": [{"title": button.get("title", "")} for button in one.buttons],
        "attachment": one.attachment and {"filename": one.attachment["filename"]},
        "status": one.status,
        "fail_reason": one.fail_reason,
        "level": one.level,
        "category": one.category,
        "rule": one.rule,
        "language": one.language,
        "at": when(one.at),
    }


def answers(conversation: Conversation) -> list[dict[str, Any]]:
    """Return what the patient told the bot; *value* is None where it is masked."""
    return [
        {"name": name, "value": None if name in MASKED else _plain(value), "masked": name in MASKED}
        for name, value in sorted(conversation.slots.items(), key=_place)
        if value not in (None, "", [], {})
    ]


def revealed(conversation: Conversation, name: str) -> str | None:
    """Return one masked answer."""
    value = conversation.slots.get(name) if name in MASKED else None
    return None if value is None else _plain(value)


def transition(one: Transition) -> dict[str, Any]:
    """Return a change of who may speak."""
    return {"at": when(one.at), "event": one.event, "to": one.to_state, "actor": one.actor, "reason": one.reason}


def feedback(one: Feedback) -> dict[str, Any]:
    """Return what the patient thought of it."""
    return {"at": when(one.at), "staff": one.staff_name, "score": one.score, "comment": one.comment}


def flag(one: Flag) -> dict[str, Any]:
    """Return a message in which the screen found something."""
    return {"seq": one.seq, "at": when(one.at), "level": one.level, "category": one.category, "rule": one.rule}


def case(one: Case) -> dict[str, Any]:
    """Return one time that a person had the conversation."""
    return {"at": when(one.at), "how": one.how, "by": one.by, "why": one.why, "came_of": one.came_of}


def colleague(one: Person) -> dict[str, Any]:
    """Return somebody to whom a conversation can be given."""
    full = 0 < one.capacity <= one.conversations
    return {
        "id": one.id, "name": one.name, "online": one.online, "conversations": one.conversations, "full": full,
        "queues": list(one.queues), "speaks": list(one.speaks), "skills": list(one.skills),
    }  # fmt: skip


def myself(me: Me, provider: str) -> dict[str, Any]:
    """Return the person who looks."""
    return {
        "id": me.id, "name": me.name, "role": me.role, "language": me.language, "idle_at": when(me.idle_at),
        "ends_at": when(me.ends_at), "second_factor": me.second_factor, "proves_by": me.proves_by,
        "provider": provider, "queues": list(me.queues),
        "may": {action: me.may(action) for action in ("assign", "people", "audit", "close_waiting")},
    }  # fmt: skip


def trouble(one: Trouble) -> dict[str, Any]:
    """Return what is wrong with a channel."""
    own = {"channel": one.channel, "title": title_of(one.channel)}
    return {**own, "kind": one.kind, "code": one.code, "since": when(one.since)}


def template(one: Template) -> dict[str, Any]:
    """Return an approved form of words."""
    return {
        "id": one.id, "name": one.name, "language": one.language, "category": one.category, "body": one.body,
        "variables": list(one.variables),
    }  # fmt: skip


def reviewable(me: Me, uses: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the names of those whose use of break-glass this person is to review."""
    return sorted({name for _, staff_id, name in uses if staff_id != me.id}) if me.may("review") else []


def limits(settings: Settings) -> dict[str, int]:
    """Return when the page alarms anew, marks what is unanswered, warns before signing out: each in seconds."""
    return {
        "unclaimed": settings.unclaimed_seconds, "next_reply": 60 * settings.next_reply_minutes,
        "idle_warning": settings.idle_warning_seconds,
    }  # fmt: skip


def when(at: datetime | None) -> str | None:
    """Return an instant as the page reads it."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def _place(answer: tuple[str, Any]) -> tuple[int, str]:
    name = answer[0]
    return (ORDER.index(name) if name in ORDER else len(ORDER)), name


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)
