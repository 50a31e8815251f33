"""What the client remembers of a server's directory for a minute: schedules, roles, practitioners."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from frontdoor.scheduling import fhir, reading
from frontdoor.scheduling.errors import NotFound
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.wire import Wire

FRESH = timedelta(seconds=60)
MOST_SCHEDULES = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Calendar:
    """One bookable Schedule and whose it is."""

    id: str
    practitioner_id: str
    services: frozenset[str]


class Catalog:
    """Reads the directory by plain searches only: no chains, no includes, which some servers silently ignore."""

    def __init__(self, wire: Wire, now: Callable[[], datetime]) -> None:
        self._wire = wire
        self._now = now
        self._kept: dict[str, tuple[datetime, Any]] = {}
        self._lock = threading.Lock()

    def calendars(self) -> list[Calendar]:
        """Return every active Schedule that belongs to a practitioner."""
        return self._remember("calendars", self._read_calendars)

    def calendar(self, schedule_id: str) -> Calendar:
        """Return one Schedule's calendar. Raises NotFound."""
        for one in self.calendars():
            if one.id == schedule_id:
                return one
        found = self._calendar(self._wire.read("Schedule", schedule_id)[0], {})
        if found is None:
            raise NotFound("The schedule belongs to nobody.")
        return found

    def practitioner(self, practitioner_id: str) -> Resource:
        """Return a Practitioner. Raises NotFound."""
        return self._remember(f"p:{practitioner_id}", lambda: self._wire.read("Practitioner", practitioner_id)[0])

    def name(self, practitioner_id: str) -> str:
        """Return what a practitioner is called, empty when the server does not know."""
        if not practitioner_id:
            return ""
        try:
            return fhir.human_name(self.practitioner(practitioner_id))
        except NotFound:
            return ""

    def may_see(self, practitioner_id: str, state: str, at: datetime) -> bool:
        """Whether the practitioner's licences cover a patient in *state* at that instant. Raises NotFound."""
        return reading.is_licensed(self.practitioner(practitioner_id), state, at.date())

    def _read_calendars(self) -> list[Calendar]:
        schedules = [one for one in self._wire.search("Schedule", {}, most=MOST_SCHEDULES) if one.get("active", True)]
        roles = {one["id"]: one for one in self._wire.search("PractitionerRole", {}, most=MOST_SCHEDULES)}
        found = (self._calendar(schedule, roles) for schedule in schedules)
        return [one for one in found if one is not None]

    def _calendar(self, schedule: Resource, roles: dict[str, Resource]) -> Calendar | None:
        """Return whose calendar it is: a Practitioner among the actors, or the one of a PractitionerRole."""
        services = {code for _, code in fhir.codes(schedule.get("serviceType") or ())}
        owner = None
        for actor in schedule.get("actor") or ():
            owner = owner or fhir.reference_id(actor, "Practitioner")
            role = roles.get(fhir.reference_id(actor, "PractitionerRole") or "")
            if role is not None and role.get("active", True):
                owner = owner or fhir.reference_id(role.get("practitioner"), "Practitioner")
                services |= {
                    code for element in ("code", "specialty") for _, code in fhir.codes(role.get(element) or ())
                }
        return Calendar(schedule["id"], owner, frozenset(services)) if owner else None

    def _remember(self, key: str, read: Callable[[], T]) -> T:
        now = self._now()
        with self._lock:
            kept = self._kept.get(key)
        if kept and now - kept[0] < FRESH:
            value: T = kept[1]
            return value
        value = read()
        with self._lock:
            self._kept[key] = (now, value)
        return value
