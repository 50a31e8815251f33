"""Searches, pages, conditional writes: what other FHIR clients count on."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import requests

from frontdoor.database.pool import connect
from frontdoor.scheduling import store
from tests.scheduling.conftest import Service


def ids(bundle: dict) -> list[str]:
    """Return the ids of a bundle's matches."""
    return [one["resource"]["id"] for one in bundle.get("entry", []) if one["search"]["mode"] == "match"]


def test_pages_hold_everything_once(service: Service) -> None:
    """Following `next` gives every match once; `total` says how many."""
    url = "Slot?status=free&service-type=dermatology&start=ge2026-11-24&start=lt2026-11-26&_sort=start&_count=7"
    seen: list[str] = []
    total = None
    while url:
        bundle = service.get(url)
        assert total in (None, bundle["total"])
        total = bundle["total"]
        seen += ids(bundle)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert links["self"].startswith(service.base)
        url = links.get("next", "")
    assert len(seen) == len(set(seen)) == total > 14
    starts = [service.get(f"Slot/{id_}")["start"] for id_ in seen[::9]]
    assert starts == sorted(starts)


def test_slot_search_by_get_post_and_chain_agree(service: Service) -> None:
    """The same question three ways has one answer, with the Schedule when asked for."""
    window = {"status": "free", "start": ["ge2026-11-24T00:00:00Z", "lt2026-11-25T00:00:00Z"], "_count": "200"}
    by_get = service.get("Slot", params={**window, "schedule": "Schedule/sam-sample-behavioral-health"})
    form = {**window, "schedule": "Schedule/sam-sample-behavioral-health"}
    by_post = service.send("POST", "Slot/_search", data=form).json()
    chain = {**window, "schedule.actor": "Practitioner/sam-sample", "_include": "Slot:schedule"}
    by_chain = service.get("Slot", params=chain)
    sales = {**window, "schedule:Schedule.actor:Practitioner": "sam-sample"}
    assert ids(by_get) == ids(by_post) == ids(by_chain) == ids(service.get("Slot", params=sales)) != []
    included = [one["resource"]["id"] for one in by_chain["entry"] if one["search"]["mode"] == "include"]
    assert included == ["sam-sample-behavioral-health"]


def test_an_unescaped_plus_is_understood(service: Service) -> None:
    """`+05:00` arrives as a space when nobody escaped it."""
    bundle = service.get("Slot?status=free&start=ge2026-11-24T05:00:00+05:00&start=lt2026-11-24T20:00:00Z&_count=1")
    assert bundle["total"] > 0


def test_directory_searches(service: Service) -> None:
    """By language, specialty, service, actor, name and id."""
    expected = {
        "Practitioner?communication=es": {"rosa-ejemplo", "sam-sample", "leo-fictional"},
        "Practitioner?name=ada": {"ada-example"},
        "Practitioner?_id=ada-example,sam-sample": {"ada-example", "sam-sample"},
        "PractitionerRole?practitioner=Practitioner/ada-example": {
            "ada-example-primary-care",
            "ada-example-pediatrics",
        },
        "PractitionerRole?role=dermatology": {"nia-placeholder-dermatology"},
        "PractitionerRole?specialty=http://snomed.info/sct|394582007": {"nia-placeholder-dermatology"},
        "HealthcareService?service-type=nutrition": {"nutrition"},
        "Schedule?actor=PractitionerRole/leo-fictional-nutrition,Practitioner/nobody": {"leo-fictional-nutrition"},
        "Schedule?actor=Practitioner/sam-sample&active=true": {"sam-sample-behavioral-health"},
        "Location?status=active": {"virtual-visits"},
        "Schedule?active=false": set(),
    }
    assert {path: set(ids(service.get(path))) for path in expected} == expected


