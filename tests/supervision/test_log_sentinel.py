"""No log of the product holds what a patient wrote: a sentinel sentence goes through every path, errors too."""

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.product import Product, running

pytestmark = pytest.mark.product

SENTINEL = "ZQXSENTINEL my MRN is 555-12-3456"
TRACES = ("ZQXSENTINEL", "555-12-3456")
PARTS = ("scheduling", "actions", "rasa", "postgres", "gateway")
WISHES = ("I want to book a visit,", "hello,", "I want to talk to a person:")
ANSWER_SECONDS = 60.0
TIMEOUT_SECONDS = 30


@pytest.fixture(scope="module")
def house() -> Iterator[Product]:
    """A product whose logs are this test's only."""
    with running() as product:
        yield product


class Chat:
    """A patient in the web chat."""

    def __init__(self, product: Product) -> None:
        self.url = f"{product.gateway_url}/chat"
        product.wait_ready()  # another test may have killed a part of it
        deadline = time.monotonic() + ANSWER_SECONDS
        while (begun := requests.post(f"{self.url}/sessions", timeout=TIMEOUT_SECONDS)).status_code == 503:
            assert time.monotonic() < deadline, "the database did not come back"
            time.sleep(0.2)
        assert begun.status_code == 201
        self.headers = {"Authorization": f"Bearer {begun.json()['token']}"}

    def post(self, **body: str) -> int:
        """Send a message; return the status, 0 when nobody answered."""
        given = {"client_message_id": str(uuid.uuid4()), **body}
        with contextlib.suppress(requests.RequestException):
            url = f"{self.url}/messages"
            return requests.post(url, json=given, headers=self.headers, timeout=TIMEOUT_SECONDS).status_code
        return 0

    def answered(self, count: int) -> bool:
        """Wait until there are *count* messages that are not the patient's."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                url = f"{self.url}/messages?after=0"
                answer = requests.get(url, headers=self.headers, timeout=TIMEOUT_SECONDS)
                found = answer.json()["messages"] if answer.ok else []  # 503: its database has only just come back
                if len([message for message in found if message["author"] != "patient"]) >= count:
                    return True
            time.sleep(0.2)
        return False


def test_no_log_holds_the_sentinel(house: Product) -> None:
    """Text, commands, broken requests, failing actions, and every part killed in the middle of a message."""
    chat = Chat(house)
    assert chat.post(text=SENTINEL) == 202
    assert chat.answered(1)
    for text in (f"/{SENTINEL}", f'/inform{{"patient_name": "{SENTINEL}"}}', f"/restart {SENTINEL}"):
        assert chat.post(text=text) == 202
    assert chat.post(text=f"{SENTINEL} " * 500) in {400, 413, 422}
    assert chat.post(text=f"\x00{SENTINEL}\ud800") != 500
    assert chat.post(payload=f"/{SENTINEL}", title=SENTINEL) == 400
    _break_every_door(house)
    _fail_actions(house)
    for part in PARTS:
        chats = [Chat(house) for _ in WISHES]
        house.kill(part)
        taken = [asking.post(text=f"{wish} {SENTINEL}") for asking, wish in zip(chats, WISHES, strict=True)]
        house.wait_ready()
        for status, asking in zip(taken, chats, strict=True):
            assert status != 202 or asking.answered(1), f"A message taken while {part} was killed was not answered."
    assert Chat(house).post(text=SENTINEL) == 202
    time.sleep(2)
    text = house.log_text() + house.console_text()
    assert [trace for trace in TRACES if trace in text] == []
    for part in (*PARTS, "desk", "up"):
        assert (house.settings.log_dir / f"{part}.log").stat().st_size > 0


def test_failing_action_is_seen_in_the_log_without_its_text(house: Product) -> None:
    """The action server says which action failed, how and where: enough to look for the cause."""
    before = house.log_text()
    assert _run_action(house, {"tracker": SENTINEL}).status_code == 500
    time.sleep(1)
    added = [line for line in house.log_text()[len(before) :].splitlines() if "ERROR" in line]
    assert any("actions" in line and "failed [" in line for line in house.log_text().splitlines()), added


def _break_every_door(house: Product) -> None:
    """Send what cannot be understood, to everybody who listens."""
    token = {"Authorization": f"Bearer {house.settings.internal_token}"}
    doors = [
        (f"{house.gateway_url}/chat/messages", {}),
        (f"{house.gateway_url}/chat/sessions", {}),
        (f"{house.gateway_url}/webhooks/telegram", {}),
        (f"{house.gateway_url}/{SENTINEL}", {}),
        (f"{house.desk_url}/{SENTINEL}", {}),
        (f"{house.desk_url}/sign-in", {}),
        (f"{house.scheduling_url}/Patient", token),
        (f"{house.scheduling_url}/Patient?name={SENTINEL}", token),
        (f"{house.settings.rasa_url}/webhooks/frontdoor/turn", token),
        (f"{house.settings.actions_url}/webhook", token),
    ]
    bodies: list[Any] = [f'{{"text": "{SENTINEL}', json.dumps(SENTINEL), json.dumps({"text": {"x": SENTINEL}})]
    for url, headers in doors:
        requests.get(url, headers=headers, timeout=TIMEOUT_SECONDS)
        for body in bodies:
            answer = requests.post(
                url, data=body, headers={**headers, "Content-Type": "application/json"}, timeout=TIMEOUT_SECONDS
            )
            assert answer.status_code < 500 or url.endswith("/turn"), (url, answer.status_code)


def _fail_actions(house: Product) -> None:
    """Make actions fail on trackers that they cannot use."""
    for body in ({"tracker": SENTINEL}, {"tracker": {"slots": SENTINEL}}, {}):
        answer = _run_action(house, body)
        assert answer.status_code >= 400
        assert "ZQXSENTINEL" not in answer.text
    unknown = _run_action(house, {"next_action": SENTINEL})
    assert unknown.status_code == 404


def _run_action(house: Product, body: dict[str, Any]) -> requests.Response:
    return requests.post(
        f"{house.settings.actions_url}/webhook",
        json={"next_action": "action_session_start", "sender_id": SENTINEL, **body},
        headers={"Authorization": f"Bearer {house.settings.internal_token}"},
        timeout=TIMEOUT_SECONDS,
    )
