"""What a patient's links show and hide, over HTTP and at every time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
import requests
from icalendar import Calendar
from sanic import Sanic

from frontdoor import clinic
from frontdoor.database.pool import connect
from frontdoor.scheduling.client import Scheduling
from frontdoor.scheduling.errors import NotFound, Rejected
from frontdoor.scheduling.model import Appointment, Booking, Links, Person, Wanted
from frontdoor.scheduling.service import pages
from frontdoor.scheduling.visits import ROOM, Visits, token
from frontdoor.settings import ROOT
from tests.gateway.serving import Served
from tests.scheduling.conftest import Service

BORN = {"birth_date": "1990-05-03"}


@dataclass
class Visit:
    """A booked visit, its links, and a gateway that has the pages."""

    service: Service
    client: Scheduling
    booked: Appointment
    links: Links

    def get(self, url: str = "", **headers: str) -> requests.Response:
        return requests.get(url or self.links.join_url, headers=headers, timeout=10)

    def post(self, form: dict[str, str]) -> requests.Response:
        return requests.post(self.links.join_url, data=form, timeout=10, allow_redirects=False)

    def to(self, minutes: float) -> None:
        """Turn the clock to this long after the start."""
        self.service.clock.at = self.booked.start + timedelta(minutes=minutes)


@pytest.fixture
def visit(service: Service) -> Iterator[Visit]:
    """A visit of María, born on 3 May 1990."""
    app = Sanic("visit-pages", configure_logging=False)

    async def opened(app: Sanic, *_: object) -> None:
        app.ctx.pool = await connect(str(service.settings.database_url))

    async def closed(app: Sanic, *_: object) -> None:
        await app.ctx.pool.close()

    app.register_listener(opened, "before_server_start")
    app.register_listener(closed, "after_server_stop")
    facts = clinic.load(ROOT / "clinic.yml")
    app.blueprint(pages.blueprint(lambda: Visits(app.ctx.pool, service.app.ctx.settings, facts), now=service.clock))
    with Served(app) as served:
        service.app.ctx.settings = replace(service.settings, public_url=served.url)
        client = service.client()
        start = service.clock() + timedelta(days=1)
        opening = client.find_openings(Wanted("behavioral_health", start, start + timedelta(days=3)))[0]
        person = Person("María Ejemplo", date(1990, 5, 3))
        booking = Booking(opening.id, "b", None, person, "NY", "behavioral_health", reason="panic", language="es")
        booked = client.book(booking)
        yield Visit(service, client, booked, client.links(booked))


@pytest.mark.parametrize(
    ("minutes", "status", "form"),
    [(-24 * 60, 200, False), (-16, 200, False), (-14, 200, True), (0, 200, True), (100, 200, True), (106, 404, False)],
)
def test_when_the_link_is_open(visit: Visit, minutes: int, status: int, form: bool) -> None:
    """From 15 minutes before the start until 60 after the end (a visit of 45 minutes) it asks for the birth date."""
    visit.to(minutes)
    page = visit.get()
    assert (page.status_code, "<form" in page.text) == (status, form)


def test_the_page_says_nothing(visit: Visit) -> None:
    """No name, day, hour, clinician, kind of visit or id, in page or address; no cache, referrer, index or script."""
    for minutes in (-24 * 60, 0):
        visit.to(minutes)
        page = visit.get()
        shown = page.text + visit.links.join_url + visit.links.calendar_url
        for secret in ("María", "Ejemplo", "Sample", "panic", "ehavioral", visit.booked.id, visit.booked.patient_id):
            assert secret not in shown
        assert not re.search(r"20\d\d-|\d:\d\d", page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text


def test_looking_changes_nothing(visit: Visit) -> None:
    """A link preview spends no try, by GET or HEAD."""
    visit.to(0)
    for _ in range(10):
        assert visit.get().status_code == 200
        assert requests.head(visit.links.join_url, timeout=10).status_code == 200
    assert visit.post(BORN).status_code == 200


def test_the_right_birth_date_opens_the_room(visit: Visit) -> None:
    """Four wrong ones, then the right one: the room; and the room has a page here."""
    visit.to(0)
    for _ in range(4):
        assert visit.post({"birth_date": "1990-05-04"}).status_code == 403
    page = visit.post(BORN)
    room = re.search(r'href="([^"]+/room/[\w-]{22})"', page.text)
    assert (page.status_code, bool(room)) == (200, True)
    assert visit.get(room[1], **{"Accept-Language": "es-MX"}).text.count("sala de espera") == 1  # type: ignore[index]
    assert visit.post(BORN).status_code == 200


def room_of(visit: Visit) -> str:
    """Enter, and return the address of the room."""
    found = re.search(r'href="([^"]+/room/[\w-]{22})"', visit.post(BORN).text)
    assert found
    return found[1]


@pytest.mark.parametrize(("minutes", "status"), [(-16, 404), (-14, 200), (104, 200), (106, 404), (60 * 24 * 30, 404)])
def test_the_room_keeps_the_hours_of_the_link(visit: Visit, minutes: int, status: int) -> None:
    """Who kept its address gets in neither earlier nor later; the page then says what any unknown address says."""
    visit.to(0)
    room = room_of(visit)
    visit.to(minutes)
    answer = visit.get(room)
    assert answer.status_code == requests.head(room, timeout=10).status_code == status
    if status == 404:
        assert answer.text == visit.get(visit.links.join_url[:-2] + "AA").text


def test_there_is_no_room_before_somebody_was_let_in(visit: Visit) -> None:
    """Looking at the link and a wrong date open none."""
    visit.to(0)
    secret = visit.service.app.ctx.settings.internal_token
    name = token(secret, ROOM, visit.booked.id, "")[:22]
    room = f"{visit.links.join_url.split('/v/')[0]}/room/{name}"
    visit.get()
    visit.post({"birth_date": "1990-05-04"})
    assert visit.get(room).status_code == 404
    assert room_of(visit) == room
    assert visit.get(room).status_code == 200
    assert visit.get(room[:-1]).status_code == 404


def test_a_cancelled_visit_has_no_room(visit: Visit) -> None:
    """At once, although it was entered a moment ago."""
    visit.to(-10)
    room = room_of(visit)
    assert visit.get(room).status_code == 200
    visit.client.cancel(visit.booked.id)
    assert (visit.get(room).status_code, visit.get().status_code) == (404, 404)


@pytest.mark.parametrize("status", ["fulfilled", "noshow"])
def test_what_is_over_is_closed_at_once(visit: Visit, status: str) -> None:
    """When the clinic's system says so, not an hour later; the calendar file has no link any more."""
    visit.to(20)
    room = room_of(visit)
    path = f"Appointment/{visit.booked.id}"
    there = visit.service.get(path)
    version = {"If-Match": f'W/"{there["meta"]["versionId"]}"'}
    assert visit.service.send("PUT", path, json={**there, "status": status}, headers=version).status_code == 200
    assert (visit.get(room).status_code, visit.get().status_code, visit.post(BORN).status_code) == (404, 404, 404)
    event = Calendar.from_ical(visit.get(visit.links.calendar_url).content).walk("VEVENT")[0]
    assert "URL" not in event


