"""An audit row as a FHIR R4 AuditEvent. Pure. https://hl7.org/fhir/R4/auditevent.html"""

from collections.abc import Iterable
from typing import Any

from frontdoor.privacy.audit import Row

TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
ACTIONS = "urn:frontdoor:audit-action"
READS = frozenset({"read", "list", "search", "reveal", "export", "verify"})
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
        "type": {"system": TYPES, "code": "rest"},
        "subtype": [{"system": ACTIONS, "code": row.action}],
        "action": "R" if row.action.rpartition(".")[2] in READS else "U",
        "recorded": row.at.isoformat().replace("+00:00", "Z"),
        "outcome": "0",
        "agent": [agent],
        "source": {"observer": {"display": "Front Door"}},
        "entity": [entity],
    }


def _details(row: Row) -> Iterable[dict[str, str]]:
    for when, values in (("before", row.before), ("after", row.after)):
        for name, value in (values or {}).items():
            if value not in (None, ""):
                yield {"type": f"{when}.{name}", "valueString": str(value)}
