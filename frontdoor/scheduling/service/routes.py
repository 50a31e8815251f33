"""What is served where, below the FHIR base. `{id}` is one FHIR id."""

from collections.abc import Mapping

from frontdoor.scheduling.fhir import ID
from frontdoor.scheduling.refusals import Malformed, NotSupported, Unknown
from frontdoor.scheduling.service import appointments, capabilities, directory, operations, patients, responses, slots
from frontdoor.scheduling.service.call import Handler

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "metadata": {"GET": capabilities.metadata},
    **{kind: {"GET": directory.search} for kind in directory.PARAMETERS},
    **{f"{kind}/_search": {"POST": directory.search} for kind in directory.PARAMETERS},
    **{f"{kind}/{{id}}": {"GET": directory.read} for kind in directory.PARAMETERS},
    "Slot": {"GET": slots.search},
    "Slot/_search": {"POST": slots.search},
    "Slot/{id}": {"GET": slots.read, "PUT": slots.update, "PATCH": slots.patch},
    "Patient": {"GET": patients.search, "POST": patients.create},
    "Patient/_search": {"POST": patients.search},
    "Patient/{id}": {"GET": patients.read},
    "Appointment": {"GET": appointments.search, "POST": appointments.create},
    "Appointment/_search": {"POST": appointments.search},
    "Appointment/$find": {"GET": operations.find, "POST": operations.find},
    "Appointment/$hold": {"POST": operations.hold},
    "Appointment/$book": {"POST": operations.book},
    "Appointment/{id}": {"GET": appointments.read, "PUT": appointments.update, "PATCH": appointments.patch},
    "Appointment/{id}/$cancel": {"POST": operations.cancel},
    "Appointment/{id}/$confirm": {"POST": operations.confirm},
    "AppointmentResponse": {"GET": responses.search, "POST": responses.create},
    "AppointmentResponse/_search": {"POST": responses.search},
    "AppointmentResponse/{id}": {"GET": responses.read},
}
BODILESS = frozenset({"Appointment/$find", "Appointment/{id}/$cancel", "Appointment/{id}/$confirm"})  # body optional


def find(method: str, path: str) -> tuple[str, str, str, Handler]:
    """Return the route's pattern, the resource kind, the id and the handler of a request.

    Raises:
        Unknown: Nothing is served there.
        NotSupported: Not by this method; `allow` says by which.
        Malformed: The id is none.
    """
    parts = path.strip("/").split("/")
    id_ = parts[1] if len(parts) > 1 and parts[1][:1] not in ("$", "_") else ""
    pattern = "/".join("{id}" if index == 1 and id_ else part for index, part in enumerate(parts))
    handlers = ROUTES.get(pattern)
    if handlers is None:
        raise Unknown("Nothing is served at this address.")
    if id_ and not ID.match(id_):
        raise Malformed("The id is not a FHIR id.", issue="value", expression="id")
    handler = handlers.get("GET" if method == "HEAD" else method)
    if handler is None:
        allowed = [*handlers, *(["HEAD"] if "GET" in handlers else [])]
        raise NotSupported(f"This address takes {', '.join(allowed)}.")
    return pattern, parts[0], id_, handler