def test_who_proves_who_they_are_gets_a_new_link_for_a_locked_one(visit: Visit) -> None:
    """In the chat, after name and date of birth: the locked one is dead, the calendar file has the new one."""
    visit.to(0)
    for _ in range(5):
        visit.post({"birth_date": "1990-05-04"})
    assert visit.get().status_code == 429
    assert visit.client.links(visit.booked) == visit.links
    fresh = visit.client.links(visit.booked, renew=True)
    assert fresh.join_url != visit.links.join_url
    assert fresh.calendar_url == visit.links.calendar_url
    assert (visit.get().status_code, visit.post(BORN).status_code) == (404, 404)
    event = Calendar.from_ical(visit.get(visit.links.calendar_url).content).walk("VEVENT")[0]
    assert str(event["URL"]) == fresh.join_url
    visit.links = fresh
    assert visit.get(room_of(visit)).status_code == 200


def test_a_link_that_is_not_locked_stays_what_it_was(visit: Visit) -> None:
    """Asking in the chat never breaks the link in the calendar of who is just about to enter."""
    visit.to(-14)
    visit.post({"birth_date": "1990-05-04"})
    assert visit.client.links(visit.booked, renew=True) == visit.links
    assert visit.get(room_of(visit)).status_code == 200


def test_five_wrong_birth_dates_lock(visit: Visit) -> None:
    """After five the right one does not help either."""
    visit.to(0)
    tries = [
        visit.post({"birth_date": wrong}).status_code for wrong in ("", "x", "1990-05-04", "03/05/1990", "1990-5-3")
    ]
    assert tries == [403, 403, 403, 403, 429]
    assert visit.post(BORN).status_code == 429
    assert visit.get().status_code == 429


