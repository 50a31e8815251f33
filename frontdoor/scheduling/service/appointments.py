"""Appointment: book, read, search, change."""

from frontdoor.scheduling import fhir, store_appointments, store_slots
from frontdoor.scheduling.fhir import Resource, parse_instant
from frontdoor.scheduling.refusals import Malformed, RuleBroken
from frontdoor.scheduling.resources import PROPOSED, appointment, proposal
from frontdoor.scheduling.service.call import Answer, Call, Search, new_id, one
from frontdoor.scheduling.service.patch import apply
from frontdoor.scheduling.service.patients import identified
from frontdoor.scheduling.shapes import check, check_appointment
from frontdoor.scheduling.statuses import FIRST
from frontdoor.scheduling.store_appointments import AppointmentQuery, Draft

OUR_ELEMENTS = ("id", "meta", "created", "contained")
INSTRUCTION = "Join by video with the personal link that you were given. Do not share it."


async def create(call: Call) -> Answer:
    """Book one slot for one patient: 201; 200 the one there is when If-None-Exist names it; 409 it was taken."""
    resource = filled(check(call.body, "Appointment"), await _times(call, call.body))
    check_appointment(resource)
    if resource["status"] not in FIRST:
        raise RuleBroken("status", f"A new appointment is one of {', '.join(sorted(FIRST))}.")
    return await write(call, draft_of(resource, call))


async def write(call: Call, draft: Draft) -> Answer:
    """Write a draft as a new appointment, once for one key."""
    id_, is_new = await store_appointments.create(call.pool, draft, new_id(), call.now)
    written = appointment(await store_appointments.read(call.pool, id_, call.now))
    return one(written, 201 if is_new else 200, base=call.base)


async def read(call: Call) -> Answer:
    """Return one appointment, or a time that `$find` proposed."""
    if call.id.startswith(PROPOSED):
        return one(proposal(await store_slots.read(call.pool, call.id.removeprefix(PROPOSED), call.now)))
    return one(appointment(await store_appointments.read(call.pool, call.id, call.now)))


async def search(call: Call) -> Answer:
    """Return a page of appointments."""
    search = Search(call)
    patients = search.ids("Patient", "patient")
    practitioners = search.ids("Practitioner", "practitioner")
    for actor in search.any_of("actor") or ():
        if actor.startswith("Patient/"):
            patients = [*(patients or ()), actor.removeprefix("Patient/")]
        else:
            practitioners = [*(practitioners or ()), actor.removeprefix("Practitioner/")]
    query = AppointmentQuery(
        ids=await identified(call, search, "Appointment"),
        patient_ids=patients,
        practitioner_ids=practitioners,
        slot_ids=search.ids("Slot", "slot"),
        service_codes=search.codes("service-type"),
        statuses=search.codes("status"),
        date=search.dates("date"),
        order=search.order(store_appointments.ORDERS, "date"),
        count=search.count,
        offset=search.offset,
    )
    rows, total = await store_appointments.search(call.pool, query, call.now)
    return search.bundle([appointment(row) for row in rows], total)


async def update(call: Call) -> Answer:
    """Change the status or what describes the appointment."""
    return await change(call, check(call.body, "Appointment"), call.version())


async def patch(call: Call) -> Answer:
    """The same by JSON Patch."""
    version = call.version()
    current = appointment(await store_appointments.read(call.pool, call.id, call.now))
    return await change(call, check(apply(current, call.body), "Appointment"), version)


async def change(call: Call, resource: Resource, version: int | None) -> Answer:
    """Write a changed appointment. The slot, the time and the people stay what they were."""
    row = await store_appointments.read(call.pool, call.id, call.now)
    current = appointment(row)
    if resource.get("id", call.id) != call.id:
        raise Malformed("The id is not the one of the address.", expression="Appointment.id", issue="value")
    resource = filled(resource, await _times(call, resource))
    check_appointment(resource)
    _check_same(current, resource, has_slot=row["slot_id"] is not None)
    await store_appointments.change(call.pool, call.id, draft_of(resource, call), version, call.now)
    return await read(call)


