"""FHIR resources of any server as the plain values of `model`. Pure."""

from datetime import date, datetime, timedelta
from typing import Any

from frontdoor.scheduling import fhir
from frontdoor.scheduling.errors import Unavailable
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.model import Appointment, Opening, Patient, Wanted
from frontdoor.scheduling.zones import zone

HELD_BY_US = "by=frontdoor"


def held_until(slot: Resource) -> datetime | None:
    """Return when our hold on a Slot ends, as its comment says; None when it is not ours."""
    words = str(slot.get("comment", "")).split()
    if HELD_BY_US not in words:
        return None
    for word in words:
        if word.startswith("held-until="):
            try:
                return fhir.parse_instant(word.removeprefix("held-until="))
            except ValueError:
                return None
    return None


def hold_comment(until: datetime, key: str) -> str:
    """Return the comment of a Slot that we hold."""
    return f"held-until={fhir.format_instant(until)} {HELD_BY_US} key={fhir.hold_hash(key)}"


def is_held_with(slot: Resource, key: str) -> bool:
    """Whether the Slot is held with this key."""
    return (
        slot.get("status") == "busy-tentative" and f"key={fhir.hold_hash(key)}" in str(slot.get("comment", "")).split()
    )


def is_free(slot: Resource, now: datetime) -> bool:
    """Whether the Slot can be taken: free, or held by us for somebody who let the hold expire."""
    if slot.get("status") == "free":
        return True
    until = held_until(slot)
    return slot.get("status") == "busy-tentative" and until is not None and until <= now


def service_code(resource: Resource) -> str:
    """Return the kind of visit of a Slot, Schedule or Appointment; our own code system first."""
    given = list(fhir.codes(resource.get("serviceType") or ()))
    ours = [code for system, code in given if system == fhir.SERVICE_TYPE]
    return ours[0] if ours else given[0][1] if given else ""


def fits(start: datetime, wanted: Wanted) -> bool:
    """Whether a start is in the wanted window and at a wanted time of day."""
    if not wanted.start <= start < wanted.end:
        return False
    if wanted.local_from is None and wanted.local_to is None:
        return True
    local = start.astimezone(zone(wanted.time_zone)).time()
    first, last = wanted.local_from, wanted.local_to
    if first is not None and last is not None and first > last:
        return local >= first or local < last
    return (first is None or local >= first) and (last is None or local < last)


def opening(slot: Resource, practitioner_id: str, practitioner_name: str, service_type: str) -> Opening:
    """Read a Slot. Raises Unavailable when it cannot be read."""
    version = (slot.get("meta") or {}).get("versionId", "")
    try:
        return Opening(
            id=slot["id"],
            start=fhir.parse_instant(slot["start"]),
            end=fhir.parse_instant(slot["end"]),
            schedule_id=fhir.reference_id(slot.get("schedule"), "Schedule") or "",
            practitioner_id=practitioner_id,
            practitioner_name=practitioner_name,
            service_type=service_type,
            version=f'W/"{version}"' if version else "",
        )
    except (KeyError, ValueError, TypeError):
        raise Unavailable("The scheduling server sent a Slot that cannot be read.") from None


def appointment(resource: Resource, practitioner_name: str, tag: str = "") -> Appointment:
    """Read an Appointment that has a time. Raises Unavailable when it cannot be read."""
    try:
        return Appointment(
            id=resource["id"],
            status=str(resource["status"]),
            start=fhir.parse_instant(resource["start"]),
            end=fhir.parse_instant(resource["end"]),
            service_type=service_code(resource),
            practitioner_id=next(iter(fhir.actors(resource, "Practitioner")), ""),
            practitioner_name=practitioner_name,
            patient_id=next(iter(fhir.actors(resource, "Patient")), ""),
            opening_id=slot_id(resource) or "",
            version=tag,
            state=_extension(resource, fhir.PATIENT_STATE, "valueCode"),
            language=str(resource.get("language", "")),
            time_zone=_extension(resource, fhir.TIME_ZONE, "valueCode"),
            reason=next((str(one.get("text", "")) for one in resource.get("reasonCode") or ()), ""),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Unavailable("The scheduling server sent an Appointment that cannot be read.") from None


def _extension(resource: Resource, url: str, value: str) -> str:
    return str((fhir.extension(resource, url) or {}).get(value, ""))


def slot_id(resource: Resource) -> str | None:
    """Return the Slot of an Appointment."""
    return next((fhir.reference_id(item, "Slot") for item in resource.get("slot") or ()), None)


def patient(resource: Resource) -> Patient | None:
    """Read a Patient that has a full birth date."""
    try:
        return Patient(resource["id"], fhir.human_name(resource), date.fromisoformat(resource["birthDate"]))
    except (KeyError, ValueError, TypeError):
        return None


def is_licensed(practitioner: Resource, state: str, on: date) -> bool:
    """Whether a Practitioner may see a patient in *state* on that day; one that names no licence at all may."""
    held: dict[str, str] = fhir.licences(practitioner)
    if not held:
        return not practitioner.get("qualification")
    return state in held and (not held[state] or held[state] >= on.isoformat())


def speaks(practitioner: Resource, language: str) -> bool:
    """Whether a Practitioner speaks a language; one that names none speaks any."""
    spoken = [code for _, code in fhir.codes(practitioner.get("communication") or ())]
    return not spoken or any(code.split("-")[0] == language for code in spoken)


def expires_at(slot: Resource, now: datetime, length: timedelta) -> datetime:
    """Return when a hold that was just made ends."""
    return held_until(slot) or now + length


def same_name(resource: Resource, words: list[str]) -> bool:
    """Whether any name of a Patient has exactly these folded words, in whatever order."""
    names: list[Any] = resource.get("name") or []
    for name in names:
        parts = " ".join([*(name.get("given") or ()), name.get("family") or ""]).strip() or name.get("text", "")
        if sorted(fhir.fold(parts)) == sorted(words):
            return True
    return False
