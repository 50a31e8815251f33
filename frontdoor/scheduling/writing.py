"""The resources that the client sends: a Patient, an Appointment. Pure."""

import hashlib

from frontdoor.scheduling import fhir
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.model import Booking, Opening, Person

COPIED = (
    "serviceType",
    "serviceCategory",
    "appointmentType",
    "reasonCode",
    "language",
    "comment",
    "patientInstruction",
)
KEPT_EXTENSIONS = (fhir.PATIENT_STATE, fhir.CONSENT, fhir.GUARDIAN, fhir.TIME_ZONE)
APPOINTMENT_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0276"
SERVICE_CATEGORY = "http://terminology.hl7.org/CodeSystem/service-category"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def person_key(person: Person) -> tuple[str, str]:
    """Return the identifier that makes a Patient ours: the same name and birth date, the same Patient."""
    text = "|".join([*sorted(fhir.fold(person.name)), person.birth_date.isoformat()])
    return fhir.PERSON_KEY, hashlib.sha256(text.encode()).hexdigest()[:40]


def patient(booking: Booking) -> Resource:
    """Return the Patient of a booking."""
    person, guardian = booking.patient, booking.guardian
    given, family = _split(person.name)
    system, value = person_key(person)
    name = {"use": "official", "text": person.name, **({"family": family} if family else {}), "given": given}
    built: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": system, "value": value}],
        "name": [name],
        "birthDate": person.birth_date.isoformat(),
        "communication": [{"language": fhir.concept("urn:ietf:bcp:47", booking.language), "preferred": True}],
    }
    telecom = [
        {"system": kind, "value": value} for kind, value in (("phone", person.phone), ("email", person.email)) if value
    ]
    if telecom:
        built["telecom"] = telecom
    if guardian:
        contact: Resource = {
            "relationship": [{**fhir.concept(ROLE, "GUARD"), "text": guardian.relationship or "guardian"}],
            "name": {"text": guardian.name},
        }
        if guardian.contact:
            kind = "email" if "@" in guardian.contact else "phone"
            contact["telecom"] = [{"system": kind, "value": guardian.contact}]
        built["contact"] = [contact]
    return built


def _split(name: str) -> tuple[list[str], str]:
    """Return given names and family name as far as a written name tells: the last word is the family name."""
    words = name.split()
    return (words, "") if len(words) < 2 else (words[:-1], words[-1])


def appointment(booking: Booking, opening: Opening, patient_id: str, key: str, hold_key: str) -> Resource:
    """Return the Appointment of a booking under the booking key *key*."""
    extensions: list[Resource] = [{"url": fhir.TIME_ZONE, "valueCode": booking.time_zone}]
    if booking.state:
        extensions.append({"url": fhir.PATIENT_STATE, "valueCode": booking.state})
    if booking.consent_version:
        extensions.append({"url": fhir.CONSENT, "valueString": booking.consent_version})
    if booking.guardian:
        parts = [
            {"url": "name", "valueString": booking.guardian.name},
            {"url": "relationship", "valueString": booking.guardian.relationship or "guardian"},
        ]
        extensions.append({"url": fhir.GUARDIAN, "extension": parts})
    built = _base(opening, patient_id, key, hold_key)
    built |= {
        "language": booking.language,
        "extension": extensions,
        "serviceCategory": [{"text": "Virtual visit"}],
        "serviceType": [fhir.concept(fhir.SERVICE_TYPE, booking.service_type)],
        "appointmentType": fhir.concept(APPOINTMENT_TYPE, "ROUTINE"),
    }
    if booking.reason.strip():
        built["reasonCode"] = [{"text": booking.reason.strip()[:1000]}]
    return built


def replacement(old: Resource, opening: Opening, patient_id: str, key: str, hold_key: str) -> Resource:
    """Return the Appointment that takes the place of *old* at another time."""
    built = _base(opening, patient_id, key, hold_key)
    built |= {name: old[name] for name in COPIED if name in old}
    kept = [one for one in old.get("extension") or () if one.get("url") in KEPT_EXTENSIONS]
    built["extension"] = [
        *kept,
        {"url": fhir.REPLACES, "valueReference": fhir.reference("Appointment", old["id"])},
    ]
    return built


def _base(opening: Opening, patient_id: str, key: str, hold_key: str) -> Resource:
    return {
        "resourceType": "Appointment",
        "identifier": [{"system": fhir.BOOKING_KEY, "value": key}, {"system": fhir.HOLD_KEY, "value": hold_key}],
        "status": "booked",
        "slot": [fhir.reference("Slot", opening.id)],
        "start": fhir.format_instant(opening.start),
        "end": fhir.format_instant(opening.end),
        "participant": [
            _participant(fhir.reference("Patient", patient_id)),
            _participant(fhir.reference("Practitioner", opening.practitioner_id, opening.practitioner_name)),
        ],
    }


def _participant(actor: Resource) -> Resource:
    return {"actor": actor, "required": "required", "status": "accepted"}
