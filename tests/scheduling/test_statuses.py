"""The status machine as a table, and through the API."""

import asyncio

import asyncpg
import pytest

from frontdoor.scheduling.statuses import NEXT, may_change
from tests.scheduling.conftest import Service

ALL = (
    "proposed", "pending", "booked", "arrived", "checked-in", "fulfilled", "noshow", "cancelled", "waitlist",
    "entered-in-error",
)  # fmt: skip
ALLOWED = {
    ("waitlist", "proposed"), ("waitlist", "pending"), ("waitlist", "booked"), ("waitlist", "cancelled"),
    ("proposed", "pending"), ("proposed", "booked"), ("proposed", "cancelled"),
    ("pending", "booked"), ("pending", "cancelled"),
    ("booked", "arrived"), ("booked", "checked-in"), ("booked", "fulfilled"), ("booked", "noshow"),
    ("booked", "cancelled"),
    ("arrived", "checked-in"), ("arrived", "fulfilled"), ("arrived", "noshow"), ("arrived", "cancelled"),
    ("checked-in", "fulfilled"), ("checked-in", "noshow"), ("checked-in", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize("old", ALL)
def test_every_transition(old: str) -> None:
    """What is not in the table is refused; staying is always allowed."""
    assert {new for new in ALL if may_change(old, new) and new != old} == {new for was, new in ALLOWED if was == old}
    assert may_change(old, old)
    assert set(NEXT) == set(ALL)


def test_the_service_walks_and_refuses(service: Service) -> None:
    """booked, arrived, checked-in, fulfilled; then nothing more."""
    slot, patient = service.free()[0]["id"], service.patient()
    made = service.send("POST", "Appointment", json=service.appointment(slot, patient)).json()
    for status in ("arrived", "checked-in", "fulfilled"):
        answer = _write(service, made["id"], status)
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    for status in ("booked", "cancelled", "noshow", "pending"):
        answer = _write(service, made["id"], status)
        assert answer.status_code == 422
        assert answer.json()["issue"][0]["code"] == "business-rule"


def test_cancelled_frees_the_slot_and_is_the_end(service: Service) -> None:
    """The slot is free at once; the appointment never comes back."""
    slot, patient = service.free()[0]["id"], service.patient()
    made = service.send("POST", "Appointment", json=service.appointment(slot, patient)).json()
    assert _write(service, made["id"], "cancelled").status_code == 200
    assert service.get(f"Slot/{slot}")["status"] == "free"
    assert _write(service, made["id"], "booked").status_code == 422


def test_a_waitlisted_one_gets_its_time(service: Service) -> None:
    """Without a slot it waits; with one it is booked, once."""
    patient = service.patient()
    body = service.appointment("x", patient, status="waitlist")
    del body["slot"]
    waiting = service.send("POST", "Appointment", json=body)
    assert waiting.status_code == 201, waiting.text
    slot = service.free()[0]["id"]
    wanted = {**waiting.json(), "status": "booked", "slot": [{"reference": f"Slot/{slot}"}]}
    booked = service.send("PUT", f"Appointment/{waiting.json()['id']}", json=wanted, headers={"If-Match": "*"})
    assert (booked.status_code, booked.json()["status"]) == (200, "booked")
    assert service.get(f"Slot/{slot}")["status"] == "busy"


def test_events_are_written(service: Service) -> None:
    """Each change leaves a row that says from what to what, and no word of the patient."""
    slot, patient = service.free()[0]["id"], service.patient(family="Sentinelname")
    made = service.send("POST", "Appointment", json=service.appointment(slot, patient, comment="Sentineltext")).json()
    _write(service, made["id"], "arrived")
    _write(service, made["id"], "cancelled")

    async def rows() -> list[tuple[str | None, str]]:
        connection = await asyncpg.connect(service.settings.database_url)
        found = await connection.fetch("SELECT * FROM scheduling.appointment_event ORDER BY id")
        await connection.close()
        assert "Sentinel" not in str([dict(row) for row in found])
        return [(row["from_status"], row["to_status"]) for row in found]

    assert asyncio.run(rows()) == [(None, "booked"), ("booked", "arrived"), ("arrived", "cancelled")]


def _write(service: Service, id_: str, status: str):  # type: ignore[no-untyped-def]
    current = service.send("GET", f"Appointment/{id_}")
    tag = current.headers["ETag"]
    return service.send(
        "PUT", f"Appointment/{id_}", json={**current.json(), "status": status}, headers={"If-Match": tag}
    )
