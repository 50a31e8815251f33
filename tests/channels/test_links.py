"""One-time links: a platform's conversation goes on in the web chat, and what is said there stays there."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import requests

from frontdoor.channels.contract import Event
from frontdoor.settings import Settings, load
from tests.channels.platform import Platform, standing
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.gateway.serving import Bot, Patient, running, until

OURS = {"Sec-Fetch-Site": "same-origin"}
LINK = re.compile(r"https?://[^/\s]+(/c/[\w-]+)")


def answer(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Be a booking of a few lines: a link where personal things may not be asked, else what was said, and phi."""
    said = turn["press"]["intent"] if turn["press"] else turn["text"]
    customs: dict[str, dict[str, Any]] = {
        "visits": {"link": {"purpose": "visits"}},
        "elsewhere": {"link": {"purpose": "https://evil.example"}},
        "agree": {"consent": {"kind": "telehealth", "version": "2026-01", "given": True}},
        "enough": {"stop": True},
        "book it": {"booked": True},
    }
    custom = {"link": {"purpose": "booking"}} if said == "book" and turn["phi"] == "link" else customs.get(said)
    messages: list[dict[str, Any]] = [{"text": f"{turn['phi']}: {said}", "buttons": [], "custom": None}]
    return [*messages, {"text": None, "buttons": [], "custom": custom}] if custom else messages


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    """Telegram with that bot behind it."""
    case = TelegramCase()
    with standing(Platform(case.usual)) as platform:
        own = load({**settings.values, **case.values(platform.url)}, dotenv=None)
        with running(own, Bot(answer)) as house:
            yield Scene(case, house, platform)


class Guest(Patient):
    """Somebody in the web chat with the token of a session that a link opened."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.http = url, requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"


def link_for(scene: Scene, person: str, text: str = "book", nth: int = 1) -> str:
    """Have *person* ask for what is personal; return the path of the *nth* link that they get."""
    scene.says(person, text)
    shown = until(lambda: LINK.findall("\n".join(scene.shown_to(person)))[nth - 1 : nth])
    return str(shown[0])


def open_link(scene: Scene, path: str) -> requests.Response:
    """Press the button of the link's page."""
    return requests.post(f"{scene.house.url}{path}", headers=OURS, timeout=10, allow_redirects=False)


def enter(scene: Scene, path: str) -> Guest:
    """Open the link and go on as its session."""
    opened = open_link(scene, path)
    assert opened.status_code == 303, opened.status_code
    cookie: SimpleCookie = SimpleCookie(opened.headers["Set-Cookie"])
    return Guest(scene.house.url, cookie["frontdoor_chat"].value)


def test_the_same_conversation_goes_on_in_the_web_chat_only(scene: Scene) -> None:
    """What is typed in the web chat is answered there, in one conversation, and personal things may be asked."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.wait_for("allow: book_visit")
    guest.write("my secret reason")
    guest.wait_for("allow: my secret reason")
    assert all("secret" not in text and "allow" not in text for text in scene.shown_to(person))
    assert len(scene.house.sql("SELECT FROM conversations.conversation")) == 1
    assert [turn["phi"] for turn in scene.house.bot.turns] == ["link", "allow", "allow"]


def test_back_on_the_platform_the_platforms_rules_hold(scene: Scene) -> None:
    """A message typed on the platform afterwards is answered there, without personal things."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("in private")
    guest.wait_for("allow: in private")
    scene.says(person, "in public")
    scene.wait_shown(person, "link: in public")
    assert all("public" not in text for _, text in guest.texts())
    assert scene.conversation(person)["via"] == "own"


def test_looking_at_a_link_does_nothing(scene: Scene) -> None:
    """Platforms look at links to show a preview: the link can still be used after."""
    path = link_for(scene, scene.person())
    for _ in range(3):
        page = requests.get(f"{scene.house.url}{path}", timeout=10)
        assert page.status_code == 200
        assert "Telegram" in page.text
        assert "Set-Cookie" not in page.headers
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert open_link(scene, path).status_code == 303


def test_a_link_works_once(scene: Scene) -> None:
    """The second use, by whomever, opens nothing."""
    path = link_for(scene, scene.person())
    assert open_link(scene, path).status_code == 303
    again = open_link(scene, path)
    assert again.status_code == 410
    assert "Set-Cookie" not in again.headers
    assert requests.get(f"{scene.house.url}{path}", timeout=10).status_code == 410


