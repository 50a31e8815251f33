"""AppointmentResponse: a participant says yes or no. Kept, and written into the participant's status."""

from frontdoor.scheduling import fhir, store_appointments, store_responses
from frontdoor.scheduling.refusals import Malformed, Unknown
from frontdoor.scheduling.resources import appointment, response
from frontdoor.scheduling.service import appointments
from frontdoor.scheduling.service.call import Answer, Call, Search, new_id, one
from frontdoor.scheduling.shapes import check


async def create(call: Call) -> Answer:
    """Keep the response and set that participant's status. It does not book or cancel."""
    resource = check(call.body, "AppointmentResponse")
    id_ = fhir.reference_id(resource["appointment"], "Appointment")
    actor = (resource.get("actor") or {}).get("reference")
    if id_ is None or not actor:
        raise Malformed("appointment and actor are references.", expression="AppointmentResponse", issue="required")
    current = appointment(await store_appointments.read(call.pool, id_, call.now))
    known = [person for person in current["participant"] if person.get("actor", {}).get("reference") == actor]
    if not known:
        raise Unknown("There is no such participant.")
    known[0]["status"] = resource["participantStatus"]
    await appointments.change(_for(call, id_), current, int(current["meta"]["versionId"]))
    kept = {name: value for name, value in resource.items() if name not in ("id", "meta")}
    return one(response(await store_responses.create(call.pool, new_id(), id_, kept, call.now)), 201, base=call.base)


def _for(call: Call, appointment_id: str) -> Call:
    return Call(call.pool, call.now, call.base, call.landing, "Appointment", appointment_id)


async def read(call: Call) -> Answer:
    """Return one response."""
    return one(response(await store_responses.read(call.pool, call.id)))


async def search(call: Call) -> Answer:
    """Return the responses to an appointment."""
    search = Search(call)
    ids = search.ids("Appointment", "appointment")
    rows, total = await store_responses.search(call.pool, ids, search.count, search.offset)
    return search.bundle([response(row) for row in rows], total)
