"""Practitioner, PractitionerRole, HealthcareService, Location, Schedule: read and search. Small, so filtered here."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from frontdoor.scheduling import fhir, store
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.refusals import Unknown
from frontdoor.scheduling.resources import directory_resource
from frontdoor.scheduling.service.call import Answer, Call, Search, one

Tokens = Callable[[Resource], Iterable[str]]


def _codes(element: str) -> Tokens:
    """Tokens of a CodeableConcept element: `code` and `system|code`."""

    def tokens(resource: Resource) -> Iterable[str]:
        for system, code in fhir.codes(resource.get(element) or ()):
            yield from (code, f"{system}|{code}")

    return tokens


def _references(element: str) -> Tokens:
    """Tokens of a Reference element: `Kind/id` and `id`."""

    def tokens(resource: Resource) -> Iterable[str]:
        value: Any = resource.get(element) or ()
        for item in value if isinstance(value, list) else [value]:
            yield from (item["reference"], item["reference"].partition("/")[2])

    return tokens


def _active(resource: Resource) -> Iterable[str]:
    return ["true" if resource.get("active", resource.get("status") == "active") else "false"]


def _words(resource: Resource) -> Iterable[str]:
    name = resource.get("name")
    yield from fhir.fold(name if isinstance(name, str) else fhir.human_name(resource))


PARAMETERS: Mapping[str, Mapping[str, Tokens]] = {
    "Practitioner": {"active": _active, "communication": _codes("communication"), "name": _words},
    "PractitionerRole": {
        "active": _active,
        "practitioner": _references("practitioner"),
        "service": _references("healthcareService"),
        "specialty": _codes("specialty"),
        "role": _codes("code"),
        "location": _references("location"),
    },
    "HealthcareService": {
        "active": _active,
        "service-type": _codes("type"),
        "specialty": _codes("specialty"),
        "location": _references("location"),
        "name": _words,
    },
    "Location": {"status": lambda resource: [resource["status"]], "name": _words},
    "Schedule": {
        "active": _active,
        "actor": _references("actor"),
        "service-type": _codes("serviceType"),
        "specialty": _codes("specialty"),
    },
}


async def read(call: Call) -> Answer:
    """Return one resource of the directory."""
    for row in await store.directory(call.pool, call.kind):
        if row["id"] == call.id:
            return one(directory_resource(row))
    raise Unknown(f"There is no such {call.kind}.")


async def search(call: Call) -> Answer:
    """Return the resources that have every parameter, by id."""
    search = Search(call)
    found = [directory_resource(row) for row in await store.directory(call.pool, call.kind)]
    wanted = search.any_of("_id")
    if wanted is not None:
        found = [resource for resource in found if resource["id"] in wanted]
    for name, tokens in PARAMETERS[call.kind].items():
        for value in search.all(name):
            found = [resource for resource in found if _matches(name, value, set(tokens(resource)))]
    search.order({"_id": "id"}, "_id")
    return search.bundle(found[search.offset : search.offset + search.count], len(found))


def _matches(name: str, value: str, tokens: set[str]) -> bool:
    if name == "name":
        return all(any(token.startswith(word) for token in tokens) for word in fhir.fold(value))
    return any(wanted in tokens or wanted.removeprefix("|") in tokens for wanted in value.split(","))
