"""The demo clinic's directory as FHIR resources, from `demo.yml` and the clinic file. Pure but for reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from frontdoor.clinic import Clinic
from frontdoor.scheduling import fhir
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.hours import read_rules

DEMO = Path(__file__).with_name("demo.yml")
LANGUAGES = {"en": "English", "es": "Spanish"}
VIRTUAL = "virtual-visits"  # id of the one Location


@dataclass(frozen=True)
class ScheduleRow:
    """One practitioner's bookable calendar of one service, as the store keeps it."""

    id: str
    practitioner_id: str
    service_code: str
    time_zone: str
    rules: Mapping[str, list[str]]
    closed: list[str]  # local dates, ISO
    minutes: int
    step_minutes: int
    lead_minutes: int
    horizon_days: int
    least_age: int
    most_age: int


@dataclass(frozen=True)
class Directory:
    """Everything that the service knows before anybody books."""

    resources: list[Resource]
    licences: list[tuple[str, str, date]]  # practitioner, state, last valid day
    schedules: list[ScheduleRow]


def read(clinic: Clinic, path: Path = DEMO) -> Directory:
    """Read the directory of *path*.

    Raises:
        ValueError: Something in it cannot be used; the message says what.
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    resources = [_location(clinic)]
    licences: list[tuple[str, str, date]] = []
    schedules: list[ScheduleRow] = []
    offered = {code for person in raw["practitioners"] for code in person["services"]}
    resources += [_service(clinic, code) for code in sorted(offered)]
    for person in raw["practitioners"]:
        read_rules(person["hours"])
        resources.append(_practitioner(person))
        licences += [(person["id"], state, until) for state, until in person["licences"].items()]
        for code in person["services"]:
            row = _row(raw, person, code, clinic)
            schedules.append(row)
            resources += [_role(clinic, person, code), _schedule(clinic, person, row)]
    return Directory(resources, licences, schedules)


def role_id(practitioner_id: str, code: str) -> str:
    """Return the id of a practitioner's role, and of its schedule, in one service."""
    return f"{practitioner_id}-{code.replace('_', '-')}"


def _kind(clinic: Clinic, code: str) -> Resource:
    service = clinic.service(code)
    if service is None:
        raise ValueError(f"demo.yml: {code!r} is no service of the clinic file.")
    return fhir.concept(fhir.SERVICE_TYPE, code, service.name("en"))


def _row(raw: Mapping[str, Any], person: Mapping[str, Any], code: str, clinic: Clinic) -> ScheduleRow:
    service = clinic.service(code)
    minutes = service.minutes if service else 20
    return ScheduleRow(
        id=role_id(person["id"], code),
        practitioner_id=person["id"],
        service_code=code,
        time_zone=person["time_zone"],
        rules=person["hours"],
        closed=[day.isoformat() for day in clinic.holidays],
        minutes=minutes,
        step_minutes=person.get("step_minutes", minutes),
        lead_minutes=raw["lead_minutes"],
        horizon_days=raw["horizon_days"],
        least_age=(raw.get("least_age") or {}).get(code, 0),
        most_age=(raw.get("most_age") or {}).get(code, 150),
    )


def _location(clinic: Clinic) -> Resource:
    return {
        "resourceType": "Location",
        "id": VIRTUAL,
        "status": "active",
        "name": f"{clinic.name}, by video",
        "mode": "kind",
        "type": [fhir.concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "VI", "virtual")],
        "telecom": [{"system": "phone", "value": clinic.phone}],
    }


def _service(clinic: Clinic, code: str) -> Resource:
    service = clinic.service(code)
    kind = _kind(clinic, code)
    minutes = service.minutes if service else 20
    return {
        "resourceType": "HealthcareService",
        "id": code.replace("_", "-"),
        "active": True,
        "type": [kind],
        "specialty": [fhir.specialty(code) or kind],
        "location": [fhir.reference("Location", VIRTUAL)],
        "name": kind["text"],
        "comment": f"Virtual visit of {minutes} minutes.",
        "appointmentRequired": True,
    }


def _practitioner(person: Mapping[str, Any]) -> Resource:
    name = {"use": "official", "family": person["family"], "given": person["given"]}
    name |= {key: [person[key]] for key in ("prefix", "suffix") if person[key]}
    called = " ".join(part for part in (person["prefix"], *person["given"], person["family"]) if part)
    return {
        "resourceType": "Practitioner",
        "id": person["id"],
        "extension": [{"url": fhir.TIME_ZONE, "valueCode": person["time_zone"]}],
        "active": True,
        "name": [{**name, "text": f"{called}, {person['suffix']}"}],
        "gender": person["gender"],
        "qualification": [_licence(state, until) for state, until in person["licences"].items()],
        "communication": [fhir.concept("urn:ietf:bcp:47", code, LANGUAGES[code]) for code in person["languages"]],
    }


def _licence(state: str, until: date) -> Resource:
    parts = [
        {"url": "status", "valueCode": "active"},
        {"url": "whereValid", "valueCodeableConcept": fhir.concept(fhir.US_STATES, state)},
    ]
    return {
        "extension": [{"url": fhir.QUALIFICATION, "extension": parts}],
        "code": {"text": f"Licensed to practice in {state}"},
        "period": {"end": until.isoformat()},
    }


def _role(clinic: Clinic, person: Mapping[str, Any], code: str) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": role_id(person["id"], code),
        "active": True,
        "practitioner": fhir.reference("Practitioner", person["id"]),
        "code": [_kind(clinic, code)],
        "specialty": [fhir.specialty(code) or _kind(clinic, code)],
        "location": [fhir.reference("Location", VIRTUAL)],
        "healthcareService": [fhir.reference("HealthcareService", code.replace("_", "-"))],
    }


def _schedule(clinic: Clinic, person: Mapping[str, Any], row: ScheduleRow) -> Resource:
    return {
        "resourceType": "Schedule",
        "id": row.id,
        "extension": [{"url": fhir.TIME_ZONE, "valueCode": row.time_zone}],
        "active": True,
        "serviceType": [_kind(clinic, row.service_code)],
        "actor": [
            fhir.reference("Practitioner", row.practitioner_id),
            fhir.reference("PractitionerRole", row.id),
            fhir.reference("HealthcareService", row.service_code.replace("_", "-")),
        ],
    }
