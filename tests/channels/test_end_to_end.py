"""Every platform on the whole product: a visit booked over a one-time link, and a person of the clinic who answers."""

import asyncio
import concurrent.futures
import contextlib
import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

import asyncpg
import pytest
import requests

from frontdoor.channels.registry import CHANNELS, required
from frontdoor.database import embedded
from frontdoor.database.pool import connect
from frontdoor.desk import secrets, store_people, store_sessions
from frontdoor.desk.store_people import Invitation
from frontdoor.privacy.audit import SYSTEM
from frontdoor.settings import ROOT
from tests.channels.case import Case
from tests.channels.linked import LINK, OURS, Guest
from tests.channels.platform import Platform, standing
from tests.gateway.serving import until
from tests.product import Product
from tests.product import running as product_running

pytestmark = pytest.mark.product
SECONDS = 40.0
PRIVATE = ("Rosa", "1990", "rash", "example.com")  # nothing of it is ever shown on a platform


def _case(name: str) -> Case:
    """Return the case of channel *name*: the class in its folder that has its name."""
    module = import_module(f"tests.channels.{name}.case")
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Case)]
    case: Case = next(value for value in found if getattr(value, "name", "") == name)()
    return case


@dataclass
class Street:
    """The product and all platforms around it."""

    product: Product
    platforms: dict[str, Platform]
    numbers: "itertools.count[int]"

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement in the product's database."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.database_url)
            try:
                return list(await connection.fetch(statement, *values))
            finally:
                await connection.close()

        return in_thread(run)

    @property
    def database_url(self) -> str:
        return self.product.settings.database_url or embedded.url(embedded.directory(self.product.settings.data_dir))


@dataclass
class Person:
    """Somebody on one platform."""

    street: Street
    case: Case
    address: str

    def says(self, text: str) -> None:
        """Write *text* on the platform."""
        number = next(self.street.numbers)
        body = self.case.encode(self.case.text(self.address, text, self.case.event_id(number)))
        headers = {"Content-Type": self.case.content_type, **self.case.sign(body, self.case.url)}
        url = f"{self.street.product.gateway_url}/webhooks/{self.case.name}"
        answer = requests.post(url, data=body, headers=headers, timeout=20)
        assert answer.status_code in (200, 204), answer.status_code

    def shown(self) -> list[str]:
        """Return what the platform was asked to show."""
        heard = list(self.street.platforms[self.case.name].heard)
        return [text for call in heard for to, text in self.case.shown(call) if to == self.address]

    def sees(self, words: str, *, after: int = 0) -> str:
        """Return the first message with *words*, among those after the first *after*, once it is shown."""
        look = lambda: next((text for text in self.shown()[after:] if words.lower() in text.lower()), None)  # noqa: E731
        try:
            return str(until(look, SECONDS))
        except AssertionError:
            raise AssertionError(f"never shown: {words!r}; shown: {self.shown()[after:]}") from None

    def asks(self, text: str, then: str) -> str:
        """Write *text* and return the answer with *then*."""
        before = len(self.shown())
        self.says(text)
        return self.sees(then, after=before)

    def follows(self, link: str) -> Guest:
        """Open a one-time link, as its page does."""
        url = f"{self.street.product.gateway_url}{link}"
        assert requests.get(url, timeout=20).status_code == 200
        opened = requests.post(url, headers=OURS, timeout=20, allow_redirects=False)
        assert opened.status_code == 303, opened.status_code
        cookie: SimpleCookie = SimpleCookie(opened.headers["Set-Cookie"])
        return Guest(self.street.product.gateway_url, cookie["frontdoor_chat"].value)


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    """The product with every channel on, each with a small platform of its own."""
    with contextlib.ExitStack() as stack:
        platforms, values = {}, {}
        for name in CHANNELS:
            case = _case(name)
            platforms[name] = stack.enter_context(standing(Platform(case.usual)))
            values |= case.values(platforms[name].url)
        values["FRONTDOOR_SECURE_COOKIES"] = "no"  # the test itself comes over plain http
        product = stack.enter_context(product_running(values))
        yield Street(product, platforms, itertools.count(70_001))


