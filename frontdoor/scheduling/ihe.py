"""The dialect of IHE ITI Scheduling: `$find` proposes Appointments, `$hold` keeps one, `$book` books it.

An opening's id here is the id of a proposed Appointment.
"""

from collections.abc import Sequence

from frontdoor.scheduling import fhir, reading
from frontdoor.scheduling.catalog import Calendar
from frontdoor.scheduling.dialect import HOLD, Rest
from frontdoor.scheduling.errors import NotFound, Rejected, Unavailable
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.model import Hold, Opening, Wanted
from frontdoor.scheduling.wire import Conflict

MOST_FOUND = 200


class Ihe(Rest):
    """Find, hold and book by operations; read, list and cancel as everywhere."""

    def openings(self, wanted: Wanted, calendars: Sequence[Calendar], limit: int) -> list[Opening]:
        """Return the earliest openings of these calendars' practitioners that fit."""
        owners = {one.practitioner_id for one in calendars}
        bundle = self.wire.operation(f"Appointment/$find?_count={MOST_FOUND}", self._question(wanted))
        found = []
        for entry in bundle.get("entry") or ():
            resource = entry.get("resource") or {}
            if resource.get("resourceType") != "Appointment" or resource.get("status") != "proposed":
                continue
            one = self._opening(resource, wanted.service_type)
            fresh = one.id not in wanted.exclude_opening_ids and one.start >= self.now()
            if one.practitioner_id in owners and fresh and reading.fits(one.start, wanted):
                found.append(one)
        return sorted(found, key=lambda one: (one.start, one.id))[:limit]

    def _question(self, wanted: Wanted) -> list[Resource]:
        asked: list[Resource] = [
            {"name": "start", "valueDateTime": fhir.format_instant(wanted.start)},
            {"name": "end", "valueDateTime": fhir.format_instant(wanted.end)},
            {"name": "visit-type", "valueCodeableConcept": fhir.concept(fhir.SERVICE_TYPE, wanted.service_type)},
        ]
        if wanted.practitioner_id:
            reference = fhir.reference("Practitioner", wanted.practitioner_id)
            asked.append({"name": "practitioner", "valueReference": reference})
        return asked

    def _opening(self, resource: Resource, service_type: str = "") -> Opening:
        owner = next(iter(fhir.actors(resource, "Practitioner")), "")
        code = reading.service_code(resource) or service_type
        return reading.opening({**resource, "schedule": {}}, owner, self.catalog.name(owner), code)

    def opening(self, opening_id: str) -> Opening:
        """Return one proposed time. Raises NotFound."""
        return self._opening(self.wire.read("Appointment", opening_id)[0])

    def hold(self, opening_id: str, key: str) -> Hold:
        """Ask for a pending Appointment. Raises Taken, NotFound."""
        if not fhir.ID.match(opening_id):
            raise NotFound("That is no id.")
        asked = [{"name": "appointment-reference", "valueReference": fhir.reference("Appointment", opening_id)}]
        try:
            held = self.wire.operation("Appointment/$hold", asked)
        except Conflict:
            raise self._taken(opening_id) from None
        if held.get("status") != "pending":
            raise Unavailable("The scheduling server did not keep the hold.")
        version = (held.get("meta") or {}).get("versionId", "")
        return Hold(opening_id, key, self.now() + HOLD, version, held["id"])

    def keep(self, opening_id: str, hold: Hold | None, key: str) -> Hold:
        """Return *hold* if its Appointment still waits, else a new one: holds cannot be extended in this dialect."""
        if hold is not None and hold.appointment_id:
            current, _ = self.wire.read("Appointment", hold.appointment_id)
            if current.get("status") == "pending":
                return hold
        return self.hold(opening_id, key)

    def release(self, hold: Hold) -> None:
        """Cancel the pending Appointment."""
        if hold.appointment_id:
            try:
                current, _ = self.wire.read("Appointment", hold.appointment_id)
                if current.get("status") == "pending":
                    self.cancel(hold.appointment_id, "pat")
            except (NotFound, Rejected, Conflict):
                return

    def commit(self, resource: Resource, hold: Hold) -> Resource:
        """Book the held Appointment. Raises Taken, Rejected."""
        held, _ = self.wire.read("Appointment", hold.appointment_id or "")
        wanted = {**resource, "id": held["id"], "slot": held.get("slot", [])}
        asked = [{"name": "appointment-resource", "resource": wanted}]
        try:
            return _appointment_in(self.wire.operation("Appointment/$book", asked))
        except Conflict:
            raise self._taken(hold.opening_id) from None

    def is_same(self, asked: str, booked: str) -> bool:
        """Proposed times have other ids than what is booked; start, clinician and patient are compared anyway."""
        return bool(asked and booked)

    def occupy(self, opening_id: str) -> None:
        """The server does this itself."""

    def vacate(self, opening_id: str) -> None:
        """The server does this itself."""


def _appointment_in(answer: Resource) -> Resource:
    """Return the Appointment of an answer: itself, or in a Bundle or in Parameters."""
    if answer.get("resourceType") == "Appointment":
        return answer
    for item in [*(answer.get("entry") or ()), *(answer.get("parameter") or ())]:
        if (item.get("resource") or {}).get("resourceType") in ("Appointment", "Bundle"):
            return _appointment_in(item["resource"])
    raise Unavailable("The scheduling server did not answer with an Appointment.")
