"""The client when servers fail: nothing is booked twice, nothing is said that was not read back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from frontdoor.scheduling import wire
from frontdoor.scheduling.client import Scheduling
from frontdoor.scheduling.errors import NotAllowed, Rejected, Unavailable
from frontdoor.scheduling.model import Booking, Person, Wanted
from frontdoor.scheduling.zones import zone
from tests.scheduling.conftest import Service


class Proxy(ThreadingHTTPServer):
    """Passes requests on to the real service; `spoil` may change what comes back, or drop it."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Pass)
        self.target = target
        self.seen: list[tuple[str, str]] = []
        self.spoil: Any = lambda method, path, answer: (answer.status_code, answer.content)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/fhir/R4"


class Pass(BaseHTTPRequestHandler):
    server: Proxy

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        answer = requests.request(self.command, self.server.target + self.path, data=body, headers=kept, timeout=20)
        self.server.seen.append((self.command, self.path))
        spoilt = self.server.spoil(self.command, self.path, answer)
        if spoilt is None:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(spoilt[0])
        for name in ("Content-Type", "ETag"):
            if answer.headers.get(name):
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(spoilt[1])))
        self.end_headers()
        self.wfile.write(spoilt[1])

    do_GET = do_POST = do_PUT = do_PATCH = _pass

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(service: Service) -> Iterator[Proxy]:
    """A proxy before the service."""
    with Proxy(service.url) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield running
        running.shutdown()


@pytest.fixture
def client(service: Service, proxy: Proxy) -> Scheduling:
    """A client that knows only the proxy."""
    return service.client(scheduling_url=proxy.base)


def booking(client: Scheduling, service: Service, **changes: Any) -> Booking:
    """Return a booking of the first opening."""
    start = service.clock()
    opening = client.find_openings(Wanted("primary_care", start, start + timedelta(days=5)))[0]
    person = Person("Ana Prueba", date(1990, 5, 3))
    return replace(Booking(opening.id, "key-1", None, person, "NY", "primary_care"), **changes)


@contextmanager
def losing(proxy: Proxy, method: str, part: str, times: int) -> Iterator[None]:
    """Lose the answers of the next *times* such requests, after the server has done them."""
    left = [times]

    def spoil(sent: str, path: str, answer: requests.Response) -> tuple[int, bytes] | None:
        if sent == method and part in path and left[0]:
            left[0] -= 1
            return None
        return answer.status_code, answer.content

    proxy.spoil = spoil
    yield
    assert left[0] == 0


@pytest.mark.parametrize(
    ("method", "part", "times"),
    [
        ("POST", "/Appointment", 1),
        ("POST", "/Patient", 1),
        ("PUT", "/Slot/", 1),
        ("GET", "/Slot/", 2),
        ("GET", "/Appointment?", 2),
    ],
)
def test_a_lost_answer_is_survived(
    client: Scheduling, service: Service, proxy: Proxy, method: str, part: str, times: int
) -> None:
    """The server did it, the answer was lost: the retry finds what is there."""
    wanted = booking(client, service)
    with losing(proxy, method, part, times):
        booked = client.book(wanted)
    assert booked.status == "booked"
    assert service.get("Appointment")["total"] == 1
    assert service.get("Patient")["total"] == 1


def test_a_timeout_after_the_commit_books_once(client: Scheduling, service: Service, proxy: Proxy) -> None:
    """Every answer to the POST is lost: Unavailable; asked again with the same key: the appointment that is there."""
    wanted = booking(client, service)
    with losing(proxy, "POST", "/Appointment", 2), pytest.raises(Unavailable):
        client.book(wanted)
    booked = client.book(wanted)
    assert service.get("Appointment")["total"] == 1
    assert booked.opening_id == wanted.opening_id


