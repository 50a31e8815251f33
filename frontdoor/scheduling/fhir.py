"""The little of FHIR R4 that both sides of the wire share: instants, references, codes, names. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]

MEDIA_TYPE = "application/fhir+json"
OURS = "https://frontdoor.example/fhir"  # the namespace of our own codes and extensions
SERVICE_TYPE = f"{OURS}/service-type"
SPECIALTY = "http://snomed.info/sct"
SPECIALTIES = {  # c80-practice-codes, the value set that R4 prefers, by kind of visit
    "primary_care": ("419772000", "Family practice"),
    "behavioral_health": ("394913002", "Psychotherapy"),
    "dermatology": ("394582007", "Dermatology"),
    "pediatrics": ("394537008", "Pediatric specialty"),
    "nutrition": ("722164000", "Dietetics and nutrition"),
}
APPOINTMENT_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0276"
ROUTINE = "ROUTINE"  # every opening is for a visit that is planned
BOOKING_KEY = f"{OURS}/booking-key"  # system of the identifier that makes a booking idempotent
HOLD_KEY = f"{OURS}/hold-key"  # system of the identifier that proves whose hold it is
PERSON_KEY = f"{OURS}/person-key"
REASON = f"{OURS}/rejection-reason"
ALTERNATIVE = f"{OURS}/alternative-slot"
PATIENT_STATE = f"{OURS}/patient-state"
CONSENT = f"{OURS}/telehealth-consent"
GUARDIAN = f"{OURS}/guardian"
VIRTUAL_SERVICE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
REPLACES = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.replaces"
TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
QUALIFICATION = "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/practitioner-qualification"
US_STATES = "https://www.usps.com/"
CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"

INSTANT = re.compile(
    r"^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$", re.ASCII
)
PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(Z|[+-]\d{2}:\d{2})?)?)?)?$", re.ASCII)
ID = re.compile(r"^[A-Za-z0-9.\-]{1,64}$", re.ASCII)


def parse_instant(text: str) -> datetime:
    """Read a FHIR instant, zone mandatory, as aware UTC.

    Raises:
        ValueError: It is none.
    """
    match = INSTANT.match(text)
    if not match:
        raise ValueError("not an instant with a zone")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    local = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59), micro)  # noqa: DTZ001
    return (local - _offset(offset)).replace(tzinfo=timezone.utc)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, _, minutes = text[1:].partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if text[0] == "-" else 1)


def format_instant(at: datetime) -> str:
    """Write an instant as 2026-12-01T18:20:00Z."""
    return at.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_period(text: str) -> tuple[datetime, datetime]:
    """Read a FHIR date or dateTime of any precision as the half-open span of instants that it covers (UTC if no zone).

    Raises:
        ValueError: It is none.
    """
    text = text.replace(" ", "+")  # a plus sign that nobody escaped
    if INSTANT.match(text):
        start = parse_instant(text)
        return start, start + timedelta(seconds=1)
    match = PARTIAL.match(text)
    if not match:
        raise ValueError("not a date")
    year, month, day, hour, minute, offset = match.groups()
    numbers = [int(part) for part in (year, month or 1, day or 1, hour or 0, minute or 0)]
    start = datetime(*numbers, tzinfo=timezone.utc) - _offset(offset or "Z")  # type: ignore[misc,arg-type]
    if hour:
        return start, start + timedelta(minutes=1)
    if day:
        return start, start + timedelta(days=1)
    following = (numbers[0] + 1, 1) if not month or numbers[1] == 12 else (numbers[0], numbers[1] + 1)
    return start, datetime(*following, 1, tzinfo=timezone.utc)


def reference(kind: str, id_: str, display: str = "") -> Resource:
    """Return a Reference to a resource of the same server."""
    return {"reference": f"{kind}/{id_}", **({"display": display} if display else {})}


def reference_id(value: Any, kind: str) -> str | None:
    """Return the id in a Reference to *kind*, relative or absolute; None for anything else."""
    text = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(text, str):
        return None
    parts = text.split("/_history/")[0].split("/")
    if len(parts) >= 2 and parts[-2] == kind and ID.match(parts[-1]):
        return parts[-1]
    return None


def specialty(service_code: str) -> Resource | None:
    """Return the specialty of a kind of visit, None for a kind that the clinic made up."""
    return concept(SPECIALTY, *SPECIALTIES[service_code]) if service_code in SPECIALTIES else None


def concept(system: str, code: str, display: str = "") -> Resource:
    """Return a CodeableConcept of one code."""
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding], **({"text": display} if display else {})}


def codes(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (system, code) of a CodeableConcept or a list of them."""
    for one in value if isinstance(value, list) else [value]:
        for coding in one.get("coding", ()) if isinstance(one, dict) else ():
            if isinstance(coding, dict) and coding.get("code"):
                yield str(coding.get("system", "")), str(coding["code"])


def extension(resource: Resource, url: str) -> Resource | None:
    """Return the first extension of this url."""
    found = (item for item in resource.get("extension") or () if isinstance(item, dict) and item.get("url") == url)
    return next(found, None)


def actors(appointment: Resource, kind: str) -> list[str]:
    """Return the ids of the participants of this kind."""
    given = (reference_id(item.get("actor"), kind) for item in appointment.get("participant") or ())
    return [id_ for id_ in given if id_]


def fold(text: str) -> list[str]:
    """Return the words of a name without case, accents and marks: "Ana-María Pérez" is ana, maria, perez."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def human_name(resource: Resource) -> str:
    """Return how a person resource is called, empty when it has no name."""
    for name in resource.get("name") or ():
        parts = [*(name.get("given") or ()), name.get("family") or ""]
        text = name.get("text") or " ".join(part for part in parts if part)
        if text:
            return str(text)
    return ""


def hold_hash(key: str) -> str:
    """Return what may be shown of a hold's key: enough to prove it, nothing to use it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def licences(practitioner: Resource) -> dict[str, str]:
    """Return state code -> last valid day ("" when it never ends) of a Practitioner's active licences."""
    found = {}
    for item in practitioner.get("qualification") or ():
        detail = extension(item, QUALIFICATION) or {}
        parts = {part.get("url"): part for part in detail.get("extension") or ()}
        if parts.get("status", {}).get("valueCode", "active") != "active":
            continue
        for _, state in codes(parts.get("whereValid", {}).get("valueCodeableConcept")):
            found[state] = str((item.get("period") or {}).get("end", ""))[:10]
    return found