def test_a_link_is_used_up_by_one_of_many_at_once(scene: Scene) -> None:
    """Ten presses at the same moment open one session."""
    path = link_for(scene, scene.person())
    with ThreadPoolExecutor(10) as threads:
        statuses = list(threads.map(lambda _: open_link(scene, path).status_code, range(10)))
    assert sorted(statuses) == [303] + [410] * 9


def test_a_link_grows_old(scene: Scene) -> None:
    """After half an hour it opens nothing."""
    path = link_for(scene, scene.person())
    scene.house.sql("UPDATE conversations.link SET expires_at = now() - interval '1 second'")
    assert open_link(scene, path).status_code == 410


def test_a_link_lasts_half_an_hour_and_is_stored_as_a_digest(scene: Scene) -> None:
    """The database cannot give the token back; once it was used, no message holds it either."""
    person = scene.person()
    path = link_for(scene, person)
    (link,) = scene.house.sql(
        "SELECT *, extract(epoch FROM expires_at - created_at) AS seconds FROM conversations.link l"
    )
    assert 1795 < link["seconds"] < 1805
    token = path.rpartition("/")[2]
    assert len(token) >= 43  # 256 bits
    assert len(link["token_sha256"]) == 32
    open_link(scene, path)
    assert all(token not in message["text"] for message in scene.messages(person))


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 5000, "%00", "..%2f..", "%F0%9F%A6%93"])
def test_an_invented_token_opens_nothing(scene: Scene, token: str) -> None:
    """What was never given out is gone, whatever it looks like."""
    for method in ("GET", "POST"):
        answered = requests.request(
            method, f"{scene.house.url}/c/{token}", headers=OURS, timeout=10, allow_redirects=False
        )
        assert answered.status_code in (400, 404, 410, 414), (method, answered.status_code)
        assert "Set-Cookie" not in answered.headers


def test_another_site_cannot_press_the_button(scene: Scene) -> None:
    """A page elsewhere cannot put a visitor's browser into somebody's conversation."""
    path = link_for(scene, scene.person())
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answered = requests.post(f"{scene.house.url}{path}", headers=headers, timeout=10, allow_redirects=False)
        assert answered.status_code == 403
    assert open_link(scene, path).status_code == 303


def test_a_session_sees_nothing_from_before_its_link(scene: Scene) -> None:
    """Who gets hold of a later link reads neither the platform nor what an earlier session was told."""
    person = scene.person()
    first = enter(scene, link_for(scene, person))
    first.write("my first secret")
    first.wait_for("allow: my first secret")
    scene.says(person, "hello on the platform")
    scene.wait_shown(person, "link: hello on the platform")
    second = enter(scene, link_for(scene, person, nth=2))
    second.wait_for("allow: book_visit")
    assert [text for _, text in second.texts()] == ["Open secure chat", "allow: book_visit"]
    with second.stream() as stream:
        assert stream.next()[1]["text"] == "Open secure chat"
    assert "my first secret" in [text for _, text in first.texts()]


def test_a_booking_there_is_told_here_without_details(scene: Scene) -> None:
    """The platform learns that there is a visit, and nothing else."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("book it")
    guest.wait_for("allow: book it")
    scene.wait_shown(person, "You are booked. The details are in the secure chat.")
    assert all("details" not in text for _, text in guest.texts())


def test_a_booking_on_the_platform_itself_is_not_told_twice(scene: Scene) -> None:
    """Where personal things may be said on the platform, the bot's own words are enough."""
    person = scene.person()
    scene.says(person, "book it")
    scene.wait_shown(person, "link: book it")
    scene.says(person, "hello")
    scene.wait_shown(person, "link: hello")
    assert all("details" not in text for text in scene.shown_to(person))


def test_a_link_with_an_unknown_purpose_is_no_link(scene: Scene) -> None:
    """Nothing but the two agreed purposes makes a link."""
    person = scene.person()
    scene.says(person, "elsewhere")
    scene.wait_shown(person, "link: elsewhere")
    assert scene.house.sql("SELECT FROM conversations.link") == []


