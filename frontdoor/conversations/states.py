"""Who may speak to the patient, and how that changes. Pure: no clock, no database, no framework.

    bot → waiting → staff → returning → bot, and closed.

`step` takes a conversation and what happened and returns the conversation after it, or raises `Refused` with a
stable code. The store (store_ownership.py) locks the row, steps, and writes the difference.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from frontdoor.conversations.happenings import (
    Assigned,
    BotAccepted,
    BotRefused,
    Claimed,
    EmergencyFound,
    HandoffAsked,
    Happening,
    Heartbeat,
    KeepAssistant,
    LeaseExpired,
    NoFirstReply,
    PatientCancelled,
    PatientSafe,
    PatientSilent,
    PatientWrote,
    PriorityChanged,
    Released,
    Replied,
    Resolved,
    ReturnedToBot,
    Staff,
    TakenOver,
    Transferred,
)

EMERGENCY, ROUTINE = 0, 3  # priorities: 0 is first
LEASE, EMERGENCY_LEASE = timedelta(minutes=5), timedelta(minutes=1)
REOPEN_TO_STAFF = timedelta(hours=12)  # after closing, a new message goes back to people within this time


class State(str, Enum):
    """Who may speak."""

    BOT = "bot"
    WAITING = "waiting"  # nobody but fixed system texts, unless bot_ok
    STAFF = "staff"  # the one owner
    RETURNING = "returning"  # nobody: Rasa is being told
    CLOSED = "closed"


class Refused(Exception):
    """The state does not allow what was asked. *code* is stable; *holder* names who has the conversation."""

    def __init__(self, code: str, holder: str = "") -> None:
        super().__init__(code)
        self.code, self.holder = code, holder


@dataclass(frozen=True)
class Ownership:
    """The part of a conversation that says who may speak. Instants are aware UTC."""

    state: State = State.BOT
    epoch: int = 1  # rises with every change of who may speak
    owner_id: str | None = None
    owner_name: str | None = None
    priority: int = ROUTINE
    queue: str = "general"
    bot_ok: bool = False
    deferred: bool = False
    reason: str | None = None
    category: str | None = None
    rule: str | None = None
    waiting_since: datetime | None = None
    claimed_at: datetime | None = None
    replied_at: datetime | None = None
    lease_expires_at: datetime | None = None
    returning_since: datetime | None = None
    closed_at: datetime | None = None
    disposition: str | None = None

    @property
    def bot_may_speak(self) -> bool:
        """Tell whether a reply of the bot may go out now."""
        return self.state is State.BOT or (self.state is State.WAITING and self.bot_ok)


def step(now: Ownership, what: Happening) -> Ownership:
    """Return the conversation after *what* happened.

    Raises:
        Refused: not_waiting, stale, not_owner, emergency, not_allowed, no_disposition, lease_runs, not_returning,
            closed, no_reason, queue_empty.
    """
    return _STEPS[type(what)](now, what)  # type: ignore[operator]


def queue_key(now: Ownership) -> tuple[int, datetime]:
    """Return what a queue is sorted by: urgency, then the time first asked."""
    assert now.waiting_since is not None
    return now.priority, now.waiting_since


def lease(priority: int) -> timedelta:
    """Return how long an owner may be gone before the conversation is queued again."""
    return EMERGENCY_LEASE if priority == EMERGENCY else LEASE


def _wrote(now: Ownership, what: PatientWrote) -> Ownership:
    if now.state is not State.CLOSED:
        return now
    assert now.closed_at is not None
    fresh = _to_bot(now)
    if now.claimed_at is not None and what.at - now.closed_at < REOPEN_TO_STAFF:
        return _to_waiting(fresh, what.at, reason="reopened", priority=now.priority or ROUTINE)
    return fresh


def _emergency(now: Ownership, what: EmergencyFound) -> Ownership:
    found = replace(now, priority=EMERGENCY, category=what.category, rule=what.rule)
    if now.state is State.STAFF:
        return replace(found, lease_expires_at=_sooner(now.lease_expires_at, what.at + EMERGENCY_LEASE))
    if now.state is State.WAITING:
        # A bot that was allowed to go on stops now: its replies in flight are of an older epoch.
        return replace(found, reason="emergency", bot_ok=False, deferred=False, epoch=now.epoch + now.bot_ok)
    return _to_waiting(found, what.at, reason="emergency", priority=EMERGENCY)


def _safe(now: Ownership, what: PatientSafe) -> Ownership:
    return replace(now, bot_ok=True) if now.state is State.WAITING else now


def _handoff(now: Ownership, what: HandoffAsked) -> Ownership:
    priority = max(1, what.priority)
    if now.state is State.WAITING:
        stops = now.bot_ok and not what.bot_ok  # its replies in flight are of an older epoch then
        return replace(
            now, priority=min(now.priority, priority), bot_ok=now.bot_ok and what.bot_ok, epoch=now.epoch + stops
        )
    if now.state is not State.BOT:
        return now
    asked = _to_waiting(now, what.at, reason=what.reason, priority=priority)
    return replace(asked, deferred=what.deferred, bot_ok=what.bot_ok)


def _cancelled(now: Ownership, what: PatientCancelled) -> Ownership:
    if now.state is not State.WAITING:
        raise Refused("not_waiting", now.owner_name or "")
    if now.priority == EMERGENCY:
        raise Refused("emergency")
    return _to_bot(now)


def _keep_assistant(now: Ownership, what: KeepAssistant) -> Ownership:
    if now.state is not State.WAITING:
        raise Refused("not_waiting", now.owner_name or "")
    return replace(now, bot_ok=True)


def _claimed(now: Ownership, what: Claimed) -> Ownership:
    if now.state is State.STAFF and now.owner_id == what.by.id:
        return now  # a second click
    if now.state is not State.WAITING:
        raise Refused("not_waiting", now.owner_name or "")
    if now.epoch != what.seen_epoch:
        raise Refused("stale")
    return _to_staff(now, what.by, what.at)


def _taken_over(now: Ownership, what: TakenOver) -> Ownership:
    if now.state is State.STAFF and now.owner_id == what.by.id:
        return now
    if now.state in (State.STAFF, State.RETURNING) and not what.by.supervisor:
        raise Refused("not_allowed", now.owner_name or "")
    if now.state is State.CLOSED:
        raise Refused("closed")
    return _to_staff(now, what.by, what.at)


def _assigned(now: Ownership, what: Assigned) -> Ownership:
    if what.by is not None and not what.by.supervisor:
        raise Refused("not_allowed")
    if now.state is not State.WAITING:
        raise Refused("not_waiting", now.owner_name or "")
    return _to_staff(now, what.to, what.at)


def _released(now: Ownership, what: Released) -> Ownership:
    _must_own(now, what.by)
    return _requeue(now, what.at, queue=what.queue or now.queue)


def _transferred(now: Ownership, what: Transferred) -> Ownership:
    _must_own(now, what.by)
    return _to_staff(now, what.to, what.at)


def _replied(now: Ownership, what: Replied) -> Ownership:
    if now.state is not State.STAFF or now.owner_id != what.by.id:
        raise Refused("not_owner", now.owner_name or "")
    if now.epoch != what.epoch:
        raise Refused("stale", now.owner_name or "")
    return replace(now, replied_at=now.replied_at or what.at, lease_expires_at=what.at + lease(now.priority))


def _heartbeat(now: Ownership, what: Heartbeat) -> Ownership:
    if now.state is not State.STAFF or now.owner_id != what.by.id:
        raise Refused("not_owner", now.owner_name or "")
    return replace(now, lease_expires_at=what.at + lease(now.priority))


def _lease_expired(now: Ownership, what: LeaseExpired) -> Ownership:
    if now.state is not State.STAFF:
        raise Refused("not_owner")
    if now.lease_expires_at is not None and what.at < now.lease_expires_at:
        raise Refused("lease_runs")
    # One step up for having been left, but only an emergency is an emergency.
    higher = max(1, now.priority - 1) if now.priority != EMERGENCY else EMERGENCY
    return replace(_requeue(now, what.at, queue=now.queue), priority=higher)


def _no_first_reply(now: Ownership, what: NoFirstReply) -> Ownership:
    if now.state is not State.STAFF or now.replied_at is not None:
        raise Refused("not_owner")
    return _requeue(now, what.at, queue=now.queue)


def _returned(now: Ownership, what: ReturnedToBot) -> Ownership:
    _must_own(now, what.by)
    return replace(
        now, state=State.RETURNING, epoch=now.epoch + 1, returning_since=what.at, lease_expires_at=None, bot_ok=False
    )


def _bot_accepted(now: Ownership, what: BotAccepted) -> Ownership:
    if now.state is not State.RETURNING:
        raise Refused("not_returning")
    return _to_bot(now)


def _bot_refused(now: Ownership, what: BotRefused) -> Ownership:
    if now.state is not State.RETURNING:
        raise Refused("not_returning")
    return replace(_requeue(now, what.at, queue=now.queue), reason="bot_unavailable")


def _resolved(now: Ownership, what: Resolved) -> Ownership:
    if not what.disposition.strip():
        raise Refused("no_disposition")
    if now.state is State.CLOSED:
        raise Refused("closed")
    if now.state is State.WAITING:
        if now.priority == EMERGENCY:
            raise Refused("emergency")
        if not what.by.supervisor:
            raise Refused("not_allowed")
        return _to_closed(now, what.at, what.disposition)
    _must_own(now, what.by)
    return _to_closed(now, what.at, what.disposition)


def _silent(now: Ownership, what: PatientSilent) -> Ownership:
    if now.state is not State.STAFF:
        raise Refused("not_owner")
    return _to_closed(now, what.at, "patient_silent")


def _priority(now: Ownership, what: PriorityChanged) -> Ownership:
    if not what.reason.strip():
        raise Refused("no_reason")
    return replace(now, priority=min(ROUTINE, max(EMERGENCY, what.priority)))


def _must_own(now: Ownership, by: Staff) -> None:
    if now.state is not State.STAFF or (now.owner_id != by.id and not by.supervisor):
        raise Refused("not_owner", now.owner_name or "")


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return min(one, other) if one else other


def _to_waiting(now: Ownership, at: datetime, *, reason: str, priority: int) -> Ownership:
    return replace(
        now, state=State.WAITING, epoch=now.epoch + 1, owner_id=None, owner_name=None, reason=reason, bot_ok=False,
        priority=min(now.priority, priority), waiting_since=now.waiting_since or at, lease_expires_at=None,
        replied_at=None, claimed_at=None, returning_since=None, closed_at=None, deferred=False,
    )  # fmt: skip


def _requeue(now: Ownership, at: datetime, *, queue: str) -> Ownership:
    """Queue again at the original place."""
    reason = now.reason or "requeued"
    return replace(_to_waiting(now, at, reason=reason, priority=now.priority), queue=queue)


def _to_staff(now: Ownership, to: Staff, at: datetime) -> Ownership:
    return replace(
        now, state=State.STAFF, epoch=now.epoch + 1, owner_id=to.id, owner_name=to.name, claimed_at=at,
        replied_at=None, lease_expires_at=at + lease(now.priority), bot_ok=False, deferred=False,
        waiting_since=now.waiting_since or at, returning_since=None,
    )  # fmt: skip


def _to_bot(now: Ownership) -> Ownership:
    return Ownership(epoch=now.epoch + 1, queue=now.queue)


def _to_closed(now: Ownership, at: datetime, disposition: str) -> Ownership:
    return replace(
        now, state=State.CLOSED, epoch=now.epoch + 1, owner_id=None, owner_name=None, closed_at=at,
        disposition=disposition, lease_expires_at=None, waiting_since=None, bot_ok=False,
    )  # fmt: skip


_STEPS: dict[type, Callable[..., Ownership]] = {
    PatientWrote: _wrote,
    EmergencyFound: _emergency,
    PatientSafe: _safe,
    HandoffAsked: _handoff,
    PatientCancelled: _cancelled,
    KeepAssistant: _keep_assistant,
    Claimed: _claimed,
    TakenOver: _taken_over,
    Assigned: _assigned,
    Released: _released,
    Transferred: _transferred,
    Replied: _replied,
    Heartbeat: _heartbeat,
    LeaseExpired: _lease_expired,
    NoFirstReply: _no_first_reply,
    ReturnedToBot: _returned,
    BotAccepted: _bot_accepted,
    BotRefused: _bot_refused,
    Resolved: _resolved,
    PatientSilent: _silent,
    PriorityChanged: _priority,
}
