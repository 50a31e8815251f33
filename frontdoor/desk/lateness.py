"""When a patient has waited long, and too long: in hours at which the clinic is open. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.clinic import Clinic
from frontdoor.conversations.states import EMERGENCY, Ownership, State
from frontdoor.settings import Settings


@dataclass(frozen=True)
class Lateness:
    """The clinic's measure."""

    clinic: Clinic
    unclaimed: timedelta
    warn: timedelta
    late: timedelta

    @classmethod
    def from_settings(cls, clinic: Clinic, settings: Settings) -> "Lateness":
        """Read what the clinic has set."""
        return cls(
            clinic,
            timedelta(seconds=settings.unclaimed_seconds),
            timedelta(minutes=settings.wait_warn_minutes),
            timedelta(minutes=settings.wait_late_minutes),
        )

    def of(self, now: Ownership) -> tuple[datetime | None, datetime | None]:
        """Return from when a waiting conversation waits long, and too long. An emergency knows no hours."""
        if now.state is not State.WAITING or now.waiting_since is None:
            return None, None
        if now.priority == EMERGENCY:
            late = now.waiting_since + self.unclaimed
            return late, late
        return tuple(self.clinic.after_open(now.waiting_since, wait) for wait in (self.warn, self.late))  # type: ignore[return-value]
