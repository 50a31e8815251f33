"""What this server says that it can do. The searches are those that the handlers take."""

from collections.abc import Mapping

from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.service.call import Answer, Call
from frontdoor.scheduling.service.directory import PARAMETERS

RELEASED = "2026-11-23"
READ = ("read", "search-type")
IHE = "http://ihe.net/fhir/ihe.sch.scheduling/OperationDefinition"
INTERACTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PARAMETERS, READ),
    "Slot": (*READ, "update", "patch"),
    "Patient": (*READ, "create"),
    "Appointment": (*READ, "create", "update", "patch"),
    "AppointmentResponse": (*READ, "create"),
}
SEARCHES: Mapping[str, Mapping[str, str]] = {
    "Slot": {
        "schedule": "reference", "status": "token", "start": "date", "service-type": "token", "specialty": "token",
        "appointment-type": "token", "identifier": "token",
    },
    "Patient": {
        "identifier": "token", "birthdate": "date", "name": "string", "family": "string", "given": "string",
    },
    "Appointment": {
        "identifier": "token", "patient": "reference", "practitioner": "reference", "actor": "reference",
        "slot": "reference", "status": "token", "date": "date", "service-type": "token",
    },
    "AppointmentResponse": {"appointment": "reference"},
}  # fmt: skip
REFERENCES = frozenset({"actor", "practitioner", "service", "location"})


async def metadata(call: Call) -> Answer:
    """Return the CapabilityStatement."""
    statement: Resource = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": RELEASED,
        "kind": "instance",
        "software": {"name": "Front Door scheduling"},
        "implementation": {"description": "Scheduling of virtual visits", "url": call.base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [{"mode": "server", "resource": [_resource(kind) for kind in INTERACTIONS]}],
    }
    return Answer(200, statement)


def _resource(kind: str) -> Resource:
    writes = "create" in INTERACTIONS[kind] or "update" in INTERACTIONS[kind]
    built: Resource = {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS[kind]],
        "versioning": "versioned-update" if "update" in INTERACTIONS[kind] else "versioned",
        "updateCreate": False,
        "searchParam": [{"name": name, "type": type_} for name, type_ in _parameters(kind).items()],
    }
    if writes:
        built["conditionalCreate"] = kind in ("Patient", "Appointment")
    if kind == "Slot":
        built["searchInclude"] = ["Slot:schedule"]
    if kind == "Appointment":
        built["operation"] = [{"name": name, "definition": f"{IHE}/{name}"} for name in ("find", "hold", "book")]
    return built


def _parameters(kind: str) -> Mapping[str, str]:
    if kind in SEARCHES:
        return {"_id": "token", **SEARCHES[kind]}
    types = {name: "reference" if name in REFERENCES else "token" for name in PARAMETERS[kind]}
    return {"_id": "token", **types, **({"name": "string"} if "name" in types else {})}
