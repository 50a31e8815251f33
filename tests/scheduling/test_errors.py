"""Every refusal is an OperationOutcome with the right status and code, whatever is sent."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from tests.scheduling.conftest import Service

JSON = {"Content-Type": "application/fhir+json"}


@dataclass(frozen=True)
class Case:
    """A request that is refused. SLOT, PATIENT and BOOKED in path and body stand for what is there."""

    name: str
    method: str
    path: str
    status: int
    code: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))


def appointment(**changes: Any) -> dict[str, Any]:
    """Return an Appointment that would be booked but for *changes*; None takes an element away."""
    given = {
        "resourceType": "Appointment",
        "status": "booked",
        "slot": slot("SLOT"),
        "participant": people("Patient/PATIENT"),
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


def people(*references: str) -> list[dict[str, Any]]:
    return [{"actor": {"reference": one}, "status": "accepted"} for one in references]


def slot(id_: str) -> list[dict[str, str]]:
    return [{"reference": f"Slot/{id_}"}]


def to(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": path, "value": value}]


def named(reference: str) -> dict[str, Any]:
    given = {"name": "appointment-reference", "valueReference": {"reference": reference}}
    return {"resourceType": "Parameters", "parameter": [given]}


def state(code: str) -> list[dict[str, str]]:
    return [{"url": "https://frontdoor.example/fhir/patient-state", "valueCode": code}]


MATCH = {**JSON, "If-Match": "*"}
STALE = {**JSON, "If-Match": 'W/"99"'}
PATCH = {"Content-Type": "application/json-patch+json", "If-Match": "*"}
CASES = [
    Case("unknown route", "GET", "Nonsense", 404, "not-found"),
    Case("deep route", "GET", "Slot/a/b/c/d", 404, "not-found"),
    Case("the base itself", "GET", "", 404, "not-found"),
    Case("unknown operation", "POST", "Appointment/$steal", 404, "not-found", {}),
    Case("unknown id", "GET", "Slot/none", 404, "not-found"),
    Case("unknown practitioner", "GET", "Practitioner/none", 404, "not-found"),
    Case("unknown appointment", "GET", "Appointment/none", 404, "not-found"),
    Case("bad id", "GET", "Patient/a%20b", 400, "value"),
    Case("long id", "GET", "Patient/" + "a" * 65, 400, "value"),
    Case("method", "DELETE", "Appointment/BOOKED", 405, "not-supported"),
    Case("method on directory", "POST", "Practitioner", 405, "not-supported", {}),
    Case("put on type", "PUT", "Slot", 405, "not-supported", {}),
    Case("not json", "POST", "Appointment", 400, "structure", "{"),
    Case("not utf-8", "POST", "Appointment", 400, "structure", b"\xff\xfe"),
    Case("nan", "POST", "Appointment", 400, "structure", '{"resourceType": NaN}'),
    Case("deep json", "POST", "Appointment", 400, "structure", "[" * 100_000),
    Case("an array", "POST", "Appointment", 400, "structure", []),
    Case("empty", "POST", "Appointment", 400, "structure", ""),
    Case("content type", "POST", "Appointment", 415, "not-supported", "<a/>", {"Content-Type": "application/xml"}),
    Case("no content type", "POST", "Appointment", 415, "not-supported", "{}", {}),
    Case("accept", "GET", "Slot", 406, "not-supported", None, {"Accept": "application/fhir+xml"}),
    Case("too long", "POST", "Appointment", 413, "too-long", "x" * 300_000),
    Case("another type", "POST", "Appointment", 400, "value", {"resourceType": "Patient"}),
    Case("unknown element", "POST", "Appointment", 400, "structure", appointment(foo=1)),
    Case("unknown nested", "POST", "Appointment", 400, "structure", appointment(slot=[{"ref": "Slot/SLOT"}])),
    Case("no participant", "POST", "Appointment", 400, "required", appointment(participant=None)),
    Case("no status", "POST", "Appointment", 400, "required", appointment(status=None)),
    Case("bad status", "POST", "Appointment", 400, "code-invalid", appointment(status="confirmed")),
    Case("app-1", "POST", "Appointment", 400, "invariant", appointment(participant=[{"status": "accepted"}])),
    Case("app-2", "POST", "Appointment", 400, "invariant",
         appointment(slot=None, status="proposed", start="2026-12-01T10:00:00Z")),
    Case("app-3", "POST", "Appointment", 400, "invariant", appointment(slot=None)),
    Case("app-4", "POST", "Appointment", 400, "invariant", appointment(cancelationReason={"text": "x"})),
    Case("no zone", "POST", "Appointment", 400, "value",
         appointment(start="2026-12-01T10:00:00", end="2026-12-01T10:20:00")),
    Case("other start", "POST", "Appointment", 400, "value",
         appointment(start="2026-12-01T10:00:00Z", end="2026-12-01T10:20:00Z")),
    Case("two slots", "POST", "Appointment", 400, "value", appointment(slot=slot("SLOT") * 2)),
    Case("no patient", "POST", "Appointment", 400, "required",
         appointment(participant=people("Practitioner/ada-example"))),
    Case("unknown patient", "POST", "Appointment", 404, "not-found", appointment(participant=people("Patient/none"))),
    Case("other clinician", "POST", "Appointment", 400, "value",
         appointment(participant=people("Practitioner/sam-sample", "Patient/PATIENT"))),
    Case("unknown slot", "POST", "Appointment", 404, "not-found", appointment(slot=slot("none"))),
    Case("taken", "POST", "Appointment", 409, "conflict", appointment(slot=slot("TAKEN"))),
    Case("licence", "POST", "Appointment", 422, "business-rule", appointment(extension=state("WY"))),
    Case("too soon", "POST", "Appointment", 422, "business-rule", appointment(slot=slot("SOON"))),
    Case("too old", "POST", "Appointment", 422, "business-rule", appointment(slot=slot("CHILD"))),
    Case("status of new", "POST", "Appointment", 422, "business-rule", appointment(status="arrived")),
    Case("if-none-exist", "POST", "Appointment", 400, "not-supported",
         appointment(), {**JSON, "If-None-Exist": "status=booked"}),
    Case("no if-match", "PUT", "Appointment/BOOKED", 428, "required", appointment()),
    Case("stale", "PUT", "Appointment/BOOKED", 412, "conflict", appointment(slot=slot("TAKEN")), STALE),
    Case("move", "PUT", "Appointment/BOOKED", 422, "business-rule", appointment(), MATCH),
    Case("other patient", "PUT", "Appointment/BOOKED", 422, "business-rule",
         appointment(slot=slot("TAKEN"), participant=people("Patient/other")), MATCH),
    Case("other id", "PUT", "Appointment/BOOKED", 400, "value", appointment(id="x", slot=slot("TAKEN")), MATCH),
    Case("bad patch", "PATCH", "Appointment/BOOKED", 400, "structure", {"op": "replace"}, PATCH),
    Case("patch nowhere", "PATCH", "Appointment/BOOKED", 400, "structure", to("/a/b", 1), PATCH),
    Case("patch test", "PATCH", "Appointment/BOOKED", 400, "value",
         [{"op": "test", "path": "/status", "value": "x"}], PATCH),
    Case("patch to nonsense", "PATCH", "Appointment/BOOKED", 400, "code-invalid", to("/status", "x"), PATCH),
    Case("patch without if-match", "PATCH", "Slot/SLOT", 428, "required", []),
    Case("slot to busy", "PATCH", "Slot/SLOT", 422, "business-rule", to("/status", "busy"), PATCH),
    Case("slot start", "PATCH", "Slot/SLOT", 400, "value", to("/start", "2026-11-30T10:00:00Z"), PATCH),
    Case("slot of booked", "PATCH", "Slot/TAKEN", 422, "business-rule", to("/status", "free"), PATCH),
    Case("hold of booked", "PATCH", "Slot/TAKEN", 409, "conflict", to("/status", "busy-tentative"), PATCH),
    Case("bad date", "GET", "Slot?start=ge2026-13-45", 400, "value"),
    Case("bad prefix", "GET", "Slot?start=zz2026-01-01", 400, "value"),
    Case("word as date", "GET", "Appointment?date=tomorrow", 400, "value"),
    Case("bad count", "GET", "Slot?_count=many", 400, "value"),
    Case("bad sort", "GET", "Slot?_sort=shoe-size", 400, "not-supported"),
    Case("empty parameter", "GET", "Slot?schedule=", 400, "value"),
    Case("zero byte", "GET", "Patient?name=%00", 400, "structure"),
    Case("strict", "GET", "Slot?shoe=45", 400, "not-supported", None, {"Prefer": "handling=strict"}),
    Case("find without start", "GET", "Appointment/$find?end=2026-12-01", 400, "required"),
    Case("find backwards", "GET", "Appointment/$find?start=2026-12-02&end=2026-12-01", 400, "value"),
    Case("hold of the unknown", "POST", "Appointment/$hold", 404, "not-found", named("Appointment/none")),
    Case("hold of nothing", "POST", "Appointment/$hold", 400, "required", {"resourceType": "Parameters"}),
    Case("book of nothing", "POST", "Appointment/$book", 400, "value", {"resourceType": "Bundle"}),
    Case("future birth", "POST", "Patient", 400, "value", {"resourceType": "Patient", "birthDate": "2030-01-01"}),
    Case("bad birth", "POST", "Patient", 400, "value", {"resourceType": "Patient", "birthDate": "01/02/1990"}),
    Case("bad gender", "POST", "Patient", 400, "code-invalid", {"resourceType": "Patient", "gender": "m"}),
]  # fmt: skip


def test_every_refusal_is_an_operation_outcome(service: Service) -> None:
    """The table above, one request each on one service."""
    places = _places(service)
    wrong = []
    for case in CASES:
        answer = _send(service, case, places)
        if not _is_outcome(answer, case):
            wrong.append((case.name, answer.status_code, answer.text[:300]))
    assert wrong == []
    assert service.get("Slot/" + places["SLOT"])["status"] == "free"


def _places(service: Service) -> dict[str, str]:
    now = service.clock()
    free = service.free(count=3)
    patient = service.patient()
    booked = service.send("POST", "Appointment", json=service.appointment(free[1]["id"], patient)).json()
    assert booked["resourceType"] == "Appointment"
    child = service.free("pediatrics", count=1, start=f"ge{now.replace(hour=18):%Y-%m-%dT%H:%M:%SZ}")[0]
    soon = service.get(f"Slot?start=ge{now:%Y-%m-%dT%H:%M:%SZ}&service-type=primary_care&_count=1")["entry"][0]
    return {
        "SLOT": free[2]["id"],
        "TAKEN": free[1]["id"],
        "SOON": soon["resource"]["id"],
        "CHILD": child["id"],
        "PATIENT": patient,
        "BOOKED": booked["id"],
    }


def _send(service: Service, case: Case, places: dict[str, str]) -> requests.Response:
    body = case.body if isinstance(case.body, str | bytes) or case.body is None else json.dumps(case.body)
    path = case.path
    for name, value in places.items():
        path = path.replace(name, value)
        if isinstance(body, str) and len(body) < 5_000:
            body = body.replace(f"/{name}", f"/{value}")
    return service.send(case.method, path, data=body, headers=case.headers)


def _is_outcome(answer: requests.Response, case: Case) -> bool:
    try:
        outcome = answer.json()
        issue = outcome["issue"][0]
        return (
            (answer.status_code, issue["code"]) == (case.status, case.code)
            and outcome["resourceType"] == "OperationOutcome"
            and bool(issue["severity"] and issue["details"]["text"])
            and answer.headers["Content-Type"].startswith("application/fhir+json")
        )
    except (ValueError, KeyError):
        return False


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"Authorization": "Bearer wrong"}, 401),
        ("", {"X-Forwarded-For": "203.0.113.9"}, 401),
        ("", {"Origin": "https://elsewhere.example"}, 401),
        ("secret-token", {}, 401),
        ("secret-token", {"Authorization": "Bearer secret-token"}, 200),
        ("secret-token", {"Authorization": "bearer secret-token"}, 200),
        ("secret-token", {"Authorization": "Basic c2VjcmV0"}, 401),
        ("secret-token", {"Authorization": "Bearer INTERNAL"}, 200),
    ],
)
def test_who_may_in(service: Service, token: str, headers: dict[str, str], status: int) -> None:
    """This machine may in while no token is set; otherwise the token is needed. /metadata is open."""
    app = service.app
    app.ctx.settings = replace(app.ctx.settings, scheduling_token=token)
    sent = {name: value.replace("INTERNAL", app.ctx.settings.internal_token) for name, value in headers.items()}
    answer = service.send("GET", "Slot?_count=1", headers=sent)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["issue"][0]["code"] == "login"
    assert service.send("GET", "metadata", headers=sent).status_code == 200
    assert service.session.get(f"{service.url}/healthz", timeout=5).status_code == 200


def test_what_cannot_be_held_is_fatal(service: Service) -> None:
    """IHE ITI-116: severity fatal and code not-found, for an unknown time too."""
    answer = service.send("POST", "Appointment/$hold", json=named("Appointment/none"), headers=JSON)
    assert [(one["severity"], one["code"]) for one in answer.json()["issue"]] == [("fatal", "not-found")]