@pytest.fixture(params=list(CHANNELS))
def person(street: Street, request: pytest.FixtureRequest) -> Person:
    """Somebody new on each platform."""
    case = _case(request.param)
    return Person(street, case, case.person(next(street.numbers)))


def answers(guest: Guest, text: str, then: str) -> None:
    """Write *text* in the web chat and wait for an answer with *then*."""
    after = guest.messages()[-1]["seq"]
    guest.write(text)
    try:
        until(lambda: [m for m in guest.messages(after) if m["author"] != "patient" and then in m["text"]], SECONDS)
    except AssertionError:
        raise AssertionError(f"no answer with {then!r} to {text!r}: {guest.texts(after)}") from None


def presses(guest: Guest, title: str, then: str) -> None:
    """Press what was offered last and begins with *title*."""
    messages = guest.messages()
    offered = next(m["buttons"] for m in reversed(messages) if m["author"] == "bot" and m["buttons"])
    payload = next(button["payload"] for button in offered if button["title"].startswith(title))
    assert guest.press(payload).status_code == 202
    until(lambda: [m for m in guest.messages(messages[-1]["seq"]) if then in m["text"]], SECONDS)


def test_a_visit_is_booked_over_the_link(person: Person) -> None:
    """Kind, day and time on the platform, the personal in the web chat; the platform learns only that it is done."""
    person.asks("book a visit", "kind of visit")
    person.asks("dermatology", "when")
    person.asks("next week", "which one")
    shown = person.asks("1", "/c/")
    guest = person.follows(LINK.findall(shown)[0])
    until(lambda: [text for _, text in guest.texts() if "Who is the visit for" in text], SECONDS)
    presses(guest, "For me", "full name")
    answers(guest, f"Rosa {person.case.name.title()}", "date of birth")
    answers(guest, "May 3, 1990", "state")
    answers(guest, "New York", "reach you")
    answers(guest, f"rosa.{person.case.name}@example.com", "visit about")
    answers(guest, "a rash on my arm", "Do you agree")
    presses(guest, "I agree", "Shall I book it")
    presses(guest, "Book it", "booked")
    person.sees("You are booked. The details are in the secure chat.")
    assert not [word for word in PRIVATE if word in "\n".join(person.shown())]
    (count,) = person.street.sql(
        "SELECT count(*), min(channel) AS channel FROM conversations.conversation WHERE address = $1", person.address
    )
    assert tuple(count) == (1, person.case.name)
    kinds = person.street.sql(
        "SELECT k.kind, k.source FROM conversations.consent k "
        "JOIN conversations.conversation c ON c.id = k.conversation_id WHERE c.address = $1", person.address,
    )  # fmt: skip
    assert [tuple(row) for row in kinds] == [("telehealth", "bot")]


def test_a_person_of_the_clinic_answers(person: Person) -> None:
    """Asked for on the platform, claimed and answered at the desk, given back: all of it on the same platform."""
    person.says("i want to talk to a real person")
    waiting = "SELECT FROM conversations.conversation WHERE address = $1 AND state = 'waiting'"
    until(lambda: person.street.sql(waiting, person.address), SECONDS)
    (row,) = person.street.sql(
        "SELECT id, epoch, state FROM conversations.conversation WHERE address = $1", person.address
    )
    desk = at_the_desk(person.street)
    assert desk("claim", row["id"], epoch=row["epoch"])["state"] == "staff"
    person.sees("joined")
    epoch = person.street.sql("SELECT epoch FROM conversations.conversation WHERE id = $1", row["id"])[0]["epoch"]
    desk("reply", row["id"], text="Hello, Ana here: I looked it up.", epoch=epoch, client_message_id=uuid.uuid4().hex)
    person.sees("Hello, Ana here: I looked it up.")
    before = len(person.shown())
    person.says("what are your hours?")
    seen = until(lambda: _last_patient(person, "what are your hours?"))
    assert len(person.shown()) == before, "the bot is silent while a person answers"
    desk("return", row["id"], slots=[], summary="", seen=seen)
    person.sees("handed you back", after=before)
    person.asks("what are your hours?", "Monday")


