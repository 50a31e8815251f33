"""Rows of the store as FHIR resources. Pure."""

from collections.abc import Mapping
from typing import Any

from frontdoor.scheduling import fhir
from frontdoor.scheduling.fhir import Resource, format_instant

PROPOSED = "proposed-"  # before the id of a slot: an appointment that could be
Row = Mapping[str, Any]


def meta(row: Row) -> Resource:
    """Return the FHIR meta of a row that has a version and an instant of change."""
    return {"versionId": str(row["version"]), "lastUpdated": format_instant(row["updated_at"])}


def directory_resource(row: Row) -> Resource:
    """Return a Practitioner, PractitionerRole, HealthcareService, Location or Schedule."""
    return {**row["resource"], "meta": meta(row)}


def slot(row: Row) -> Resource:
    """Return a Slot with the status that holds at the instant of reading."""
    held = row["effective"] == "busy-tentative"
    return {
        "resourceType": "Slot",
        "id": row["id"],
        "meta": meta(row),
        "serviceType": [fhir.concept(fhir.SERVICE_TYPE, row["service_code"])],
        "specialty": [fhir.specialty(row["service_code"]) or fhir.concept(fhir.SERVICE_TYPE, row["service_code"])],
        "appointmentType": fhir.concept(fhir.APPOINTMENT_TYPE, fhir.ROUTINE),
        "schedule": fhir.reference("Schedule", row["schedule_id"]),
        "status": row["effective"],
        "start": format_instant(row["starts_at"]),
        "end": format_instant(row["ends_at"]),
        **({"comment": row["comment"]} if held and row["comment"] else {}),
    }


def patient(row: Row) -> Resource:
    """Return a Patient."""
    return {**row["resource"], "id": row["id"], "meta": meta(row)}


def appointment(row: Row) -> Resource:
    """Return an Appointment with the status that holds at the instant of reading."""
    built = {**row["resource"], "id": row["id"], "meta": meta(row), "status": row["effective"]}
    if row["slot_id"]:
        built["slot"] = [fhir.reference("Slot", row["slot_id"])]
        built["serviceType"] = row["resource"].get("serviceType") or [
            fhir.concept(fhir.SERVICE_TYPE, row["service_code"])
        ]
    if row["starts_at"]:
        built["start"], built["end"] = format_instant(row["starts_at"]), format_instant(row["ends_at"])
        built["minutesDuration"] = int((row["ends_at"] - row["starts_at"]).total_seconds() // 60)
    built["created"] = format_instant(row["created_at"])
    built["participant"] = _participants(row)
    if row["effective"] not in ("cancelled", "noshow"):
        built.pop("cancelationReason", None)
    return built


def _participants(row: Row) -> list[Resource]:
    """Return the participants as written, and the clinician of the slot when nobody wrote that one."""
    given = list(row["resource"].get("participant") or ())
    if row["practitioner_id"] and not fhir.actors({"participant": given}, "Practitioner"):
        actor = fhir.reference("Practitioner", row["practitioner_id"])
        given.append({"actor": actor, "required": "required", "status": "accepted"})
    return given


def proposal(row: Row) -> Resource:
    """Return a free slot as an Appointment that could be booked, as `$find` does."""
    return {
        "resourceType": "Appointment",
        "id": f"{PROPOSED}{row['id']}",
        "status": "proposed",
        "serviceType": [fhir.concept(fhir.SERVICE_TYPE, row["service_code"])],
        "start": format_instant(row["starts_at"]),
        "end": format_instant(row["ends_at"]),
        "minutesDuration": int((row["ends_at"] - row["starts_at"]).total_seconds() // 60),
        "slot": [fhir.reference("Slot", row["id"])],
        "participant": [
            {
                "actor": fhir.reference("Practitioner", row["practitioner_id"]),
                "required": "required",
                "status": "needs-action",
            }
        ],
    }


def response(row: Row) -> Resource:
    """Return an AppointmentResponse."""
    return {**row["resource"], "id": row["id"], "meta": meta(row)}
