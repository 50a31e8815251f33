"""What can happen to a conversation. Every happening carries the instant it happened at, aware UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Staff:
    """A staff member who acts."""

    id: str
    name: str
    supervisor: bool = False
    online: bool = True  # at the desk; only who is can be given something
    full: bool = False  # has as many conversations as they may have at once


@dataclass(frozen=True)
class PatientWrote:
    at: datetime
    deferred: bool = False  # out of hours, should it go back to people


@dataclass(frozen=True)
class EmergencyFound:
    at: datetime
    category: str
    rule: str
    queue: str | None = None  # None: the one it is in
    skill: str | None = None


@dataclass(frozen=True)
class PatientSafe:
    """The patient pressed "I'm safe now": the assistant may go on, people still look."""

    at: datetime


@dataclass(frozen=True)
class HandoffAsked:
    """The bot, a rule or a failure wants a person. *priority* 1 to 3; *deferred*: out of hours."""

    at: datetime
    reason: str
    priority: int = 3
    deferred: bool = False
    bot_ok: bool = False
    queue: str | None = None  # None: the one it is in
    skill: str | None = None


@dataclass(frozen=True)
class ClinicOpened:
    """Staff are there again: who asked out of hours waits like the others."""

    at: datetime


@dataclass(frozen=True)
class PatientCancelled:
    at: datetime


@dataclass(frozen=True)
class KeepAssistant:
    """The patient goes on with the assistant while waiting."""

    at: datetime


@dataclass(frozen=True)
class Claimed:
    at: datetime
    by: Staff
    seen_epoch: int


@dataclass(frozen=True)
class TakenOver:
    """From the bot by anyone who may, from a colleague by a supervisor."""

    at: datetime
    by: Staff


@dataclass(frozen=True)
class Assigned:
    """A supervisor or the router gives a waiting conversation to a person."""

    at: datetime
    by: Staff | None
    to: Staff


@dataclass(frozen=True)
class Released:
    """Back to the queue, or to another queue."""

    at: datetime
    by: Staff
    queue: str | None = None


@dataclass(frozen=True)
class Transferred:
    at: datetime
    by: Staff
    to: Staff


@dataclass(frozen=True)
class Replied:
    at: datetime
    by: Staff
    epoch: int


@dataclass(frozen=True)
class Heartbeat:
    at: datetime
    by: Staff


@dataclass(frozen=True)
class LeaseExpired:
    at: datetime


@dataclass(frozen=True)
class NoFirstReply:
    at: datetime


@dataclass(frozen=True)
class ReturnedToBot:
    at: datetime
    by: Staff


@dataclass(frozen=True)
class BotAccepted:
    at: datetime


@dataclass(frozen=True)
class BotRefused:
    at: datetime


@dataclass(frozen=True)
class Resolved:
    at: datetime
    by: Staff
    disposition: str


@dataclass(frozen=True)
class PatientSilent:
    """Staff wait for the patient for longer than the clinic wants to."""

    at: datetime


@dataclass(frozen=True)
class PriorityChanged:
    at: datetime
    by: Staff
    priority: int
    reason: str


@dataclass(frozen=True)
class MergeAsked:
    """Somebody wants to make one of two conversations. It is always refused: a name is not an identity."""

    at: datetime
    by: Staff


Happening = (
    PatientWrote | EmergencyFound | PatientSafe | HandoffAsked | ClinicOpened | PatientCancelled | KeepAssistant
    | Claimed | TakenOver | Assigned | Released | Transferred | Replied | Heartbeat | LeaseExpired | NoFirstReply
    | ReturnedToBot | BotAccepted | BotRefused | Resolved | PatientSilent | PriorityChanged | MergeAsked
)  # fmt: skip
