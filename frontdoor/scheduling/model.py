"""What a conversation knows of scheduling: plain frozen values, no FHIR in them.

Instants are aware UTC. Ids are the server's own, without the resource type ("abc", never "Slot/abc").
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

CANCELLABLE = frozenset({"proposed", "pending", "booked", "waitlist"})
JOIN_EARLY, JOIN_LATE = timedelta(minutes=15), timedelta(minutes=60)  # a join link: before the start, after the end


@dataclass(frozen=True)
class Service:
    """A kind of visit, such as `dermatology`. *minutes* is 0 when the server does not say."""

    code: str
    name: str
    minutes: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which openings a patient would take.

    *local_from* and *local_to* bound the start by the clock on the wall in *time_zone* (an IANA name);
    `local_from > local_to` means over midnight. *state* is where the patient will be ("NY"): only clinicians
    licensed there on that day. *language* ("es"): only clinicians who speak it.
    """

    service_type: str
    start: datetime
    end: datetime
    state: str | None = None
    language: str | None = None
    practitioner_id: str | None = None
    not_practitioner_id: str | None = None
    local_from: time | None = None
    local_to: time | None = None
    time_zone: str = "UTC"
    exclude_opening_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Opening:
    """A time that can be booked (FHIR: a free Slot). *version* is the server's entity tag when it was read."""

    id: str
    start: datetime
    end: datetime
    schedule_id: str
    practitioner_id: str
    practitioner_name: str
    service_type: str
    version: str = ""


@dataclass(frozen=True)
class Hold:
    """An opening kept for one conversation until *expires_at*. *key* is the holder's secret."""

    opening_id: str
    key: str
    expires_at: datetime
    version: str
    appointment_id: str | None = None  # on servers whose holds are pending appointments


@dataclass(frozen=True)
class Guardian:
    """The adult who writes for a child. *relationship* is a word such as "mother"."""

    name: str
    relationship: str
    contact: str = ""


@dataclass(frozen=True)
class Person:
    """The patient as the conversation knows them. *name* is as written: "Ana María Pérez"."""

    name: str
    birth_date: date
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Patient:
    """A patient that the scheduling server knows."""

    id: str
    name: str
    birth_date: date


@dataclass(frozen=True)
class Booking:
    """Everything needed to book once. The same *key* again is the same appointment, never a second one."""

    opening_id: str
    key: str
    hold: Hold | None
    patient: Person
    state: str
    service_type: str
    reason: str = ""
    language: str = "en"
    consent_version: str = ""
    time_zone: str = "UTC"  # the patient's
    guardian: Guardian | None = None


@dataclass(frozen=True)
class Appointment:
    """An appointment as it was read back from the server."""

    id: str
    status: str
    start: datetime
    end: datetime
    service_type: str
    practitioner_id: str
    practitioner_name: str
    patient_id: str
    opening_id: str
    version: str = ""
    state: str = ""
    language: str = ""
    time_zone: str = ""
    reason: str = field(default="", repr=False)

    @property
    def can_change(self) -> bool:
        """Whether a patient may still reschedule or cancel it, as far as its status says."""
        return self.status in CANCELLABLE


@dataclass(frozen=True)
class Links:
    """Addresses for one patient of one visit; both are secrets: give them to that patient only."""

    join_url: str = field(repr=False)
    calendar_url: str = field(repr=False)