def test_stop_start_and_help(person: Person) -> None:
    """STOP ends messages, also those of the bot; HELP is answered all the same; START brings the bot back."""
    person.asks("STOP", "no more messages")
    before = len(person.shown())
    person.says("what are your hours?")
    until(lambda: _last_patient(person, "what are your hours?"))
    person.asks("HELP", "write HUMAN for a person")
    assert len(person.shown()) == before + 1
    person.asks("ALTA", "You will get messages")
    person.asks("what are your hours?", "Monday")


def test_the_window_follows_the_persons_words(person: Person) -> None:
    """Where a platform has a window it opens with every message; elsewhere there is none."""
    person.asks("hello", "bot")
    (row,) = person.street.sql(
        "SELECT extract(epoch FROM window_expires_at - now()) / 3600 AS hours FROM conversations.conversation "
        "WHERE address = $1", person.address,
    )  # fmt: skip
    hours = person.case.channel().limits.window_for(person.address)
    assert row["hours"] is None if hours is None else abs(float(row["hours"]) - hours) < 0.1


def _last_patient(person: Person, text: str) -> int:
    """Return the number of the newest message of the person, if it is *text*."""
    found = person.street.sql(
        "SELECT m.seq FROM conversations.message m JOIN conversations.conversation c ON c.id = m.conversation_id "
        "WHERE c.address = $1 AND m.author = 'patient' AND m.text = $2 ORDER BY m.seq DESC LIMIT 1",
        person.address, text,
    )  # fmt: skip
    return int(found[0]["seq"]) if found else 0


def at_the_desk(street: Street) -> Callable[..., Any]:
    """Make a member of staff with a session; return what acts on a conversation over the desk's HTTP."""

    async def join() -> tuple[str, str]:
        pool = await connect(street.database_url, most=2)
        now, login = datetime.now(timezone.utc), f"ana-{uuid.uuid4().hex[:8]}"
        async with pool.acquire() as connection, connection.transaction():
            code = secrets.new_token()
            await store_people.invite(connection, code.sha256, Invitation("Ana", "staff", (), first=False), now, SYSTEM)
            staff = await store_people.join(
                connection, code.sha256, name="Ana", login=login, password_hash="none", language="en", at=now,
                address="test",
            )  # fmt: skip
            version = await connection.fetchval("SELECT version FROM desk.staff WHERE id = $1", uuid.UUID(staff))
            token = await store_sessions.open_session(
                connection, staff, version, now, address="test", device="test", pending=False
            )
        person = await store_sessions.find(pool, token.text, now)
        assert person
        await pool.close()
        return token.text, person.csrf

    token, csrf = in_thread(join)

    def act(action: str, conversation: uuid.UUID, **body: Any) -> Any:
        url = f"{street.product.desk_url}/desk/conversations/{conversation}/{action}"
        answer = requests.post(url, json=body, headers={"x-csrf-token": csrf}, cookies={"desk": token}, timeout=20)
        assert answer.status_code == 200, (action, answer.status_code, answer.text)
        return answer.json()

    return act


def in_thread(work: Callable[[], Any]) -> Any:
    """Run *work* on a loop of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def test_every_channel_has_its_page() -> None:
    """docs/channels/<name>.md names every required setting."""
    for name in CHANNELS:
        page = (ROOT / "docs" / "channels" / f"{name}.md").read_text(encoding="utf-8")
        assert not [setting for setting in required(name) if not re.search(rf"\b{setting}\b", page)], name
