"""Which elements a resource that comes in may have, by FHIR R4 (4.0.1). Pure.

Only the resources that clients write here. A name ending in `*` is a list, in `!` required; the value is the type.
Types in SHAPES are looked into, the others are checked by PRIMITIVES.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from frontdoor.scheduling.fhir import ID, Resource, parse_instant, parse_period
from frontdoor.scheduling.refusals import Malformed

MAX_TEXT_CHARS = 4_000
MAX_LIST = 50
MAX_DEPTH = 8


def _string(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_TEXT_CHARS and "\0" not in value


def _reads(parse: Callable[[str], Any]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        try:
            parse(value)
        except (ValueError, TypeError, AttributeError, OverflowError):
            return False
        return True

    return check


def _whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**31


PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "string": _string,
    "uri": lambda value: _string(value) and not re.search(r"\s", value),
    "code": lambda value: _string(value) and bool(re.fullmatch(r"\S+( \S+)*", value)),
    "id": lambda value: isinstance(value, str) and bool(ID.match(value)),
    "boolean": lambda value: isinstance(value, bool),
    "positiveInt": lambda value: _whole(value, 1),
    "unsignedInt": lambda value: _whole(value, 0),
    "instant": _reads(parse_instant),
    "date": _reads(lambda value: date.fromisoformat(value if len(value) == 10 else f"{value}-01-01"[:10])),
    "dateTime": _reads(parse_period),
    "any": lambda value: value is not None,
}
_RESOURCE = {"resourceType!": "code", "id": "id", "meta": "any", "implicitRules": "uri", "language": "code"}
_MODIFIERS = {"modifierExtension*": "Extension"}
_DOMAIN = {**_RESOURCE, **_MODIFIERS, "text": "any", "contained*": "any", "extension*": "Extension"}
_ELEMENT = {"id": "string", "extension*": "Extension"}

SHAPES: Mapping[str, Mapping[str, str]] = {
    "Extension": {**_ELEMENT, "url!": "uri"},  # and any one value[x]
    "Identifier": {
        **_ELEMENT, "use": "code", "type": "CodeableConcept", "system": "uri", "value": "string", "period": "Period",
        "assigner": "Reference",
    },
    "CodeableConcept": {**_ELEMENT, "coding*": "Coding", "text": "string"},
    "Coding": {
        **_ELEMENT, "system": "uri", "version": "string", "code": "code", "display": "string",
        "userSelected": "boolean",
    },
    "Reference": {
        **_ELEMENT, "reference": "string", "type": "uri", "identifier": "Identifier", "display": "string",
    },
    "Period": {**_ELEMENT, "start": "dateTime", "end": "dateTime"},
    "HumanName": {
        **_ELEMENT, "use": "code", "text": "string", "family": "string", "given*": "string", "prefix*": "string",
        "suffix*": "string", "period": "Period",
    },
    "ContactPoint": {
        **_ELEMENT, "system": "code", "value": "string", "use": "code", "rank": "positiveInt", "period": "Period",
    },
    "Address": {
        **_ELEMENT, "use": "code", "type": "code", "text": "string", "line*": "string", "city": "string",
        "district": "string", "state": "string", "postalCode": "string", "country": "string", "period": "Period",
    },
    "Participant": {
        **_ELEMENT, **_MODIFIERS, "type*": "CodeableConcept", "actor": "Reference",
        "required": "code", "status!": "code", "period": "Period",
    },
    "Contact": {
        **_ELEMENT, **_MODIFIERS, "relationship*": "CodeableConcept", "name": "HumanName",
        "telecom*": "ContactPoint", "address": "Address", "gender": "code", "organization": "Reference",
        "period": "Period",
    },
    "Communication": {
        **_ELEMENT, **_MODIFIERS, "language!": "CodeableConcept", "preferred": "boolean",
    },
    "Patient": {
        **_DOMAIN, "identifier*": "Identifier", "active": "boolean", "name*": "HumanName", "telecom*": "ContactPoint",
        "gender": "code", "birthDate": "date", "deceasedBoolean": "boolean", "deceasedDateTime": "dateTime",
        "address*": "Address", "maritalStatus": "CodeableConcept", "multipleBirthBoolean": "boolean",
        "multipleBirthInteger": "unsignedInt", "photo*": "any", "contact*": "Contact",
        "communication*": "Communication", "generalPractitioner*": "Reference", "managingOrganization": "Reference",
        "link*": "any",
    },
    "Slot": {
        **_DOMAIN, "identifier*": "Identifier", "serviceCategory*": "CodeableConcept",
        "serviceType*": "CodeableConcept", "specialty*": "CodeableConcept", "appointmentType": "CodeableConcept",
        "schedule!": "Reference", "status!": "code", "start!": "instant", "end!": "instant", "overbooked": "boolean",
        "comment": "string",
    },
    "Appointment": {
        **_DOMAIN, "identifier*": "Identifier", "status!": "code", "cancelationReason": "CodeableConcept",
        "serviceCategory*": "CodeableConcept", "serviceType*": "CodeableConcept", "specialty*": "CodeableConcept",
        "appointmentType": "CodeableConcept", "reasonCode*": "CodeableConcept", "reasonReference*": "Reference",
        "priority": "unsignedInt", "description": "string", "supportingInformation*": "Reference",
        "start": "instant", "end": "instant", "minutesDuration": "positiveInt", "slot*": "Reference",
        "created": "dateTime", "comment": "string", "patientInstruction": "string", "basedOn*": "Reference",
        "participant*!": "Participant", "requestedPeriod*": "Period",
    },
    "AppointmentResponse": {
        **_DOMAIN, "identifier*": "Identifier", "appointment!": "Reference", "start": "instant", "end": "instant",
        "participantType*": "CodeableConcept", "actor": "Reference", "participantStatus!": "code",
        "comment": "string",
    },
    "Parameters": {**_RESOURCE, "parameter*": "any"},
}  # fmt: skip
PARTICIPATION = frozenset({"accepted", "declined", "tentative", "needs-action"})
CODES: Mapping[str, frozenset[str]] = {
    "Slot.status": frozenset({"free", "busy", "busy-unavailable", "busy-tentative", "entered-in-error"}),
    "Appointment.status": frozenset(
        {"proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error"}
        | {"checked-in", "waitlist"}
    ),
    "Appointment.participant.status": PARTICIPATION,
    "Appointment.participant.required": frozenset({"required", "optional", "information-only"}),
    "AppointmentResponse.participantStatus": PARTICIPATION,
    "Patient.gender": frozenset({"male", "female", "other", "unknown"}),
}
_RULES = {
    kind: {name.rstrip("*!"): (type_, "*" in name, "!" in name) for name, type_ in shape.items()}
    for kind, shape in SHAPES.items()
}


def check(resource: Any, kind: str) -> Resource:
    """Return *resource* if it is a well-formed *kind*.

    Raises:
        Malformed: It is not; the expression names the element.
    """
    if not isinstance(resource, dict):
        raise Malformed("The body is not a JSON object.")
    if resource.get("resourceType") != kind:
        raise Malformed(f"resourceType is not {kind}.", expression=kind, issue="value")
    _look(resource, kind, kind, 0)
    return resource


def _look(value: Any, type_: str, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed("The resource is nested too deeply.", expression=path)
    rules = _RULES.get(type_)
    if rules is None:
        _look_primitive(value, type_, path)
        return
    if not isinstance(value, dict) or not value:
        raise Malformed(f"{path} is not an object.", expression=path)
    for name, item in value.items():
        _look_element(name, item, rules, type_, path, depth)
    for name, (_, _, required) in rules.items():
        if required and name not in value:
            raise Malformed(f"{path}.{name} is required.", expression=f"{path}.{name}", issue="required")


def _look_element(name: str, item: Any, rules: Mapping[str, Any], type_: str, path: str, depth: int) -> None:
    where = f"{path}.{name}"
    if name.startswith("_") and name[1:] in rules:
        return  # extensions of a primitive
    if type_ == "Extension" and re.fullmatch(r"value[A-Z][A-Za-z0-9]*", name):
        return
    if name not in rules:
        raise Malformed(f"{path} has no element of that name.", expression=path)
    element_type, many, _ = rules[name]
    if many and (not isinstance(item, list) or not 0 < len(item) <= MAX_LIST):
        raise Malformed(f"{where} is not a list of 1 to {MAX_LIST}.", expression=where)
    for one in item if many else [item]:
        _look(one, element_type, where, depth + 1)


def _look_primitive(value: Any, type_: str, path: str) -> None:
    if not PRIMITIVES[type_](value):
        raise Malformed(f"{path} is not a valid {type_}.", expression=path, issue="value")
    allowed = CODES.get(path)
    if allowed and value not in allowed:
        raise Malformed(f"{path} takes one of {', '.join(sorted(allowed))}.", expression=path, issue="code-invalid")


def check_appointment(resource: Resource) -> None:
    """Check the invariants app-1 to app-4. Raises Malformed."""
    where = "Appointment"
    if any("type" not in one and "actor" not in one for one in resource["participant"]):
        raise Malformed("app-1: a participant has a type or an actor.", expression=where, issue="invariant")
    if ("start" in resource) != ("end" in resource):
        raise Malformed("app-2: start and end come together.", expression=where, issue="invariant")
    if "start" not in resource and resource["status"] not in ("proposed", "cancelled", "waitlist"):
        raise Malformed("app-3: this status needs start and end.", expression=where, issue="invariant")
    if "start" in resource and parse_instant(resource["start"]) >= parse_instant(resource["end"]):
        raise Malformed("The end is not after the start.", expression=f"{where}.end", issue="invariant")
    if "cancelationReason" in resource and resource["status"] not in ("cancelled", "noshow"):
        raise Malformed("app-4: only cancelled and noshow have a reason.", expression=where, issue="invariant")
