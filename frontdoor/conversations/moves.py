"""The ways in which a conversation changes hands; states.py says when each may happen. Pure."""

from dataclasses import replace
from datetime import datetime

from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.ownership import Ownership, State, Terms


def to_waiting(now: Ownership, at: datetime, *, reason: str, priority: int) -> Ownership:
    """Let it wait for a person, since the time first asked, at *priority* or a more urgent one."""
    return replace(
        now, state=State.WAITING, epoch=now.epoch + 1, owner_id=None, owner_name=None, reason=reason, bot_ok=False,
        priority=min(now.priority, priority), waiting_since=now.waiting_since or at, lease_expires_at=None,
        replied_at=None, claimed_at=None, returning_since=None, closed_at=None, deferred=False,
    )  # fmt: skip


def requeue(now: Ownership, at: datetime, *, queue: str) -> Ownership:
    """Put it back to wait, at its original place."""
    reason = now.reason or "requeued"
    return replace(to_waiting(now, at, reason=reason, priority=now.priority), queue=queue)


def to_staff(now: Ownership, to: Staff, at: datetime, terms: Terms) -> Ownership:
    """Give it to a person, with a fresh lease."""
    return replace(
        now, state=State.STAFF, epoch=now.epoch + 1, owner_id=to.id, owner_name=to.name, claimed_at=at,
        replied_at=None, lease_expires_at=at + terms.lease_of(now.priority), bot_ok=False, deferred=False,
        waiting_since=now.waiting_since or at, returning_since=None,
    )  # fmt: skip


def to_bot(now: Ownership) -> Ownership:
    """Let the bot have it, as new."""
    return Ownership(epoch=now.epoch + 1, queue=now.queue)


def to_closed(now: Ownership, at: datetime, disposition: str) -> Ownership:
    """End it."""
    return replace(
        now, state=State.CLOSED, epoch=now.epoch + 1, owner_id=None, owner_name=None, closed_at=at,
        disposition=disposition, lease_expires_at=None, waiting_since=None, bot_ok=False,
    )  # fmt: skip
