"""How a server is asked to find, hold, book and free a time: by the plain resources that every FHIR server has.

The Slot is the lock: a PUT to `busy-tentative` with If-Match has one winner on every server that we know, while
transactions, chained searches and If-Match on PATCH do not hold on all of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.scheduling import fhir, reading
from frontdoor.scheduling.catalog import Calendar, Catalog
from frontdoor.scheduling.errors import NotFound, Rejected, SchedulingError, Taken, Unavailable
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.model import Hold, Opening, Wanted
from frontdoor.scheduling.wire import Conflict, Wire

HOLD = timedelta(minutes=10)
TRIES = 4  # at a write that others keep overtaking
SCHEDULES_A_SEARCH = 20  # so that addresses stay short
NEAR = timedelta(days=3)  # where alternatives are looked for
MOST_NEAR, ALTERNATIVES = 60, 3
LIVE = frozenset({"pending", "booked", "arrived", "checked-in"})


@dataclass
class Rest:
    """Plain REST: search, read, create and update, nothing else."""

    wire: Wire
    catalog: Catalog
    now: Callable[[], datetime]

    def openings(self, wanted: Wanted, calendars: Sequence[Calendar], limit: int) -> list[Opening]:
        """Return the earliest openings of these calendars that fit."""
        owners = {one.id: one for one in calendars}
        ids = sorted(owners)
        found: list[Opening] = []
        for first in range(0, len(ids), SCHEDULES_A_SEARCH):
            part = ids[first : first + SCHEDULES_A_SEARCH]
            fitting = (slot for slot in self._slots(wanted, part) if self._fits(slot, wanted, part))
            for slot, _ in zip(fitting, range(limit), strict=False):
                owner = owners[fhir.reference_id(slot["schedule"], "Schedule") or ""].practitioner_id
                found.append(reading.opening(slot, owner, self.catalog.name(owner), wanted.service_type))
        return sorted(found, key=lambda one: (one.start, one.id))[:limit]

    def _slots(self, wanted: Wanted, schedule_ids: Sequence[str]) -> Iterator[Resource]:
        """Yield Slots in order of their start; a server that has pages without links is asked again from the last."""
        start, before = wanted.start, -1
        seen: set[str] = set()
        while len(seen) != before:
            before = len(seen)
            parameters = {
                "schedule": ",".join(f"Schedule/{id_}" for id_ in schedule_ids),
                "status": "free,busy-tentative",
                "start": [f"ge{fhir.format_instant(start)}", f"lt{fhir.format_instant(wanted.end)}"],
                "_sort": "start",
            }
            for slot in self.wire.search("Slot", parameters):
                if slot["id"] not in seen:
                    seen.add(slot["id"])
                    start = max(start, _start(slot))
                    yield slot

    def _fits(self, slot: Resource, wanted: Wanted, schedule_ids: Sequence[str]) -> bool:
        """Check everything again: servers ignore search parameters that they do not know."""
        return (
            fhir.reference_id(slot.get("schedule"), "Schedule") in schedule_ids
            and slot["id"] not in wanted.exclude_opening_ids
            and reading.is_free(slot, self.now())
            and (not reading.service_code(slot) or _is_of(slot, wanted.service_type))
            and _start(slot) >= self.now()
            and reading.fits(_start(slot), wanted)
        )

    def opening(self, opening_id: str) -> Opening:
        """Return one opening, free or not. Raises NotFound."""
        slot, _ = self.wire.read("Slot", opening_id)
        calendar = self.catalog.calendar(fhir.reference_id(slot.get("schedule"), "Schedule") or "")
        service = reading.service_code(slot) or next(iter(sorted(calendar.services)), "")
        return reading.opening(slot, calendar.practitioner_id, self.catalog.name(calendar.practitioner_id), service)

    def hold(self, opening_id: str, key: str) -> Hold:
        """Write the Slot busy-tentative. Raises Taken, NotFound, Rejected."""
        others: tuple[str, ...] = ()
        for _ in range(TRIES):
            slot, tag = self.wire.read("Slot", opening_id)
            if not reading.is_free(slot, self.now()) and not reading.is_held_with(slot, key):
                raise self._taken(opening_id, others)
            until = self.now() + HOLD
            wanted = {**slot, "status": "busy-tentative", "comment": reading.hold_comment(until, key)}
            try:
                written, new_tag = self.wire.update(wanted, tag)
            except Conflict as conflict:
                others = conflict.alternatives
                continue
            except Unavailable:
                slot, tag = self.wire.read("Slot", opening_id)  # it may have been done
                if not reading.is_held_with(slot, key):
                    raise
                written, new_tag = slot, tag
            if not reading.is_held_with(written, key):
                raise Unavailable("The scheduling server did not keep the hold.")
            return Hold(opening_id, key, reading.expires_at(written, self.now(), HOLD), new_tag)
        raise self._taken(opening_id, others)

    def _taken(self, opening_id: str, others: tuple[str, ...] = ()) -> Taken:
        """Return the error with free openings of the same kind, nearest first; the server may have named some."""
        if others:
            return Taken(others)
        try:
            lost = self.opening(opening_id)
            same = [one for one in self.catalog.calendars() if lost.service_type in one.services]
            wanted = Wanted(lost.service_type, max(self.now(), lost.start - NEAR), lost.start + NEAR)
            found = [one for one in self.openings(wanted, same, MOST_NEAR) if one.id != opening_id]
        except SchedulingError:
            return Taken()
        found.sort(key=lambda one: (abs(one.start - lost.start), one.id))
        return Taken(tuple(one.id for one in found[:ALTERNATIVES]))

    def keep(self, opening_id: str, hold: Hold | None, key: str) -> Hold:
        """Return a hold that is good now: *hold* extended, or a new one under *key*."""
        return self.hold(opening_id, hold.key if hold else key)

    def release(self, hold: Hold) -> None:
        """Write the Slot free again if it is still this hold's."""
        for _ in range(TRIES):
            try:
                slot, tag = self.wire.read("Slot", hold.opening_id)
                if reading.is_held_with(slot, hold.key):
                    self.wire.update(_with_status(slot, "free"), tag)
                return
            except Conflict:
                continue
            except (NotFound, Rejected):
                return

    def commit(self, resource: Resource, hold: Hold) -> Resource:
        """Write the Appointment under its booking key, and the Slot busy. Raises Taken, Rejected."""
        key = next(one for one in resource["identifier"] if one["system"] == fhir.BOOKING_KEY)
        try:
            written = self.wire.create(resource, (key["system"], key["value"]))
        except (Conflict, Rejected) as refused:
            self._explain(hold, refused)
        self.occupy(hold.opening_id)
        return written

    def _explain(self, hold: Hold, refused: Conflict | Rejected) -> None:
        """Raise what a refusal means: servers say "taken" with 400, 409, 412 or 422."""
        slot, _ = self.wire.read("Slot", hold.opening_id)
        lost = not reading.is_free(slot, self.now()) and not reading.is_held_with(slot, hold.key)
        if isinstance(refused, Conflict):
            raise self._taken(hold.opening_id, refused.alternatives) from None
        raise (self._taken(hold.opening_id) if lost and refused.reason == "invalid" else refused) from None

    def is_same(self, asked: str, booked: str) -> bool:
        """Whether the opening that was booked is the one that was asked for."""
        return asked == booked

    def occupy(self, opening_id: str) -> None:
        """Write the Slot busy, unless the server has done so itself."""
        self._write_slot(opening_id, "busy", ("free", "busy-tentative"))

    def vacate(self, opening_id: str) -> None:
        """Write the Slot free, unless the server has done so itself or another appointment has it."""
        others = self.wire.search("Appointment", {"slot": f"Slot/{opening_id}"})
        if any(one.get("status") in LIVE and reading.slot_id(one) == opening_id for one in others):
            return
        self._write_slot(opening_id, "free", ("busy",))

    def _write_slot(self, opening_id: str, status: str, only_from: Sequence[str]) -> None:
        for _ in range(TRIES):
            try:
                slot, tag = self.wire.read("Slot", opening_id)
                if slot.get("status") in only_from:
                    self.wire.update(_with_status(slot, status), tag)
                return
            except NotFound:
                return
            except Conflict:
                continue

    def cancel(self, appointment_id: str, reason: str) -> Resource:
        """Write the Appointment cancelled; one that is cancelled already stays as it is. Raises Rejected, NotFound."""
        for _ in range(TRIES):
            current, tag = self.wire.read("Appointment", appointment_id)
            if current.get("status") == "cancelled":
                return current
            if current.get("status") not in ("booked", "pending", "proposed", "waitlist", "arrived"):
                raise Rejected("status")
            wanted = {**current, "status": "cancelled", "cancelationReason": fhir.concept(fhir.CANCELLATION, reason)}
            try:
                return self.wire.update(wanted, tag)[0]
            except Conflict:
                continue
        raise Unavailable("The appointment keeps changing.")


def _start(slot: Resource) -> datetime:
    try:
        return fhir.parse_instant(slot["start"])
    except (KeyError, ValueError, TypeError):
        raise Unavailable("The scheduling server sent a Slot that cannot be read.") from None


def _is_of(slot: Resource, service_type: str) -> bool:
    return any(code == service_type for _, code in fhir.codes(slot.get("serviceType") or ()))


def _with_status(slot: Resource, status: str) -> Resource:
    return {**{name: value for name, value in slot.items() if name != "comment"}, "status": status}
