"""What a conversation about visits has learned so far, as one value that Rasa keeps in the slot `visit`.

Everything in it is plain JSON. `Visit.load(slot)` never raises: what cannot be read is forgotten.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time, timezone
from typing import Any

from frontdoor.booking.when import Window
from frontdoor.scheduling.model import Appointment, Hold, Opening

JSON = dict[str, Any]
PERSONAL = ("who", "guardian", "relationship", "name", "birth_date", "state", "contact", "reason", "consent")
OF_OPENING = ("window", "options", "offered", "shown", "avoided", "opening", "hold")


@dataclass
class Visit:
    """One job at a time: `book`, `list`, `reschedule`, `cancel`, `join`, or none (""). Dates are ISO texts."""

    job: str = ""
    step: str = ""  # what was asked last
    tries: int = 0  # answers to it that could not be used
    count: int = 0  # visits booked, moved or cancelled in this conversation: part of every idempotency key
    service_type: str = ""
    window: JSON | None = None
    options: list[JSON] = field(default_factory=list)  # readings of "when" to choose from
    offered: list[JSON] = field(default_factory=list)  # openings on the last buttons
    shown: list[str] = field(default_factory=list)  # openings that were offered before
    passed: list[str] = field(default_factory=list)  # starts that did not suit
    avoided: list[str] = field(default_factory=list)  # clinicians the patient asked to change
    opening: JSON | None = None
    hold: JSON | None = None
    who: str = ""  # self, child, other
    guardian: str = ""
    relationship: str = ""
    name: str = ""
    birth_date: str = ""
    birth_options: list[str] = field(default_factory=list)
    state: str = ""
    contact: str = ""
    suggested: str = ""  # a mail address with its domain's spelling mended, to be confirmed
    reason: str = ""
    consent: str = ""  # version agreed to
    agreed_at: str = ""
    visits: list[JSON] = field(default_factory=list)  # the verified patient's, as last listed
    appointment: JSON | None = None  # the one to move or cancel
    patient: JSON | None = None  # who proved to be a patient here: {"id", "name", "birth_date"}
    failures: int = 0  # name and date of birth that fitted nobody
    blocked_until: str = ""

    @classmethod
    def load(cls, slot: Any) -> "Visit":
        """Return what the slot holds, or a new one."""
        if not isinstance(slot, dict):
            return cls()
        known = {each.name: each for each in fields(cls)}
        kept = {name: value for name, value in slot.items() if name in known}
        try:
            return cls(**kept)
        except TypeError:
            return cls()

    def dump(self) -> JSON:
        """Return it for the slot; what is empty is left out."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None, [], 0)}

    def begin(self, job: str) -> None:
        """Start *job*, keeping what was answered if the same job was left unfinished."""
        if (self.job and self.job != job) or not self.job:
            kept_step = self.job == job
            self.job = job
            if not kept_step:
                self.options, self.offered, self.shown, self.passed, self.avoided = [], [], [], [], []
        self.step, self.tries = "", 0

    def forget_opening(self) -> None:
        """Choose a time anew."""
        self.window, self.opening, self.hold = None, None, None
        self.options, self.offered, self.shown, self.passed, self.avoided = [], [], [], [], []

    def finish(self) -> None:
        """Forget the job and every answer; keep who is verified, and the counts."""
        kept = {name: getattr(self, name) for name in ("count", "patient", "failures", "blocked_until", "visits")}
        self.__init__(**kept)  # type: ignore[misc]

    @property
    def chosen(self) -> Opening | None:
        """The opening that is held or to be held."""
        return opening_from(self.opening) if self.opening else None

    @property
    def kept(self) -> Hold | None:
        """The hold on it."""
        return hold_from(self.hold) if self.hold else None

    @property
    def wanted(self) -> Window | None:
        """When the patient wants to come."""
        return window_from(self.window) if self.window else None

    @property
    def born(self) -> date | None:
        """The patient's date of birth."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    @property
    def subject(self) -> Appointment | None:
        """The appointment to move or cancel."""
        return appointment_from(self.appointment) if self.appointment else None

    def listed(self, appointment_id: str) -> Appointment | None:
        """Return an appointment that was listed to this patient."""
        return next((appointment_from(one) for one in self.visits if one["id"] == appointment_id), None)


def window_to(window: Window) -> JSON:
    """Return the window as JSON."""
    plain: JSON = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    if window.weekdays is not None:
        plain["weekdays"] = sorted(window.weekdays)
    for name in ("earliest", "latest", "near"):
        if value := getattr(window, name):
            plain[name] = value.isoformat()
    return {**plain, "asap": True} if window.asap else plain


def window_from(plain: JSON) -> Window:
    """Return the window that `window_to` wrote."""
    at = {name: time.fromisoformat(plain[name]) for name in ("earliest", "latest", "near") if name in plain}
    weekdays = frozenset(plain["weekdays"]) if "weekdays" in plain else None
    return Window(
        date.fromisoformat(plain["first"]),
        date.fromisoformat(plain["last"]),
        weekdays,
        asap=plain.get("asap", False),
        **at,
    )


def instant(text: str) -> datetime:
    """Return the aware UTC instant of an ISO text."""
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def plain_of(value: Opening | Hold | Appointment) -> JSON:
    """Return any of the scheduling values as JSON."""
    return {name: part.isoformat() if isinstance(part, datetime) else part for name, part in asdict(value).items()}


def opening_from(plain: JSON) -> Opening:
    """Return the opening that `plain_of` wrote."""
    return Opening(**{**plain, "start": instant(plain["start"]), "end": instant(plain["end"])})


def hold_from(plain: JSON) -> Hold:
    """Return the hold that `plain_of` wrote."""
    return Hold(**{**plain, "expires_at": instant(plain["expires_at"])})


def appointment_from(plain: JSON) -> Appointment:
    """Return the appointment that `plain_of` wrote."""
    return Appointment(**{**plain, "start": instant(plain["start"]), "end": instant(plain["end"])})
