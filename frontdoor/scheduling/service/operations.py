"""Operations on Appointment: `$find`, `$hold`, `$book` as in IHE ITI Scheduling, `$cancel`, `$confirm` as in Medplum.

Parameters have IHE's names; Medplum's `appointment` is understood too, with contained Slots that name a start.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from frontdoor.scheduling import fhir, store_appointments, store_patients, store_slots
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.refusals import Malformed, SlotTaken, Unknown
from frontdoor.scheduling.resources import PROPOSED, appointment, proposal
from frontdoor.scheduling.service import appointments
from frontdoor.scheduling.service.call import Answer, Call, Search, new_id
from frontdoor.scheduling.shapes import check, check_appointment
from frontdoor.scheduling.store_slots import SlotQuery

LONGEST_FIND = timedelta(days=62)


def parameters(body: Any) -> dict[str, list[Any]]:
    """Read a Parameters resource as name -> values. Raises Malformed."""
    found: dict[str, list[Any]] = {}
    for item in check(body, "Parameters").get("parameter") or ():
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise Malformed("A parameter has no name.", expression="Parameters.parameter")
        value = item.get("resource", next((item[key] for key in item if key.startswith("value")), None))
        found.setdefault(item["name"], []).append(value)
    return found


async def find(call: Call) -> Answer:
    """Return free times as proposed Appointments; parameters in the query or in a Parameters resource."""
    if call.body is not None:
        given = parameters(call.body)
        pairs = [(name, _text(value)) for name, values in given.items() for value in values]
        call = replace(call, query=[*call.query, *pairs])
    call = replace(call, kind="Appointment/$find")
    search = Search(call)
    starts, ends = search.all("start"), search.all("end")
    if len(starts) != 1 or len(ends) != 1:
        raise Malformed("start and end are needed, once each.", expression="start", issue="required")
    first, last = _instant(starts[0], "start"), _instant(ends[0], "end")
    if not first < last <= first + LONGEST_FIND:
        raise Malformed(f"end is after start, by at most {LONGEST_FIND.days} days.", expression="end", issue="value")
    services = search.codes("service-type", "visit-type", "service-type-reference")
    query = SlotQuery(
        schedule_ids=search.ids("Schedule", "schedule"),
        practitioner_ids=search.ids("Practitioner", "practitioner"),
        service_codes=[_service(code) for code in services] if services is not None else None,
        statuses=["free"],
        start=[(">=", first), ("<", last)],
        count=search.count,
        offset=search.offset,
    )
    rows, total = await store_slots.search(call.pool, query, call.now)
    return search.bundle([proposal(row) for row in rows], total)


def _text(value: Any) -> str:
    match value:
        case {"reference": str(text)}:
            return text
        case {"coding": [{"code": str(code)}, *_]}:
            return code
        case bool() | dict() | list() | None:
            raise Malformed("A parameter has a value of the wrong type.", expression="Parameters.parameter")
    return str(value)


def _instant(text: str, name: str) -> Any:
    try:
        return fhir.parse_period(text)[0]
    except (ValueError, OverflowError):
        raise Malformed(f"{name} is not a date.", expression=name, issue="value") from None


def _service(text: str) -> str:
    """Return the service code of a code, or of a reference HealthcareService/primary-care."""
    return text.rpartition("/")[2].replace("-", "_") if text.startswith("HealthcareService/") else text


async def hold(call: Call) -> Answer:
    """Keep a proposed time for ten minutes as a pending Appointment."""
    given = parameters(call.body)
    try:
        resource = await _asked_for(call, given)
        resource = {**resource, "status": "pending", **_start_of(await _slot(call, resource))}
    except Unknown as unknown:
        unknown.severity = "fatal"  # ITI-116: what cannot be held is fatal and not-found
        raise
    resource.setdefault("participant", [{"type": [fhir.concept(fhir.OURS, "patient")], "status": "needs-action"}])
    patient = (given.get("patient-reference") or [None])[0]
    if patient and not fhir.actors(resource, "Patient"):
        resource["participant"] = [*resource["participant"], {"actor": patient, "status": "tentative"}]
    check_appointment(check(resource, "Appointment"))
    try:
        return await appointments.write(call, appointments.draft_of(resource, call, hold=True))
    except SlotTaken as taken:
        raise SlotTaken(taken.slot_id, fatal=True) from None


async def book(call: Call) -> Answer:
    """Book a held or proposed time for a patient; also changes and cancels, by an Appointment that has an id."""
    given = parameters(call.body)
    resource = await _asked_for(call, given)
    patient_id = await _patient(call, given, resource)
    if patient_id and not fhir.actors(resource, "Patient"):
        entry = {"actor": fhir.reference("Patient", patient_id), "required": "required", "status": "accepted"}
        people = [one for one in resource.get("participant") or () if one.get("actor")]
        resource["participant"] = [*people, entry]
    comment = (given.get("comment") or [None])[0]
    if isinstance(comment, str) and comment:
        resource["comment"] = comment
    if resource["status"] in ("proposed", "pending", "waitlist") or "appointment-reference" in given:
        resource["status"] = "booked"
        resource.pop("cancelationReason", None)
    known = resource.get("id")
    if known and not str(known).startswith(PROPOSED):
        check(resource, "Appointment")
        return await appointments.change(replace(call, id=known, headers=_unconditional(call)), resource, None)
    resource.pop("id", None)
    resource |= _start_of(await _slot(call, resource))
    return await appointments.create(replace(call, body=resource))


def _unconditional(call: Call) -> dict[str, str]:
    return {name: value for name, value in call.headers.items() if name != "if-none-exist"}


async def _asked_for(call: Call, given: dict[str, list[Any]]) -> Resource:
    """Return the Appointment that the parameters name or hold. Raises Malformed, Unknown."""
    for name in ("appointment-resource", "appointment"):
        for value in given.get(name, ()):
            if isinstance(value, dict) and value.get("resourceType") == "Appointment" and value.get("status"):
                return {key: item for key, item in value.items() if key != "meta"}
            raise Malformed(f"{name} is not an Appointment.", expression="Parameters.parameter")
    for value in given.get("appointment-reference", ()):
        id_ = fhir.reference_id(value, "Appointment")
        if id_ is None:
            break
        if id_.startswith(PROPOSED):
            return proposal(await store_slots.read(call.pool, id_.removeprefix(PROPOSED), call.now))
        return appointment(await store_appointments.read(call.pool, id_, call.now))
    raise Malformed(
        "appointment-reference or appointment-resource is needed.", expression="Parameters", issue="required"
    )


async def _slot(call: Call, resource: Resource) -> Any:
    """Return the slot of an asked-for time: by reference, by a contained Slot, or by clinician and start."""
    ids = [id_ for id_ in (fhir.reference_id(item, "Slot") for item in resource.get("slot") or ()) if id_]
    if ids:
        return await store_slots.read(call.pool, ids[0], call.now)
    for one in resource.get("contained") or ():
        schedule = fhir.reference_id((one or {}).get("schedule"), "Schedule")
        start = _instant(str(one.get("start", "")), "Slot.start")
        query = SlotQuery(schedule_ids=[schedule or ""], start=[(">=", start), ("<=", start)], count=1)
        rows, _ = await store_slots.search(call.pool, query, call.now)
        if rows:
            return rows[0]
        raise SlotTaken("")
    raise Malformed("The Appointment names no Slot.", expression="Appointment.slot", issue="required")


def _start_of(slot: Any) -> Resource:
    return {
        "slot": [fhir.reference("Slot", slot["id"])],
        "start": fhir.format_instant(slot["starts_at"]),
        "end": fhir.format_instant(slot["ends_at"]),
    }


async def _patient(call: Call, given: dict[str, list[Any]], resource: Resource) -> str | None:
    """Return the patient's id; a `patient-resource` is found by its identifiers or written."""
    for value in given.get("patient-reference", ()):
        return fhir.reference_id(value, "Patient")
    for value in given.get("patient-resource", ()):
        person = check(value, "Patient")
        keys = [(one.get("system", ""), one["value"]) for one in person.get("identifier") or () if one.get("value")]
        kept = {name: item for name, item in person.items() if name not in ("id", "meta")}
        id_, _ = await store_patients.create(call.pool, kept, new_id(), keys[0] if keys else None, call.now)
        return id_
    people = fhir.actors(resource, "Patient")
    return people[0] if people else None


async def cancel(call: Call) -> Answer:
    """Cancel an appointment; cancelling again changes nothing."""
    given = parameters(call.body) if call.body is not None else {}
    current = appointment(await store_appointments.read(call.pool, call.id, call.now))
    if current["status"] == "cancelled":
        return await appointments.read(call)
    reason = next(iter(given.get("reason", ())), None) or fhir.concept(fhir.CANCELLATION, "pat", "Patient")
    if not isinstance(reason, dict):
        raise Malformed("reason is a CodeableConcept.", expression="Parameters.parameter")
    wanted = {**current, "status": "cancelled", "cancelationReason": reason}
    return await appointments.change(call, check(wanted, "Appointment"), None)


async def confirm(call: Call) -> Answer:
    """Book a pending appointment."""
    current = appointment(await store_appointments.read(call.pool, call.id, call.now))
    if current["status"] not in ("pending", "booked"):
        raise Unknown("There is no pending Appointment of that id.")
    return await appointments.change(call, check({**current, "status": "booked"}, "Appointment"), None)
