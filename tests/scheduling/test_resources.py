"""Everything that the service emits is R4: by fhir.resources, by the invariants, by FHIR.js and by Medplum."""

import json
import subprocess
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from fhirpathpy import evaluate

from frontdoor.scheduling.model import Booking, Guardian, Person, Wanted
from tests.scheduling import judge
from tests.scheduling.conftest import Service

INVARIANTS = {
    "app-1": "participant.all(type.exists() or actor.exists())",
    "app-2": "start.exists() = end.exists()",
    "app-3": "(start.exists() and end.exists()) or (status in ('proposed' | 'cancelled' | 'waitlist'))",
    "app-4": "cancelationReason.exists() implies (status='noshow' or status='cancelled')",
}


@pytest.fixture
def emitted(service: Service) -> list[dict[str, Any]]:
    """One of everything: the directory, free, held and busy Slots, each kind of Appointment, bundles, refusals."""
    client = service.client()
    found = [service.get("metadata")]
    start = service.clock()
    openings = client.find_openings(Wanted("primary_care", start, start + timedelta(days=7), state="NY"), limit=4)
    client.hold(openings[3].id, key="k")
    patient = Person("Niño Ejemplo", date(2019, 2, 1), "+1 555 010 0199", "nino@example.org")
    guardian = Guardian("Ana Ejemplo", "mother", "+1 555 010 0198")
    booking = Booking(openings[0].id, "b1", None, patient, "NY", "primary_care", "cough", "es", "2026-11")
    booked = client.book(Booking(**{**booking.__dict__, "guardian": guardian}))
    moved = client.reschedule(booked.id, openings[2].id, key="b2")
    client.cancel(client.book(Booking(**{**booking.__dict__, "key": "b3", "opening_id": openings[1].id})).id)
    for one in (booked, moved):
        found.append(service.get(f"Appointment/{one.id}"))
    found.append(_held(service))
    found.append(_waiting(service, moved.patient_id))
    for kind in ("Practitioner", "PractitionerRole", "HealthcareService", "Location", "Schedule", "Patient"):
        found += [entry["resource"] for entry in service.get(kind)["entry"]]
    found += [service.get("Appointment?_count=3"), service.get("Slot?_count=60"), service.get("Slot?shoe=1&_count=2")]
    found.append(service.get("Appointment/$find?start=2026-11-24&end=2026-11-25&_count=2"))
    found.append(service.send("GET", "Slot/none").json())
    taken = service.appointment(openings[2].id, moved.patient_id)
    found.append(service.send("POST", "Appointment", json=taken).json())
    return found


def _held(service: Service) -> dict[str, Any]:
    proposed = service.get("Appointment/$find?start=2026-11-24&end=2026-11-25&_count=1")["entry"][0]["resource"]["id"]
    asked = [{"name": "appointment-reference", "valueReference": {"reference": f"Appointment/{proposed}"}}]
    body = {"resourceType": "Parameters", "parameter": asked}
    return dict(service.send("POST", "Appointment/$hold", json=body).json())


def _waiting(service: Service, patient: str) -> dict[str, Any]:
    body = service.appointment("x", patient, status="waitlist", requestedPeriod=[{"start": "2026-12-01"}])
    del body["slot"]
    return dict(service.send("POST", "Appointment", json=body).json())


def test_by_models_and_invariants(emitted: list[dict[str, Any]]) -> None:
    """fhir.resources 6.1.0 (4.0.1) parses each, and app-1 to app-4 hold."""
    kinds = {resource["resourceType"] for resource in emitted}
    assert {"CapabilityStatement", "Bundle", "OperationOutcome", "Appointment", "Patient", "Schedule"} <= kinds
    for resource in emitted:
        kind = resource["resourceType"]
        getattr(import_module(f"fhir.resources.{kind.lower()}"), kind).parse_obj(resource)
        for one in [resource, *(entry["resource"] for entry in resource.get("entry", []))]:
            if one["resourceType"] == "Appointment":
                assert [name for name, rule in INVARIANTS.items() if evaluate(one, rule, {}) != [True]] == []
    statuses = {one["status"] for one in emitted if one["resourceType"] == "Appointment"}
    assert {"booked", "cancelled", "pending", "waitlist"} <= statuses


def test_by_outside_judges(emitted: list[dict[str, Any]]) -> None:
    """FHIR.js finds no error, nor does Medplum; both find one in a bad Appointment."""
    if judge.missing("v5") or not (judge.JUDGES.parent.parent / "node_modules" / "fhir").is_dir():
        pytest.skip("The npm packages of the judges are not installed: make test installs them.")
    bad = {"resourceType": "Appointment", "status": "confirmed", "participant": [{"status": "accepted"}]}
    lines = "\n".join(json.dumps(one) for one in [*emitted, bad])
    command = [judge.node() or "node", "--experimental-websocket", str(judge.JUDGES / "validate.mjs")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=120, check=True)
    *opinions, of_bad = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(opinions) == len(emitted)
    complaints = [
        (one["resourceType"], opinion)
        for one, opinion in zip(emitted, opinions, strict=True)
        if opinion["fhirjs"] or opinion["medplum"]
    ]
    assert complaints == []
    assert of_bad["fhirjs"]
    assert of_bad["medplum"]


def test_an_appointment_carries_what_the_visit_needs(emitted: list[dict[str, Any]]) -> None:
    """State, consent, guardian, a landing address that is no secret, an instruction; no hold key."""
    booked = next(one for one in emitted if one.get("status") == "booked")
    urls = {one["url"].rpartition("/")[2]: one for one in booked["extension"]}
    assert urls["patient-state"]["valueCode"] == "NY"
    assert urls["telehealth-consent"]["valueString"] == "2026-11"
    assert {"guardian", "timezone", "extension-Appointment.replaces"} <= set(urls)
    address = urls["extension-Appointment.virtualService"]["extension"][0]["valueUrl"]
    assert address.endswith("/v")
    assert booked["patientInstruction"]
    assert [one["system"].rpartition("/")[2] for one in booked["identifier"]] == ["booking-key"]