def test_consent_is_kept_with_its_version_and_source(scene: Scene) -> None:
    """What the patient agreed to stands in the database with its time."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("agree")
    guest.wait_for("allow: agree")
    (consent,) = scene.house.sql("SELECT kind, source, detail FROM conversations.consent")
    assert tuple(consent) == ("telehealth", "bot", "version 2026-01, given")


def test_enough_said_to_the_bot_stops_the_platform(scene: Scene) -> None:
    """It is confirmed once, by the product, kept, and START takes it back."""
    person = scene.person()
    scene.says(person, "enough")
    scene.wait_shown(person, "You will get no more messages")
    assert scene.conversation(person)["stopped_at"]
    assert not [m for m in scene.messages(person) if m["author"] == "bot"]
    scene.says(person, "START")
    scene.wait_shown(person, "You will get messages")
    assert scene.conversation(person)["stopped_at"] is None
    kinds = scene.house.sql("SELECT kind, source FROM conversations.consent ORDER BY id")
    assert [tuple(row) for row in kinds] == [("stop", "bot"), ("start", "keyword")]


def test_who_stopped_the_platform_is_still_answered_in_the_web_chat(scene: Scene) -> None:
    """STOP is about messages that come by themselves, and the web chat sends none."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.wait_for("allow: book_visit")
    scene.says(person, "STOP")
    scene.wait_shown(person, "You will get no more messages")
    assert all("no more messages" not in text for _, text in guest.texts())
    guest.write("still there?")
    guest.wait_for("allow: still there?")


def test_enough_in_the_web_chat_itself_leaves_it_open(settings: Settings) -> None:
    """There is nothing to stop there: who writes wants an answer."""
    with running(settings, Bot(answer)) as house:
        patient = house.patient()
        patient.write("enough")
        patient.wait_for("allow: enough")
        patient.write("hello")
        patient.wait_for("allow: hello")
        assert [row["kind"] for row in house.sql("SELECT kind FROM conversations.consent")] == ["stop"]


def test_the_window_of_the_platform_is_not_moved_from_the_web_chat(scene: Scene) -> None:
    """Only what a person writes on a platform opens its window."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    scene.house.sql("UPDATE conversations.conversation SET window_expires_at = '2020-01-01T00:00:00Z'")
    guest.write("hello")
    guest.wait_for("allow: hello")
    assert scene.conversation(person)["window_expires_at"].year == 2020


def test_an_emergency_in_the_web_chat_is_answered_there_at_once(scene: Scene) -> None:
    """The emergency reply goes to where the person is."""
    person = scene.person()
    guest = enter(scene, link_for(scene, person))
    guest.write("I can't breathe and my chest hurts badly")
    guest.wait_for("911")
    assert scene.conversation(person)["priority"] == 0


def test_a_clinic_may_allow_personal_things_on_a_channel(settings: Settings) -> None:
    """With <CHANNEL>_PHI=allow no link is needed, for old conversations as for new ones."""
    case = TelegramCase()
    with standing(Platform(case.usual)) as platform:
        values = {**settings.values, **case.values(platform.url)}
        person = case.person(1)
        for number, phi in enumerate(("link", "allow", "link"), 1):
            with running(load({**values, "TELEGRAM_PHI": phi}, dotenv=None), Bot(answer)) as house:
                scene = Scene(case, house, platform)
                scene.deliver(case.text(person, f"what about {number}", case.event_id(number)))
                scene.wait_shown(person, f"{phi}: what about {number}")


def test_the_page_speaks_the_patients_language(scene: Scene, tmp_path: Path) -> None:
    """The link's page is in the language of the conversation, the page of a dead link in the browser's."""
    path = link_for(scene, scene.person())
    scene.house.sql("UPDATE conversations.conversation SET language = 'es'")
    assert "Abrir el chat seguro" in requests.get(f"{scene.house.url}{path}", timeout=10).text
    dead = requests.get(f"{scene.house.url}/c/dead", headers={"Accept-Language": "es"}, timeout=10)
    assert "Este enlace ya no funciona" in dead.text


async def test_a_new_owner_of_an_address_gets_no_old_session(scene: Scene) -> None:
    """When a number changed hands, sessions and open links of the one before are gone."""
    person = scene.person()
    used, unused = link_for(scene, person), link_for(scene, person, nth=2)
    guest = enter(scene, used)
    reception = scene.house.worker.reception
    channel = scene.case.channel()
    event = Event("identity", id="moved", address=person, text="590999999")
    future = asyncio.run_coroutine_threadsafe(reception.take(channel, event), scene.house.served.loop)
    assert await asyncio.wrap_future(future) == "identity"
    assert guest.http.get(f"{guest.url}/chat/messages", timeout=10).status_code == 401
    assert open_link(scene, unused).status_code == 410
