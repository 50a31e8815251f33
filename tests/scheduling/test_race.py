"""Many patients, few openings, over HTTP: nobody is booked twice, everybody is told."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import asyncpg
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdoor.scheduling.errors import Rejected, SchedulingError, Taken
from frontdoor.scheduling.model import Booking, Hold, Person, Wanted
from frontdoor.scheduling.seed import role_id
from tests.scheduling.conftest import Service

PATIENTS, OPENINGS = 200, 20
OVERLAPS = """SELECT count(*) FROM scheduling.appointment a JOIN scheduling.appointment b
    ON a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    AND (a.practitioner_id = b.practitioner_id OR a.patient_id = b.patient_id)
    WHERE a.status = 'booked' AND b.status = 'booked'"""
STRAY = """SELECT count(*) FROM scheduling.slot s WHERE (s.status = 'busy') <> EXISTS
    (SELECT 1 FROM scheduling.appointment a WHERE a.slot_id = s.id AND a.status = 'booked')"""


def ask(service: Service, query: str) -> int:
    """Return what the database counts."""

    async def run() -> int:
        connection = await asyncpg.connect(service.settings.database_url)
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()

    return asyncio.run(run())


def test_two_hundred_patients_race_for_twenty_openings(service: Service) -> None:
    """Twenty are booked, 180 are told that it is taken and what is free instead, nothing overlaps."""
    slots = [slot["id"] for slot in service.free(count=OPENINGS, schedule="Schedule/ada-example-primary-care")]
    patients = [service.patient(family=f"Racer{number}") for number in range(PATIENTS)]
    assert len(slots) == OPENINGS

    def book(number: int) -> tuple[int, int]:
        body = service.appointment(slots[number % OPENINGS], patients[number])
        headers = {"Content-Type": "application/fhir+json", "If-None-Exist": f"identifier=urn:race|{number}"}
        body["identifier"] = [{"system": "urn:race", "value": str(number)}]
        answer = requests.post(f"{service.base}/Appointment", json=body, headers=headers, timeout=60)
        return answer.status_code, len(answer.json().get("extension", []))

    with ThreadPoolExecutor(40) as pool:
        results = list(pool.map(book, range(PATIENTS)))
    assert Counter(status for status, _ in results) == {201: OPENINGS, 409: PATIENTS - OPENINGS}
    assert all(alternatives == 3 for status, alternatives in results if status == 409)
    assert ask(service, OVERLAPS) == 0
    assert ask(service, STRAY) == 0


def test_one_patient_cannot_be_in_two_visits(service: Service) -> None:
    """The same patient at the same time with two clinicians: one booked, one refused by rule."""
    client, patient = service.client(), Person("Una Persona", date(1990, 1, 1))
    found = client.find_openings(_week(service), limit=40)
    first = found[0]
    second = next(one for one in found if one.start == first.start and one.practitioner_id != first.practitioner_id)
    client.book(Booking(first.id, "a", None, patient, "", "primary_care"))
    with pytest.raises(Rejected) as refusal:
        client.book(Booking(second.id, "b", None, patient, "", "primary_care"))
    assert refusal.value.reason == "patient_busy"
    assert service.get(f"Slot/{second.id}")["status"] == "free"


def test_a_clinician_of_two_services_is_in_one_visit(service: Service) -> None:
    """What is booked in one schedule is unavailable in the other one of the same clinician."""
    client = service.client()
    first = client.find_openings(_week(service, practitioner_id="ada-example"))[0]
    other = f"{role_id('ada-example', 'pediatrics')}-{first.start:%Y%m%d%H%M}"
    assert service.get(f"Slot/{other}")["status"] == "free"
    client.book(Booking(first.id, "a", None, Person("Una Persona", date(1990, 1, 1)), "NY", "primary_care"))
    assert service.get(f"Slot/{other}")["status"] == "busy-unavailable"
    child = Booking(other, "b", None, Person("Niño Prueba", date(2018, 1, 1)), "NY", "pediatrics")
    with pytest.raises(Taken) as refusal:
        client.book(child)
    assert len(refusal.value.alternatives) == 3
    assert all("pediatrics" in id_ for id_ in refusal.value.alternatives)


def _week(service: Service, **changes: str) -> Wanted:
    start = service.clock()
    return Wanted("primary_care", start, start + timedelta(days=7), **changes)  # type: ignore[arg-type]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "book", "book_held", "release", "cancel", "reschedule", "wait"]),
        st.integers(0, 5),
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=14,
)


def test_random_operations_never_overlap(service: Service) -> None:
    """Whatever patients do in whatever order, no clinician and no patient is in two visits."""
    runs = iter(range(10_000))

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def run(steps: list[tuple[str, int, int]]) -> None:
        _play(service, steps, f"run{next(runs)}")
        assert ask(service, OVERLAPS) == 0
        assert ask(service, STRAY) == 0

    run()


def _play(service: Service, steps: list[tuple[str, int, int]], run: str) -> None:
    client = service.client()
    openings = [one.id for one in client.find_openings(_week(service), limit=6)]
    openings += [f"{one.replace('primary-care', 'pediatrics')}" for one in openings if one.startswith("ada")]
    holds: dict[int, Hold] = {}
    booked: dict[int, str] = {}
    for number, (what, at, who) in enumerate(steps):
        opening, key = openings[at % len(openings)], f"{run}-{number}"
        person = Person(f"Person {'abc'[who]}", date(2012, 1, 1 + who))
        service_type = "pediatrics" if "pediatrics" in opening else "primary_care"
        booking = Booking(opening, key, None, person, "", service_type)
        try:
            if what == "hold":
                holds[who] = client.hold(opening, key=f"{run}-{who}")
            elif what == "book":
                booked[who] = client.book(booking).id
            elif what == "book_held" and who in holds:
                held = Booking(holds[who].opening_id, key, holds[who], person, "", service_type)
                booked[who] = client.book(held).id
            elif what == "release" and who in holds:
                client.release(holds[who])
            elif what == "cancel" and who in booked:
                client.cancel(booked[who])
            elif what == "reschedule" and who in booked:
                booked[who] = client.reschedule(booked[who], opening, key=key).id
            elif what == "wait":
                service.clock.forward(minutes=6)
        except SchedulingError as error:
            assert error.code in ("taken", "rejected")  # noqa: PT017  # anything else is a defect
