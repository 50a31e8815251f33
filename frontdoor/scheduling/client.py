"""The one way our code schedules: the embedded service, or any FHIR R4 server with the smallest subset.

    scheduling = Scheduling.from_settings(settings)
    openings = await asyncio.to_thread(scheduling.find_openings, wanted, limit=5)

Synchronous (`requests`) and safe to share between threads. Every method may raise `NotAllowed` and `Unavailable`;
other outcomes are named where they can happen. See `errors.py` and `model.py`, docs/scheduling.md for the wire.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

import requests

from frontdoor.scheduling import fhir, reading, writing
from frontdoor.scheduling.catalog import Calendar, Catalog
from frontdoor.scheduling.dialect import LIVE, Rest
from frontdoor.scheduling.errors import NotFound, Rejected, Unavailable
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.ihe import Ihe
from frontdoor.scheduling.model import Appointment, Booking, Hold, Links, Opening, Patient, Person, Service, Wanted
from frontdoor.scheduling.wire import TIMEOUT_SECONDS, Wire
from frontdoor.settings import Settings

DIALECTS = {"rest": Rest, "ihe": Ihe, "medplum": Rest}  # Medplum takes plain REST; its own operations are beta
MOST_AGAIN = 20  # bookings of one key, each cancelled before the next
THIS_MACHINE = ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104  # names of it, nothing is bound
LONGEST_VISIT = timedelta(hours=4)


class Scheduling:
    """Find, hold, book, reschedule and cancel on one scheduling server."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._now = now
        self._settings = settings
        host = "127.0.0.1" if settings.host in THIS_MACHINE else settings.host
        self._embedded = f"http://{host}:{settings.scheduling_port}"
        self._is_embedded = _is_ours(settings)
        token = settings.scheduling_token or (settings.internal_token if self._is_embedded else "")
        self._wire = Wire(settings.scheduling_url, token)
        self._catalog = Catalog(self._wire, now)
        self._dialect = DIALECTS[settings.scheduling_dialect](self._wire, self._catalog, now)

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime] | None = None) -> "Scheduling":
        """Return a client of `settings.scheduling_url`. *now* gives the instant (aware UTC), for tests."""
        return cls(settings, now or _now)

    def services(self) -> list[Service]:
        """Return the kinds of visit that can be booked, by name."""
        offered = {code for calendar in self._catalog.calendars() for code in calendar.services}
        found = {}
        for resource in self._wire.search("HealthcareService", {}):
            for _, code in fhir.codes(resource.get("type") or ()):
                if code in offered and resource.get("active", True):
                    found[code] = Service(code, str(resource.get("name") or code))
        return sorted(found.values(), key=lambda one: one.name)

    def find_openings(self, wanted: Wanted, *, limit: int = 5) -> list[Opening]:
        """Return up to *limit* free openings, earliest first (one start may appear once per clinician)."""
        calendars = [one for one in self._catalog.calendars() if self._is_wanted(one, wanted)]
        return self._dialect.openings(wanted, calendars, limit) if calendars and limit > 0 else []

    def _is_wanted(self, calendar: Calendar, wanted: Wanted) -> bool:
        owner = calendar.practitioner_id
        if wanted.service_type not in calendar.services or owner == wanted.not_practitioner_id:
            return False
        if wanted.practitioner_id is not None and owner != wanted.practitioner_id:
            return False
        try:
            practitioner = self._catalog.practitioner(owner)
        except NotFound:
            return False
        spoken = wanted.language is None or reading.speaks(practitioner, wanted.language)
        return spoken and (
            wanted.state is None
            or reading.is_licensed(practitioner, wanted.state, max(wanted.start, self._now()).date())
        )

    def opening(self, opening_id: str) -> Opening:
        """Return one opening, free or not. Raises NotFound."""
        return self._dialect.opening(opening_id)

    def is_licensed(self, practitioner_id: str, state: str, at: datetime) -> bool:
        """Tell whether this clinician may see a patient who is in *state* ("NY") at the instant *at*.

        True when the server says nothing about licences at all. (Asked for by the booking conversation: the opening
        is held before the patient's state is known.) Raises NotFound.
        """
        return self._catalog.may_see(practitioner_id, state, at)

    def hold(self, opening_id: str, *, key: str) -> Hold:
        """Keep the opening for ten minutes; the same *key* again extends. Raises Taken, NotFound, Rejected."""
        return self._dialect.hold(opening_id, key)

    def release(self, hold: Hold) -> None:
        """Give the opening back. Never raises for a hold that is gone already."""
        self._dialect.release(hold)

    def book(self, booking: Booking) -> Appointment:
        """Book, and return what the server says when read back: `booked`, that patient, that opening.

        Idempotent by `booking.key`: after a timeout, a crash or a repeated message call it again.
        Works without a hold, and when the hold has expired and nobody else took the opening.
        Raises Taken, Rejected, NotFound.
        """
        key, done = self._find_by_key(booking.key)
        if done is not None:
            return self._settled(done)
        opening = self._dialect.opening(booking.opening_id)
        if booking.state and not self.is_licensed(opening.practitioner_id, booking.state, opening.start):
            raise Rejected("licence")
        patient_id = self._patient_id(booking)
        hold = self._dialect.keep(booking.opening_id, booking.hold, booking.key)
        resource = writing.appointment(booking, opening, patient_id, key, hold.key)
        return self._commit(resource, hold, keep=booking.hold is not None)

    def find_patient(self, name: str, birth_date: date) -> Patient | None:
        """Return the one patient of exactly this birth date whose name is this, but for case, accents and order."""
        words = fhir.fold(name)
        day = birth_date.isoformat()
        born = [one for one in self._wire.search("Patient", {"birthdate": day}) if one.get("birthDate") == day]
        found = [one for one in born if words and reading.same_name(one, words)]
        if len(found) > 1:
            ours = writing.person_key(Person(name, birth_date))
            found = [one for one in found if ours in _identifiers(one)]
        return reading.patient(found[0]) if len(found) == 1 else None

    def appointment(self, appointment_id: str) -> Appointment:
        """Return one appointment. Raises NotFound."""
        resource, tag = self._wire.read("Appointment", appointment_id)
        return self._read(resource, tag)

    def upcoming(self, patient_id: str) -> list[Appointment]:
        """Return the patient's booked and pending appointments that have not ended, earliest first."""
        now = self._now()
        since = fhir.format_instant(now - LONGEST_VISIT)
        wanted = {"patient": f"Patient/{patient_id}", "status": "booked,pending", "date": f"ge{since}", "_sort": "date"}
        found = [one for one in self._wire.search("Appointment", wanted) if patient_id in fhir.actors(one, "Patient")]
        live = [self._read(one) for one in found if one.get("status") in ("booked", "pending") and "start" in one]
        return sorted((one for one in live if one.end > now), key=lambda one: one.start)

    def reschedule(self, appointment_id: str, opening_id: str, *, key: str, hold: Hold | None = None) -> Appointment:
        """Book the new opening for the same patient, then cancel the old appointment; never the other way round.

        Returns the new appointment. Idempotent by *key*. Raises Taken (the old one stands), Rejected, NotFound.
        """
        fresh_key, done = self._find_by_key(key)
        if done is None:
            done = self._replace(appointment_id, opening_id, fresh_key, hold)
        self.cancel(appointment_id)
        self._end_links(appointment_id, "replaced")
        return self._settled(done)

    def _replace(self, appointment_id: str, opening_id: str, key: str, hold: Hold | None) -> Resource:
        old, _ = self._wire.read("Appointment", appointment_id)
        if old.get("status") not in ("booked", "pending"):
            raise Rejected("status")
        current = self._read(old)
        if current.end <= self._now():
            raise Rejected("cancel_window")
        opening = self._dialect.opening(opening_id)
        if current.state and not self.is_licensed(opening.practitioner_id, current.state, opening.start):
            raise Rejected("licence")
        held = self._dialect.keep(opening_id, hold, key)
        resource = writing.replacement(old, opening, current.patient_id, key, held.key)
        written = self._commit(resource, held, keep=hold is not None)
        return self._wire.read("Appointment", written.id)[0]

    def cancel(self, appointment_id: str, *, reason: str = "pat", key: str = "") -> Appointment:
        """Cancel and free the opening; return it as `cancelled`. Again on a cancelled one: the same answer.

        *reason* is a code of FHIR's appointment-cancellation-reason. Raises Rejected, NotFound.
        """
        cancelled = self._dialect.cancel(appointment_id, reason)
        opening_id = reading.slot_id(cancelled)
        if opening_id:
            self._dialect.vacate(opening_id)
        self._end_links(appointment_id, "cancelled")
        again, tag = self._wire.read("Appointment", appointment_id)
        if again.get("status") != "cancelled":
            raise Unavailable("The scheduling server did not cancel the appointment.")
        return self._read(again, tag)

    def links(self, appointment: Appointment, *, renew: bool = False) -> Links:
        """Return the join page and the calendar file of this patient's visit; the same visit, the same links.

        *renew*: whoever asks has proven who they are; a join link that wrong dates of birth locked is given anew.
        """
        patient = reading.patient(self._wire.read("Patient", appointment.patient_id)[0])
        if patient is None:
            raise Unavailable("The patient has no birth date to ask for.")
        made = self._ask_embedded(
            "/visits",
            {
                "appointment_id": appointment.id,
                "patient_id": appointment.patient_id,
                "start": fhir.format_instant(appointment.start),
                "end": fhir.format_instant(appointment.end),
                "birth_date": patient.birth_date.isoformat(),
                "time_zone": appointment.time_zone or "UTC",
                "language": appointment.language or "en",
                "renew": renew,
            },
        )
        return Links(str(made["join_url"]), str(made["calendar_url"]))

    def _end_links(self, appointment_id: str, how: str) -> None:
        """Close the links of an appointment on a foreign server; the embedded one does so itself."""
        if not self._is_embedded:
            self._ask_embedded(f"/visits/{appointment_id}/end", {"how": how})

    def _ask_embedded(self, path: str, body: dict[str, str | bool]) -> dict[str, str]:
        """Ask our own service, which keeps the links for appointments on whichever server."""
        headers = {"Authorization": f"Bearer {self._settings.internal_token}"}
        address = f"{self._embedded}{path}"
        try:
            answer = requests.post(address, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
            made: dict[str, str] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unavailable(f"The visit links cannot be had ({type(error).__name__}).") from None
        if answer.status_code == 404:
            raise NotFound("There is no such appointment.")
        if answer.status_code == 422:
            raise Rejected("status")
        if answer.status_code != 200:
            raise Unavailable(f"The visit links cannot be had ({answer.status_code}).")
        return made

    def _commit(self, resource: Resource, hold: Hold, *, keep: bool) -> Appointment:
        """Write, and read back. What was held only for this is released when the server refuses."""
        try:
            written = self._dialect.commit(resource, hold)
        except Rejected:
            if not keep:
                self._dialect.release(hold)
            raise
        found = self._settled(written)
        asked = self._read({**resource, "id": found.id})
        same = (found.patient_id, found.start, found.practitioner_id) == (
            asked.patient_id,
            asked.start,
            asked.practitioner_id,
        )
        if not same or not self._dialect.is_same(asked.opening_id, found.opening_id):
            raise Unavailable("The scheduling server booked something else.")
        return found

    def _settled(self, written: Resource) -> Appointment:
        """Read an appointment back, with its Slot busy. Raises Unavailable unless it is booked."""
        resource, tag = self._wire.read("Appointment", written["id"])
        if resource.get("status") not in LIVE - {"pending"}:
            raise Unavailable("The scheduling server did not book the appointment.")
        opening_id = reading.slot_id(resource)
        if opening_id and not self._is_embedded:
            self._dialect.occupy(opening_id)
        return self._read(resource, tag)

    def _find_by_key(self, key: str) -> tuple[str, Resource | None]:
        """Return the live appointment that was booked with this key; else None, and a key that nothing has yet.

        The key of an appointment that was cancelled is used up: who books the same again gets "key.2".
        """
        for number in range(1, MOST_AGAIN):
            wanted = key if number == 1 else f"{key}.{number}"
            found = self._wire.search("Appointment", {"identifier": f"{fhir.BOOKING_KEY}|{wanted}"})
            known = [one for one in found if (fhir.BOOKING_KEY, wanted) in _identifiers(one)]
            live = [one for one in known if one.get("status") in LIVE]
            if live or not known:
                return wanted, live[0] if live else None
        raise Rejected("invalid")

    def _patient_id(self, booking: Booking) -> str:
        """Return the id of the patient, found or written."""
        known = self.find_patient(booking.patient.name, booking.patient.birth_date)
        if known is not None:
            return known.id
        written = self._wire.create(writing.patient(booking), writing.person_key(booking.patient))
        return str(written["id"])

    def _read(self, resource: Resource, tag: str = "") -> Appointment:
        owner = next(iter(fhir.actors(resource, "Practitioner")), "")
        return reading.appointment(resource, self._catalog.name(owner), tag)


def _identifiers(resource: Resource) -> list[tuple[str, str]]:
    return [(one.get("system", ""), one.get("value", "")) for one in resource.get("identifier") or ()]


def _is_ours(settings: Settings) -> bool:
    """Whether the server is our own scheduling service on this machine."""
    address = urlsplit(settings.scheduling_url)
    return address.port == settings.scheduling_port and address.hostname in (*THIS_MACHINE, settings.host)


def _now() -> datetime:
    return datetime.now(timezone.utc)
