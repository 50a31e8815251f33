"""A platform whose bot gives one-time links, and who opens them."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
import requests

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
