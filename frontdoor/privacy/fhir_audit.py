"""An audit row as a FHIR R4 AuditEvent. Pure. https://hl7.org/fhir/R4/auditevent.html"""

from collections.abc import Iterable
from typing import Any

from frontdoor.privacy.audit import Row

REST = {
    "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
    "code": "rest",
    "display": "RESTful Operation",
}
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
KINDS = {  # the first part of an action: the event's type, where DICOM has one
    "login": ("110114", "User Authentication"), "logout": ("110114", "User Authentication"),
    "staff": ("110137", "User Security Attributes Changed"), "break_glass": ("110127", "Emergency Override Started"),
}  # fmt: skip
ENDS = {  # its last part
    "search": ("110112", "Query"), "export": ("110106", "Export"),
}  # fmt: skip
ACTIONS = "urn:frontdoor:audit-action"
READS = frozenset({"read", "list", "search", "reveal", "export", "verify"})
MADE = frozenset({"create", "join", "invite", "note", "reply"})
GONE = frozenset({"erase", "revoke", "end", "second_factor_off", "second_factor_reset"})
FAILED = frozenset({"login.failed", "login.refused", "break_glass.nothing"})  # a minor failure: nothing was opened
NAME, ADDRESS = "1", "2"  # network types: machine name, IP address


def bundle(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the rows as a Bundle of AuditEvents."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": event(row)} for row in rows]}


def event(row: Row) -> dict[str, Any]:
    """Return one row as an AuditEvent; its id is the row's number in the chain."""
    agent: dict[str, Any] = {
        "who": {"identifier": {"value": row.actor}, "display": row.actor_name or row.actor}, "requestor": True,
    }  # fmt: skip
    if row.address:
        agent["network"] = {"address": row.address, "type": ADDRESS if row.address[0].isdigit() else NAME}
    entity: dict[str, Any] = {"what": {"identifier": {"value": row.target}}}
    if details := list(_details(row)):
        entity["detail"] = details
    return {
        "resourceType": "AuditEvent",
        "id": str(row.id),
        "type": _type(row.action),
        "subtype": [{"system": ACTIONS, "code": row.action}],
        "action": _action(row.action),
        "recorded": row.at.isoformat().replace("+00:00", "Z"),
        "outcome": "4" if row.action in FAILED else "0",
        "agent": [agent],
        "source": {"observer": {"display": "Front Door"}},
        "entity": [entity],
    }


def _type(action: str) -> dict[str, str]:
    first, last = action.partition(".")[0], action.rpartition(".")[2]
    found = ENDS.get(last) or KINDS.get(first)
    return {"system": DICOM, "code": found[0], "display": found[1]} if found else REST


def _action(action: str) -> str:
    """Return C, R, U, D, or E: something was done that is none of these."""
    first, last = action.partition(".")[0], action.rpartition(".")[2]
    if first in ("login", "logout", "break_glass"):
        return "E"
    return "R" if last in READS else "C" if last in MADE else "D" if last in GONE else "U"


def _details(row: Row) -> Iterable[dict[str, str]]:
    for when, values in (("before", row.before), ("after", row.after)):
        for name, value in (values or {}).items():
            if value not in (None, ""):
                yield {"type": f"{when}.{name}", "valueString": str(value)}
