"""One client, three servers: ours, and two versions of one that we did not write. The same promises on each."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from frontdoor.scheduling.client import Scheduling
from frontdoor.scheduling.errors import NotFound, Rejected, Taken
from frontdoor.scheduling.model import Booking, Guardian, Opening, Person, Wanted
from tests.scheduling import judge
from tests.scheduling.conftest import Clock, Service


@dataclass
class Server:
    """A server to book on, and the clock of its client."""

    client: Scheduling
    clock: Clock

    def wanted(self, **changes: object) -> Wanted:
        start = self.clock()
        return replace(Wanted("primary_care", start, start + timedelta(days=7), state="NY"), **changes)  # type: ignore[arg-type]

    def openings(self, **changes: object) -> list[Opening]:
        return self.client.find_openings(self.wanted(**changes), limit=6)


@pytest.fixture(scope="module")
def v4() -> Iterator[judge.Judge]:
    """Medplum 4.5.2: no chained search, no _include, no If-Match on PATCH, no links between pages."""
    yield from _sit("v4")


@pytest.fixture(scope="module")
def v5() -> Iterator[judge.Judge]:
    """Medplum 5.2.13."""
    yield from _sit("v5")


def _sit(version: str) -> Iterator[judge.Judge]:
    if judge.missing(version):
        pytest.skip(judge.missing(version))
    with judge.server(version) as foreign:
        yield foreign


@pytest.fixture(params=["ours", "ours-ihe", *judge.VERSIONS])
def server(request: pytest.FixtureRequest, service: Service) -> Iterator[Server]:
    """Each server in turn. The embedded one always runs: it keeps the visit links."""
    if request.param.startswith("ours"):
        dialect = "ihe" if request.param == "ours-ihe" else "rest"
        yield Server(service.client(scheduling_dialect=dialect), service.clock)
        return
    foreign = request.getfixturevalue(request.param)
    foreign.reset()
    foreign.seed(service.clock())
    yield Server(service.client(scheduling_url=foreign.base), service.clock)


def booking(opening: Opening, key: str = "booking-1", **changes: object) -> Booking:
    """Return a booking of this opening."""
    asked = Booking(
        opening_id=opening.id,
        key=key,
        hold=None,
        patient=Person("María Ejemplo Prueba", date(1990, 5, 3), phone="+1 555 010 0199"),
        state="NY",
        service_type="primary_care",
        reason="a cough",
        language="es",
        consent_version="2026-11",
        time_zone="America/New_York",
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def test_finds_openings_of_licensed_clinicians_in_order(server: Server) -> None:
    """Openings come earliest first, of the wanted kind, of clinicians with a licence there."""
    found = server.openings()
    assert len(found) == 6
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.service_type == "primary_care" and one.practitioner_name for one in found)
    texan = server.openings(state="TX")
    assert {one.practitioner_id for one in texan}.isdisjoint(
        {one.practitioner_id for one in server.openings() if one not in texan}
    )
    assert server.openings(state="WY") == []


def test_excludes_and_other_clinician(server: Server) -> None:
    """What was shown is not shown again, and another clinician is another one."""
    first = server.openings(state=None)
    again = server.openings(state=None, exclude_opening_ids=frozenset(one.id for one in first[:3]))
    assert {one.id for one in again}.isdisjoint(one.id for one in first[:3])
    others = server.openings(state=None, not_practitioner_id=first[0].practitioner_id)
    assert others
    assert all(one.practitioner_id != first[0].practitioner_id for one in others)
    same = server.openings(state=None, practitioner_id=first[0].practitioner_id)
    assert {one.practitioner_id for one in same} == {first[0].practitioner_id}


def test_books_once_and_reads_back(server: Server) -> None:
    """The same booking twice is one appointment, and what comes back is what the server holds."""
    opening = server.openings()[0]
    hold = server.client.hold(opening.id, key="hold-1")
    booked = server.client.book(booking(opening, hold=hold))
    assert (booked.status, booked.start, booked.end) == ("booked", opening.start, opening.end)
    assert (booked.state, booked.language, booked.reason) == ("NY", "es", "a cough")
    assert booked.practitioner_id == opening.practitioner_id
    assert server.client.book(booking(opening, hold=hold)).id == booked.id
    assert [one.id for one in server.client.upcoming(booked.patient_id)] == [booked.id]
    assert opening.id not in [one.id for one in server.openings()]


def test_finds_the_patient_by_name_and_birth_date_only(server: Server) -> None:
    """Case, accents and order do not matter; every letter and the day do."""
    booked = server.client.book(booking(server.openings()[0]))
    found = server.client.find_patient("prueba MARIA ejemplo", date(1990, 5, 3))
    assert found is not None
    assert found.id == booked.patient_id
    assert server.client.find_patient("María Ejemplo Prueba", date(1990, 5, 4)) is None
    assert server.client.find_patient("María Ejemplo", date(1990, 5, 3)) is None
    assert server.client.find_patient("", date(1990, 5, 3)) is None


def test_a_held_opening_is_nobody_elses(server: Server) -> None:
    """Another conversation cannot hold or book it; released, it can."""
    opening = server.openings()[0]
    hold = server.client.hold(opening.id, key="mine")
    with pytest.raises(Taken):
        server.client.hold(opening.id, key="theirs")
    with pytest.raises(Taken):
        server.client.book(booking(opening, key="theirs"))
    assert opening.id not in [one.id for one in server.openings()]
    server.client.release(hold)
    server.client.release(hold)
    assert server.client.hold(opening.id, key="theirs").opening_id == opening.id


def test_a_hold_expires_by_itself(server: Server) -> None:
    """After ten minutes the opening is found, held and booked by somebody else."""
    opening = server.openings()[2]
    server.client.hold(opening.id, key="mine")
    server.clock.forward(minutes=10, seconds=1)
    assert opening.id in [one.id for one in server.openings()]
    booked = server.client.book(booking(opening, key="theirs"))
    assert booked.opening_id.endswith(opening.id.removeprefix("proposed-"))


def test_reschedules_once(server: Server) -> None:
    """The new appointment stands, the old one is cancelled, its opening is free; a repeat changes nothing."""
    first, second, *_ = server.openings()
    old = server.client.book(booking(first))
    new = server.client.reschedule(old.id, second.id, key="move-1")
    assert (new.status, new.start, new.patient_id, new.state) == ("booked", second.start, old.patient_id, "NY")
    assert server.client.appointment(old.id).status == "cancelled"
    assert [one.id for one in server.client.upcoming(old.patient_id)] == [new.id]
    assert first.id in [one.id for one in server.openings()]
    assert server.client.reschedule(old.id, second.id, key="move-1").id == new.id
    assert [one.id for one in server.client.upcoming(old.patient_id)] == [new.id]


def test_a_lost_reschedule_leaves_the_old_one(server: Server) -> None:
    """When the new opening is taken, the appointment stays where it was."""
    first, second, *_ = server.openings()
    old = server.client.book(booking(first))
    server.client.book(booking(second, key="other", patient=Person("Otra Persona", date(1980, 1, 1))))
    with pytest.raises(Taken):
        server.client.reschedule(old.id, second.id, key="move-1")
    assert server.client.appointment(old.id).status == "booked"


def test_cancels_once_and_frees(server: Server) -> None:
    """A cancelled appointment frees its opening; cancelling again harms nobody who has it now."""
    opening = server.openings()[0]
    booked = server.client.book(booking(opening))
    assert server.client.cancel(booked.id, reason="pat").status == "cancelled"
    assert server.client.upcoming(booked.patient_id) == []
    other = server.client.book(booking(opening, key="other", patient=Person("Otra Persona", date(1980, 1, 1))))
    assert server.client.cancel(booked.id).status == "cancelled"
    assert server.client.appointment(other.id).status == "booked"
    with pytest.raises(Taken):
        server.client.hold(opening.id, key="third")


def test_books_again_what_was_cancelled(server: Server) -> None:
    """The same conversation may book, cancel and book the same opening."""
    opening = server.openings()[0]
    first = server.client.book(booking(opening))
    server.client.cancel(first.id)
    second = server.client.book(booking(opening))
    assert second.id != first.id
    assert second.status == "booked"


def test_refuses_a_state_without_licence(server: Server) -> None:
    """Nobody is booked with a clinician who may not see them, and nothing stays held."""
    opening = server.openings()[0]
    with pytest.raises(Rejected) as refusal:
        server.client.book(booking(opening, state="WY"))
    assert refusal.value.reason == "licence"
    assert opening.id in [one.id for one in server.openings()]
    assert server.client.is_licensed(opening.practitioner_id, "NY", opening.start)
    assert not server.client.is_licensed(opening.practitioner_id, "WY", opening.start)


def test_what_is_not_there_is_not_found(server: Server) -> None:
    """Unknown ids are NotFound, whatever they look like."""
    for id_ in ("7d1d6b9e-0f4c-4d57-8c0c-6f0a3f2f0d11", "../Patient", ""):
        with pytest.raises(NotFound):
            server.client.appointment(id_)
        with pytest.raises(NotFound):
            server.client.hold(id_, key="k")


def test_a_child_has_a_guardian(server: Server) -> None:
    """The patient is the child; the guardian is kept as the contact."""
    opening = server.openings()[0]
    child = Person("Niña Ejemplo", date(2019, 2, 1))
    guardian = Guardian("María Ejemplo", "mother", "maria@example.org")
    booked = server.client.book(booking(opening, patient=child, guardian=guardian))
    found = server.client.find_patient("Niña Ejemplo", date(2019, 2, 1))
    assert found is not None
    assert found.id == booked.patient_id


def test_links_are_the_same_each_time_and_end_with_the_visit(server: Server) -> None:
    """A patient's links do not change, and a cancelled visit has none."""
    booked = server.client.book(booking(server.openings()[0]))
    links = server.client.links(booked)
    assert links == server.client.links(booked)
    assert links.join_url != links.calendar_url
    assert booked.id not in links.join_url + links.calendar_url


def test_many_patients_race_for_few_openings(server: Server) -> None:
    """Twenty patients, three openings: three booked, seventeen told so, each opening once."""
    openings = server.openings()[:3]

    def try_one(number: int) -> str:
        person = Person(f"Patient {'abcdefghijklmnopqrstuvwxyz'[number]}", date(1980, 1, 1) + timedelta(days=number))
        try:
            server.client.book(booking(openings[number % 3], key=f"race-{number}", patient=person))
        except Taken:
            return "taken"
        return openings[number % 3].id

    with ThreadPoolExecutor(10) as pool:
        results = Counter(pool.map(try_one, range(20)))
    assert results == {**{one.id: 1 for one in openings}, "taken": 17}