def test_unknown_parameters_are_named(service: Service) -> None:
    """Ignored with a warning, unless the client asked to be strict."""
    bundle = service.get("Practitioner?shoe-size=45")
    outcome = bundle["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    assert "shoe-size" in outcome["resource"]["issue"][0]["details"]["text"]
    assert bundle["total"] == 5


def test_conditional_create_and_replay(service: Service) -> None:
    """201, then 200 with the same id; another body changes nothing."""
    slots, patient = service.free(count=2), service.patient()
    key = [{"system": "urn:test", "value": "k1"}]
    headers = {"If-None-Exist": "identifier=urn:test|k1"}
    body = service.appointment(slots[0]["id"], patient, identifier=key)
    first = service.send("POST", "Appointment", json=body, headers=headers)
    again = service.send("POST", "Appointment", json=body, headers=headers)
    other = service.appointment(slots[1]["id"], patient, identifier=key)
    third = service.send("POST", "Appointment", json=other, headers=headers)
    assert [one.status_code for one in (first, again, third)] == [201, 200, 200]
    assert first.json() == again.json() == third.json()
    assert first.headers["Location"].endswith(f"/Appointment/{first.json()['id']}/_history/1")
    assert "Location" not in again.headers
    assert service.get(f"Slot/{slots[1]['id']}")["status"] == "free"
    assert ids(service.get("Appointment?identifier=urn:test|k1")) == [first.json()["id"]]


def test_parallel_conditional_creates_store_one(service: Service) -> None:
    """Eight at once with one identifier: one resource."""
    body = {"resourceType": "Patient", "identifier": [{"system": "urn:p", "value": "1"}], "birthDate": "1990-05-03"}
    headers = {"Content-Type": "application/fhir+json", "If-None-Exist": "identifier=urn:p|1"}

    def create(_: int) -> str:
        answer = requests.post(f"{service.base}/Patient", json=body, headers=headers, timeout=30)
        return str(answer.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(8)))) == 1


def test_portable_recipe_by_hand(service: Service) -> None:
    """Hold with PUT and If-Match, book, mark busy, read back, cancel: as any FHIR client would."""
    slot, patient = service.free()[0], service.patient()
    answer = service.send("GET", f"Slot/{slot['id']}")
    held = service.send(
        "PUT",
        f"Slot/{slot['id']}",
        json={**answer.json(), "status": "busy-tentative"},
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert (held.status_code, held.json()["status"]) == (200, "busy-tentative")
    stolen = service.send("PUT", f"Slot/{slot['id']}", json=held.json(), headers={"If-Match": held.headers["ETag"]})
    assert stolen.status_code == 409
    booked = service.send("POST", "Appointment", json=service.appointment(slot["id"], patient))
    assert booked.status_code == 201
    now = service.send("GET", f"Slot/{slot['id']}")
    busy = service.send(
        "PUT", f"Slot/{slot['id']}", json={**now.json(), "status": "busy"}, headers={"If-Match": now.headers["ETag"]}
    )
    assert busy.status_code == 200
    upcoming = service.get(
        f"Appointment?patient=Patient/{patient}&status=booked,pending&date=ge2026-11-23T00:00:00Z&_sort=date"
    )
    assert ids(upcoming) == [booked.json()["id"]]
    steps = [
        {"op": "replace", "path": "/status", "value": "cancelled"},
        {"op": "add", "path": "/cancelationReason", "value": {"text": "moved"}},
    ]
    cancelled = service.send(
        "PATCH",
        f"Appointment/{booked.json()['id']}",
        data=json.dumps(steps),
        headers={"If-Match": booked.headers["ETag"], "Content-Type": "application/json-patch+json"},
    )
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert service.get(f"Slot/{slot['id']}")["status"] == "free"


def test_ihe_find_hold_book(service: Service) -> None:
    """IHE's three operations; a held time is not found, a second hold is fatal, what expired can be booked if free."""
    question = "Appointment/$find?start=2026-11-24T00:00:00Z&end=2026-11-25T00:00:00Z&visit-type=nutrition&_count=5"
    bundle = service.get(question)
    assert bundle["total"] > 5
    proposed = bundle["entry"][0]["resource"]
    assert proposed["status"] == "proposed"
    asked = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "appointment-reference", "valueReference": {"reference": f"Appointment/{proposed['id']}"}}
        ],
    }
    held = service.send("POST", "Appointment/$hold", json=asked)
    assert (held.status_code, held.json()["status"]) == (201, "pending")
    again = service.send("POST", "Appointment/$hold", json=asked)
    assert (again.json()["issue"][0]["severity"], again.json()["issue"][0]["code"]) == ("fatal", "not-found")
    assert proposed["id"] not in ids(service.get(question))
    service.clock.forward(minutes=11)
    assert service.get(f"Appointment/{held.json()['id']}")["status"] == "cancelled"
    booking = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "appointment-reference", "valueReference": {"reference": f"Appointment/{held.json()['id']}"}},
            {"name": "patient-resource", "resource": {"resourceType": "Patient", "birthDate": "1990-05-03"}},
            {"name": "comment", "valueString": "needs an interpreter"},
        ],
    }
    booked = service.send("POST", "Appointment/$book", json=booking)
    assert (booked.status_code, booked.json()["status"]) == (200, "booked")
    assert booked.json()["comment"] == "needs an interpreter"
    assert service.send("POST", f"Appointment/{booked.json()['id']}/$cancel").json()["status"] == "cancelled"
    assert service.send("POST", f"Appointment/{booked.json()['id']}/$cancel").status_code == 200


