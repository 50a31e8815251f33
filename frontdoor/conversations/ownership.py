"""The part of a conversation that says who may speak, and the terms on which they have it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

EMERGENCY, ROUTINE = 0, 3  # priorities: 0 is first
URGENT = 1  # the most that anything but an emergency can be


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
class Terms:
    """How long an owner may be gone before the conversation is queued again, and how long a close may be undone."""

    lease: timedelta = timedelta(minutes=5)
    emergency_lease: timedelta = timedelta(minutes=1)
    reopen: timedelta = timedelta(hours=12)  # after closing, a new message goes back to people within this time

    def lease_of(self, priority: int) -> timedelta:
        """Return the lease of a conversation of this priority."""
        return self.emergency_lease if priority == EMERGENCY else self.lease


USUAL = Terms()


@dataclass(frozen=True)
class Ownership:
    """The part of a conversation that says who may speak. Instants are aware UTC."""

    state: State = State.BOT
    epoch: int = 1  # rises with every change of who may speak
    owner_id: str | None = None
    owner_name: str | None = None
    priority: int = ROUTINE
    queue: str = "general"
    skill: str | None = None  # that who is given it by itself must have
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


def queue_key(now: Ownership) -> tuple[int, datetime]:
    """Return what a queue is sorted by: urgency, then the time first asked."""
    assert now.waiting_since is not None
    return now.priority, now.waiting_since