def test_too_early_and_too_late_give_no_room(visit: Visit) -> None:
    """The right birth date at the wrong time opens nothing and costs nothing."""
    visit.to(-60)
    assert "/room/" not in visit.post(BORN).text
    visit.to(0)
    assert "/room/" in visit.post(BORN).text
    visit.to(200)
    assert visit.post(BORN).status_code == 404


def test_unknown_over_and_cancelled_look_the_same(visit: Visit) -> None:
    """Nobody learns whether a link was ever one."""
    visit.to(0)
    unknown = visit.get(visit.links.join_url[:-1] + ("A" if visit.links.join_url[-1] != "A" else "B"))
    short = visit.get(visit.links.join_url[:-1])
    assert unknown.status_code == short.status_code == 404
    visit.client.cancel(visit.booked.id)
    cancelled = visit.get()
    assert cancelled.status_code == 404
    assert cancelled.text == unknown.text == short.text
    with pytest.raises(Rejected):
        visit.client.links(visit.booked)


def test_a_moved_visit_has_new_links(visit: Visit) -> None:
    """The old link is dead, the new one works, the calendar event is the same one moved."""
    old = Calendar.from_ical(visit.get(visit.links.calendar_url).content).walk("VEVENT")[0]
    wanted = Wanted(
        "behavioral_health", visit.booked.start + timedelta(hours=1), visit.booked.start + timedelta(days=3)
    )
    opening = visit.client.find_openings(wanted)[0]
    moved = visit.client.reschedule(visit.booked.id, opening.id, key="m")
    links = visit.client.links(moved)
    assert visit.get().status_code == 404
    assert visit.get(visit.links.calendar_url).status_code == 404
    assert visit.get(links.join_url).status_code == 200
    new = Calendar.from_ical(visit.get(links.calendar_url).content).walk("VEVENT")[0]
    assert new["UID"] == old["UID"]
    assert (old["SEQUENCE"], new["SEQUENCE"]) == (0, 1)
    assert new.decoded("DTSTART") == moved.start


def test_the_calendar_file(visit: Visit) -> None:
    """UTC, private, the join link, and no word of who, what or why."""
    answer = visit.get(visit.links.calendar_url)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = answer.text
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (visit.booked.start, visit.booked.end)
    assert "DTSTART:2026" in text.replace(";VALUE=DATE-TIME", "")
    assert "VTIMEZONE" not in text
    assert (str(event["CLASS"]), str(event["STATUS"])) == ("PRIVATE", "CONFIRMED")
    assert str(event["URL"]) == visit.links.join_url
    assert "Visita virtual" in event["SUMMARY"]
    for secret in ("María", "Sample", "panic", "ehavioral", visit.booked.patient_id):
        assert secret not in text.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    visit.client.cancel(visit.booked.id)
    cancelled = Calendar.from_ical(visit.get(visit.links.calendar_url).content)
    assert str(cancelled["METHOD"]) == "CANCEL"
    gone = cancelled.walk("VEVENT")[0]
    assert (str(gone["STATUS"]), gone["SEQUENCE"], gone["UID"]) == ("CANCELLED", 1, event["UID"])


def test_links_are_only_for_the_visits_own_patient(visit: Visit) -> None:
    """Another patient's id gets nothing."""
    other = visit.service.patient()
    with pytest.raises(NotFound):
        visit.client.links(replace(visit.booked, patient_id=other))
