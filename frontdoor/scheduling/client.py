"""The one way our code schedules: the embedded service, or any FHIR R4 server with the smallest subset.

    scheduling = Scheduling.from_settings(settings)
    openings = await asyncio.to_thread(scheduling.find_openings, wanted, limit=5)

Synchronous (`requests`) and safe to share between threads. Every method may raise `NotAllowed` and `Unavailable`;
other outcomes are named where they can happen. See `errors.py` and `model.py`, docs/scheduling.md for the wire.
"""

from collections.abc import Callable
from datetime import date, datetime

from frontdoor.scheduling.model import Appointment, Booking, Hold, Links, Opening, Patient, Service, Wanted
from frontdoor.settings import Settings


class Scheduling:
    """Find, hold, book, reschedule and cancel on one scheduling server."""

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime] | None = None) -> "Scheduling":
        """Return a client of `settings.scheduling_url`. *now* gives the instant (aware UTC), for tests."""
        raise NotImplementedError

    def services(self) -> list[Service]:
        """Return the kinds of visit that can be booked, by name."""
        raise NotImplementedError

    def find_openings(self, wanted: Wanted, *, limit: int = 5) -> list[Opening]:
        """Return up to *limit* free openings, earliest first (one start may appear once per clinician)."""
        raise NotImplementedError

    def opening(self, opening_id: str) -> Opening:
        """Return one opening, free or not. Raises NotFound."""
        raise NotImplementedError

    def is_licensed(self, practitioner_id: str, state: str, at: datetime) -> bool:
        """Tell whether this clinician may see a patient who is in *state* ("NY") at the instant *at*.

        True when the server says nothing about licences at all. (Asked for by the booking conversation: the opening
        is held before the patient's state is known.) Raises NotFound.
        """
        raise NotImplementedError

    def hold(self, opening_id: str, *, key: str) -> Hold:
        """Keep the opening for ten minutes; the same *key* again extends. Raises Taken, NotFound, Rejected."""
        raise NotImplementedError

    def release(self, hold: Hold) -> None:
        """Give the opening back. Never raises for a hold that is gone already."""
        raise NotImplementedError

    def book(self, booking: Booking) -> Appointment:
        """Book, and return what the server says when read back: `booked`, that patient, that opening.

        Idempotent by `booking.key`: after a timeout, a crash or a repeated message call it again.
        Works without a hold, and when the hold has expired and nobody else took the opening.
        Raises Taken, Rejected, NotFound.
        """
        raise NotImplementedError

    def find_patient(self, name: str, birth_date: date) -> Patient | None:
        """Return the one patient of exactly this birth date whose name is this, but for case, accents and order."""
        raise NotImplementedError

    def appointment(self, appointment_id: str) -> Appointment:
        """Return one appointment. Raises NotFound."""
        raise NotImplementedError

    def upcoming(self, patient_id: str) -> list[Appointment]:
        """Return the patient's booked and pending appointments that have not ended, earliest first."""
        raise NotImplementedError

    def reschedule(self, appointment_id: str, opening_id: str, *, key: str, hold: Hold | None = None) -> Appointment:
        """Book the new opening for the same patient, then cancel the old appointment; never the other way round.

        Returns the new appointment. Idempotent by *key*. Raises Taken (the old one stands), Rejected, NotFound.
        """
        raise NotImplementedError

    def cancel(self, appointment_id: str, *, reason: str = "pat", key: str = "") -> Appointment:
        """Cancel and free the opening; return it as `cancelled`. Again on a cancelled one: the same answer.

        *reason* is a code of FHIR's appointment-cancellation-reason. Raises Rejected, NotFound.
        """
        raise NotImplementedError

    def links(self, appointment: Appointment) -> Links:
        """Return the join page and the calendar file of this patient's visit; the same visit, the same links."""
        raise NotImplementedError
