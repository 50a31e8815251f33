"""Who may speak to the patient, and how that changes. Pure: no clock, no database, no framework.

    bot → waiting → staff → returning → bot, and closed.

`step` takes a conversation and what happened and returns the conversation after it, or raises `Refused` with a
stable code. The store (store_ownership.py) locks the row, steps, and writes the difference.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from frontdoor.conversations.happenings import (
    Assigned,
    BotAccepted,
    BotRefused,
    Claimed,
    ClinicOpened,
    EmergencyFound,
    HandoffAsked,
    Happening,
    Heartbeat,
    KeepAssistant,
    LeaseExpired,
    MergeAsked,
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
from frontdoor.conversations.moves import requeue, to_bot, to_closed, to_staff, to_waiting
from frontdoor.conversations.ownership import (
    EMERGENCY,
    ROUTINE,
    URGENT,
    USUAL,
    Ownership,
    Refused,
    State,
    Terms,
    queue_key,
)

__all__ = ["EMERGENCY", "ROUTINE", "USUAL", "Ownership", "Refused", "State", "Terms", "queue_key", "step"]


def step(now: Ownership, what: Happening, terms: Terms = USUAL) -> Ownership:
    """Return the conversation after *what* happened.

    Raises:
        Refused: not_waiting, stale, not_owner, emergency, not_allowed, no_disposition, lease_runs, not_returning,
            closed, no_reason, offline, full, not_merged.
    """
    return _STEPS[type(what)](now, what, terms)  # type: ignore[operator]


def _wrote(now: Ownership, what: PatientWrote, terms: Terms) -> Ownership:
    if now.state is not State.CLOSED:
        return now
    assert now.closed_at is not None
    fresh = to_bot(now)
    if now.claimed_at is not None and what.at - now.closed_at < terms.reopen:
        again = to_waiting(fresh, what.at, reason="reopened", priority=now.priority or ROUTINE)
        return replace(again, deferred=what.deferred, skill=now.skill)
    return fresh


def _emergency(now: Ownership, what: EmergencyFound, terms: Terms) -> Ownership:
    found = replace(now, priority=EMERGENCY, category=what.category, rule=what.rule)
    if now.state is State.STAFF:
        return replace(found, lease_expires_at=_sooner(now.lease_expires_at, what.at + terms.emergency_lease))
    if now.state is State.WAITING:
        # A bot that was allowed to go on stops now: its replies in flight are of an older epoch.
        return replace(found, reason="emergency", bot_ok=False, deferred=False, epoch=now.epoch + now.bot_ok)
    routed = replace(found, queue=what.queue or now.queue, skill=what.skill)
    return to_waiting(routed, what.at, reason="emergency", priority=EMERGENCY)


def _safe(now: Ownership, what: PatientSafe, terms: Terms) -> Ownership:
    return replace(now, bot_ok=True) if now.state is State.WAITING else now


def _handoff(now: Ownership, what: HandoffAsked, terms: Terms) -> Ownership:
    priority = max(URGENT, what.priority)
    if now.state is State.WAITING:
        stops = now.bot_ok and not what.bot_ok  # its replies in flight are of an older epoch then
        return replace(
            now, priority=min(now.priority, priority), bot_ok=now.bot_ok and what.bot_ok, epoch=now.epoch + stops
        )
    if now.state is not State.BOT:
        return now
    routed = replace(now, queue=what.queue or now.queue, skill=what.skill)
    asked = to_waiting(routed, what.at, reason=what.reason, priority=priority)
    return replace(asked, deferred=what.deferred, bot_ok=what.bot_ok)


def _opened(now: Ownership, what: ClinicOpened, terms: Terms) -> Ownership:
    _must_wait(now)
    return replace(now, deferred=False)


def _cancelled(now: Ownership, what: PatientCancelled, terms: Terms) -> Ownership:
    _must_wait(now)
    if now.priority == EMERGENCY:
        raise Refused("emergency")
    return to_bot(now)


def _keep_assistant(now: Ownership, what: KeepAssistant, terms: Terms) -> Ownership:
    _must_wait(now)
    if now.priority == EMERGENCY and not now.bot_ok:  # only "I'm safe now" lets the bot speak beside an emergency
        raise Refused("emergency")
    return replace(now, bot_ok=True)


def _claimed(now: Ownership, what: Claimed, terms: Terms) -> Ownership:
    if now.state is State.STAFF and now.owner_id == what.by.id:
        return now  # a second click
    _must_wait(now)
    if now.epoch != what.seen_epoch:
        raise Refused("stale")
    return to_staff(now, what.by, what.at, terms)


def _taken_over(now: Ownership, what: TakenOver, terms: Terms) -> Ownership:
    if now.state is State.STAFF and now.owner_id == what.by.id:
        return now
    if now.state in (State.STAFF, State.RETURNING) and not what.by.supervisor:
        raise Refused("not_allowed", now.owner_name or "")
    if now.state is State.CLOSED:
        raise Refused("closed")
    return to_staff(now, what.by, what.at, terms)


def _assigned(now: Ownership, what: Assigned, terms: Terms) -> Ownership:
    if what.by is not None and not what.by.supervisor:
        raise Refused("not_allowed")
    _must_wait(now)
    _must_be_free(what.to)
    return to_staff(now, what.to, what.at, terms)


def _released(now: Ownership, what: Released, terms: Terms) -> Ownership:
    _must_lead(now, what.by)
    return requeue(now, what.at, queue=what.queue or now.queue)


def _transferred(now: Ownership, what: Transferred, terms: Terms) -> Ownership:
    _must_lead(now, what.by)
    _must_be_free(what.to)
    return to_staff(now, what.to, what.at, terms)


def _replied(now: Ownership, what: Replied, terms: Terms) -> Ownership:
    _must_own(now, what.by)
    if now.epoch != what.epoch:
        raise Refused("stale", now.owner_name or "")
    return replace(now, replied_at=now.replied_at or what.at, lease_expires_at=what.at + terms.lease_of(now.priority))


def _heartbeat(now: Ownership, what: Heartbeat, terms: Terms) -> Ownership:
    _must_own(now, what.by)
    return replace(now, lease_expires_at=what.at + terms.lease_of(now.priority))


def _lease_expired(now: Ownership, what: LeaseExpired, terms: Terms) -> Ownership:
    if now.state is not State.STAFF:
        raise Refused("not_owner")
    if now.lease_expires_at is not None and what.at < now.lease_expires_at:
        raise Refused("lease_runs")
    # One step up for having been left, but only an emergency is an emergency.
    higher = max(URGENT, now.priority - 1) if now.priority != EMERGENCY else EMERGENCY
    return replace(requeue(now, what.at, queue=now.queue), priority=higher)


def _no_first_reply(now: Ownership, what: NoFirstReply, terms: Terms) -> Ownership:
    if now.state is not State.STAFF or now.replied_at is not None:
        raise Refused("not_owner")
    return requeue(now, what.at, queue=now.queue)


def _returned(now: Ownership, what: ReturnedToBot, terms: Terms) -> Ownership:
    _must_own(now, what.by)
    return replace(
        now, state=State.RETURNING, epoch=now.epoch + 1, returning_since=what.at, lease_expires_at=None, bot_ok=False
    )


def _bot_accepted(now: Ownership, what: BotAccepted, terms: Terms) -> Ownership:
    if now.state is not State.RETURNING:
        raise Refused("not_returning")
    return to_bot(now)


def _bot_refused(now: Ownership, what: BotRefused, terms: Terms) -> Ownership:
    if now.state is not State.RETURNING:
        raise Refused("not_returning")
    return replace(requeue(now, what.at, queue=now.queue), reason="bot_unavailable")


def _resolved(now: Ownership, what: Resolved, terms: Terms) -> Ownership:
    if not what.disposition.strip():
        raise Refused("no_disposition")
    if now.state is State.CLOSED:
        raise Refused("closed")
    if now.state is State.WAITING:
        if now.priority == EMERGENCY:
            raise Refused("emergency")
        if not what.by.supervisor:
            raise Refused("not_allowed")
    else:
        _must_lead(now, what.by)
    return to_closed(now, what.at, what.disposition)


def _silent(now: Ownership, what: PatientSilent, terms: Terms) -> Ownership:
    if now.state is not State.STAFF:
        raise Refused("not_owner")
    if now.priority == EMERGENCY:
        raise Refused("emergency")  # no timer ends an emergency
    return to_closed(now, what.at, "patient_silent")


def _priority(now: Ownership, what: PriorityChanged, terms: Terms) -> Ownership:
    if not what.reason.strip():
        raise Refused("no_reason")
    if now.state is State.CLOSED:
        raise Refused("closed")
    return replace(now, priority=min(ROUTINE, max(EMERGENCY, what.priority)))


def _merge(now: Ownership, what: MergeAsked, terms: Terms) -> NoReturn:
    raise Refused("not_merged")  # two senders of one name may be two people


def _must_wait(now: Ownership) -> None:
    if now.state is not State.WAITING:
        raise Refused("not_waiting", now.owner_name or "")


def _must_own(now: Ownership, by: Staff) -> None:
    if now.state is not State.STAFF or now.owner_id != by.id:
        raise Refused("not_owner", now.owner_name or "")


def _must_lead(now: Ownership, by: Staff) -> None:
    """The owner, or a supervisor in their place."""
    if now.state is not State.STAFF or (now.owner_id != by.id and not by.supervisor):
        raise Refused("not_owner", now.owner_name or "")


def _must_be_free(to: Staff) -> None:
    if not to.online:
        raise Refused("offline", to.name)
    if to.full:
        raise Refused("full", to.name)


def _sooner(one: datetime | None, other: datetime) -> datetime:
    return min(one, other) if one else other


_STEPS: dict[type, Callable[..., Ownership]] = {
    PatientWrote: _wrote,
    EmergencyFound: _emergency,
    PatientSafe: _safe,
    HandoffAsked: _handoff,
    ClinicOpened: _opened,
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
    MergeAsked: _merge,
}