def test_responses_set_the_participant(service: Service) -> None:
    """A decline is kept and shown on the participant; the appointment stands."""
    patient = service.patient()
    made = service.send("POST", "Appointment", json=service.appointment(service.free()[0]["id"], patient)).json()
    said = {
        "resourceType": "AppointmentResponse",
        "appointment": {"reference": f"Appointment/{made['id']}"},
        "actor": {"reference": f"Patient/{patient}"},
        "participantStatus": "declined",
    }
    assert service.send("POST", "AppointmentResponse", json=said).status_code == 201
    now = service.get(f"Appointment/{made['id']}")
    assert (now["status"], now["participant"][0]["status"]) == ("booked", "declined")
    assert service.get(f"AppointmentResponse?appointment=Appointment/{made['id']}")["total"] == 1


def test_openings_follow_the_day(service: Service) -> None:
    """Regenerating changes nothing the same day, adds a day the next, and never touches what is booked."""
    patient = service.patient()
    slot = service.free()[0]["id"]
    service.send("POST", "Appointment", json=service.appointment(slot, patient))

    async def run(days: int) -> int:
        pool = await connect(service.settings.database_url)
        service.clock.forward(days=days)
        made = await store.regenerate(pool, service.clock())
        await pool.execute("UPDATE scheduling.schedule SET rules = '{}' WHERE id = 'ada-example-primary-care'")
        await store.regenerate(pool, service.clock())
        await pool.close()
        return made

    assert asyncio.run(run(0)) == 0
    assert service.get(f"Slot/{slot}")["status"] == "busy"
    left = service.get("Slot?schedule=Schedule/ada-example-primary-care&_count=5")
    assert ids(left) == [slot]
    assert asyncio.run(run(1)) > 10


def test_the_self_link_says_what_made_the_answer(service: Service) -> None:
    """A parameter that was ignored is named in a warning, not in the link."""
    found = service.get("Practitioner?communication=es&bogus=1")
    links = {one["relation"]: one["url"] for one in found["link"]}
    assert "communication=es" in links["self"]
    assert "bogus" not in links["self"]
    assert [
        one["resource"]["issue"][0]["severity"] for one in found["entry"] if one["search"]["mode"] == "outcome"
    ] == ["warning"]


def test_readiness_is_told(service: Service) -> None:
    """The service needs nothing but its database."""
    for path in ("healthz", "readyz"):
        assert requests.get(f"{service.url}/{path}", timeout=5).json() == {"status": "ok"}
