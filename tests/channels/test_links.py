"""One-time links: a platform's conversation is opened in the web chat, once, by whom it was given to."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from frontdoor.channels.contract import Event
from frontdoor.settings import Settings, load
from tests.channels.linked import OURS, answer, enter, link_for, open_link, scene
from tests.channels.platform import Platform, standing
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.gateway.serving import Bot, running

__all__ = ["scene"]


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


def test_a_link_with_an_unknown_purpose_is_no_link(scene: Scene) -> None:
    """Nothing but the two agreed purposes makes a link."""
    person = scene.person()
    scene.says(person, "elsewhere")
    scene.wait_shown(person, "link: elsewhere")
    assert scene.house.sql("SELECT FROM conversations.link") == []


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