@pytest.mark.parametrize(
    ("content", "status", "expected"),
    [
        (b"<html>", 200, Unavailable),
        (b"[]", 200, Unavailable),
        (b"{}", 503, Unavailable),
        (b"{}", 500, Unavailable),
        (b"{}", 429, Unavailable),
        (b"{}", 302, Unavailable),
        (b"{}", 401, NotAllowed),
        (b"{}", 403, NotAllowed),
        (b"{}", 400, Rejected),
    ],
)
def test_answers_that_cannot_be_trusted(
    client: Scheduling, service: Service, proxy: Proxy, content: bytes, status: int, expected: type[Exception]
) -> None:
    """Each is one of our errors, and none repeats what the server said."""
    proxy.spoil = lambda *_: (status, content)
    with pytest.raises(expected) as refusal:
        client.services()
    assert "html" not in str(refusal.value)


def test_what_is_not_read_back_is_not_booked(client: Scheduling, service: Service, proxy: Proxy) -> None:
    """The server says 201 but then shows another status: Unavailable, never `booked`."""
    wanted = booking(client, service)

    def spoil(method: str, path: str, answer: requests.Response) -> tuple[int, bytes]:
        if method == "GET" and "/Appointment/" in path:
            return 200, answer.content.replace(b'"status":"booked"', b'"status":"proposed"')
        return answer.status_code, answer.content

    proxy.spoil = spoil
    with pytest.raises(Unavailable):
        client.book(wanted)


def test_a_server_that_is_down_is_unavailable_soon(service: Service) -> None:
    """Nobody listens: Unavailable, after three quick tries."""
    down = service.client(scheduling_url="http://127.0.0.1:9/fhir/R4")
    with pytest.raises(Unavailable):
        down.services()


def test_foreign_pages_are_not_followed(client: Scheduling, proxy: Proxy) -> None:
    """A `next` link to another host is not opened: it would get our token."""
    proxy.spoil = lambda _, __, answer: (
        200,
        answer.content.replace(b'"next","url":"http://', b'"next","url":"http://x.'),
    )
    assert client.services()
    assert all(path.startswith("/fhir/R4") for _, path in proxy.seen)


def test_a_foreign_server_never_gets_our_own_token(service: Service, proxy: Proxy) -> None:
    """The internal token stays inside; a clinic's server gets the clinic's token."""
    heard: list[str] = []
    proxy.spoil = lambda _, __, answer: (
        heard.append(answer.request.headers.get("Authorization", "")),
        (200, answer.content),
    )[1]
    service.client(scheduling_url=proxy.base).services()
    assert set(heard) == {""}
    heard.clear()
    service.app.ctx.settings = replace(service.app.ctx.settings, scheduling_token="clinic")
    service.client(scheduling_url=proxy.base, scheduling_token="clinic").services()
    assert set(heard) == {"Bearer clinic"}


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (time(13), None, {13, 14, 15, 16}),
        (None, time(9), {8}),
        (time(10), time(12), {10, 11}),
        (time(15), time(9), {8, 15, 16}),
    ],
)
def test_time_of_day_is_the_patients(service: Service, first: time | None, last: time | None, hours: set[int]) -> None:
    """ "In the afternoon" is by the clock where the patient is; a span may go over midnight."""
    start = service.clock() + timedelta(hours=12)
    wanted = Wanted(
        "primary_care", start, start + timedelta(days=1), practitioner_id="ada-example", local_from=first,
        local_to=last, time_zone="America/New_York",
    )  # fmt: skip
    found = service.client().find_openings(wanted, limit=100)
    assert {one.start.astimezone(zone("America/New_York")).hour for one in found} == hours


def test_language_is_asked_of_the_clinician(service: Service) -> None:
    """Spanish: only who speaks it."""
    start = service.clock()
    wanted = Wanted("primary_care", start, start + timedelta(days=7), language="es")
    assert {one.practitioner_id for one in service.client().find_openings(wanted, limit=50)} == {"rosa-ejemplo"}


def test_timeouts_are_set() -> None:
    """No call waits for ever."""
    assert wire.TIMEOUT_SECONDS == (3.05, 8.0)