def _check_same(current: Resource, wanted: Resource, *, has_slot: bool) -> None:
    """A time is moved by a new appointment that replaces the old, never by rewriting it."""
    if has_slot and any(wanted.get(name, current[name]) != current[name] for name in ("slot", "start", "end")):
        if fhir.reference_id((wanted.get("slot") or [{}])[0], "Slot") == fhir.reference_id(current["slot"][0], "Slot"):
            same = all(parse_instant(wanted[name]) == parse_instant(current[name]) for name in ("start", "end"))
        else:
            same = False
        if not same:
            raise RuleBroken("status", "To move an appointment, create one that replaces it.", expression="Appointment")
    for kind in ("Patient", "Practitioner"):
        old, new = fhir.actors(current, kind), fhir.actors(wanted, kind)
        if old and new != old and (new or kind == "Patient"):
            raise RuleBroken("status", f"The {kind} cannot be changed.", expression="Appointment.participant")


async def _times(call: Call, resource: Resource) -> tuple[str, str] | None:
    """Return start and end of the slot that the resource names, as instants in text. Raises Malformed, Unknown."""
    ids = slot_ids(resource)
    if not ids:
        return None
    row = await store_slots.read(call.pool, ids[0], call.now)
    return fhir.format_instant(row["starts_at"]), fhir.format_instant(row["ends_at"])


def slot_ids(resource: Resource) -> list[str]:
    """Return the slots of an appointment; there is at most one. Raises Malformed."""
    ids = [fhir.reference_id(item, "Slot") for item in resource.get("slot") or ()]
    if len(ids) > 1 or None in ids:
        raise Malformed(
            "An appointment here has one Slot of this server.", expression="Appointment.slot", issue="value"
        )
    return [id_ for id_ in ids if id_]


def filled(resource: Resource, times: tuple[str, str] | None) -> Resource:
    """Return the resource with the times of its slot; those it has must be the same. Raises Malformed."""
    if times is None:
        return resource
    for name, time in zip(("start", "end"), times, strict=True):
        if name in resource and parse_instant(resource[name]) != parse_instant(time):
            text = f"Appointment.{name} is not the one of the Slot."
            raise Malformed(text, expression=f"Appointment.{name}", issue="value")
    return {**resource, "start": times[0], "end": times[1]}


def draft_of(resource: Resource, call: Call, *, hold: bool = False) -> Draft:
    """Read what booking needs to know of a well-formed Appointment. Raises Malformed, NotSupported."""
    slots, status = slot_ids(resource), resource["status"]
    takes = status in ("pending", "booked")
    if takes and not slots:
        raise Malformed("pending and booked need a Slot.", expression="Appointment.slot", issue="required")
    patients, practitioners = fhir.actors(resource, "Patient"), fhir.actors(resource, "Practitioner")
    if len(patients) > 1:
        raise Malformed("One Patient an appointment.", expression="Appointment.participant", issue="value")
    state = (fhir.extension(resource, fhir.PATIENT_STATE) or {}).get("valueCode")
    replaces = fhir.extension(resource, fhir.REPLACES)
    proofs = [one["value"] for one in resource.get("identifier") or () if one.get("value")]
    return Draft(
        resource=_kept(resource, call, virtual=bool(slots)),
        status=status,
        slot_id=slots[0] if slots and takes else None,
        patient_id=patients[0] if patients else None,
        practitioner_id=practitioners[0] if practitioners else None,
        state=state.upper() if isinstance(state, str) else None,
        replaces_id=fhir.reference_id((replaces or {}).get("valueReference"), "Appointment"),
        key=call.unless_exists(),
        hold=hold,
        key_hashes=[fhir.hold_hash(value) for value in proofs],
        span=(parse_instant(resource["start"]), parse_instant(resource["end"])) if "start" in resource else None,
    )


def _kept(resource: Resource, call: Call, *, virtual: bool) -> Resource:
    """Return what is stored as it came, with the way to the visit; the landing page is no secret."""
    kept = {name: value for name, value in resource.items() if name not in OUR_ELEMENTS}
    if virtual:
        kept.setdefault("patientInstruction", INSTRUCTION)
        if not fhir.extension(kept, fhir.VIRTUAL_SERVICE):
            address = {"url": "address", "valueUrl": call.landing}
            service = {"url": fhir.VIRTUAL_SERVICE, "extension": [address]}
            kept["extension"] = [*(kept.get("extension") or ()), service]
    if any(one.get("system") == fhir.HOLD_KEY for one in kept.get("identifier") or ()):
        kept["identifier"] = [one for one in kept["identifier"] if one.get("system") != fhir.HOLD_KEY]
        if not kept["identifier"]:
            del kept["identifier"]
    return kept
