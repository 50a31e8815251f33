"""What platforms ask an address before they trust it, and what Meta allows after a day."""

import base64
import hashlib
import hmac
import json

import pytest

from frontdoor.channels.contract import Failed, Letter, Recipient, Reply, Sent, WebRequest, Window
from frontdoor.channels.meta.errors import judge
from tests.channels.case import Case
from tests.channels.instagram.case import InstagramCase
from tests.channels.messenger.case import MessengerCase
from tests.channels.meta_case import VERIFY_TOKEN
from tests.channels.whatsapp.case import WhatsAppCase
from tests.channels.x.case import CONSUMER_SECRET, XCase

META: list[Case] = [MessengerCase(), InstagramCase(), WhatsAppCase()]
GOOD = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
REFUSED = [
    ("another token", {**GOOD, "hub.verify_token": "guess"}),
    ("no token", {k: v for k, v in GOOD.items() if k != "hub.verify_token"}),
    ("an empty token", {**GOOD, "hub.verify_token": ""}),
    ("another mode", {**GOOD, "hub.mode": "unsubscribe"}),
    ("no challenge", {**GOOD, "hub.challenge": ""}),
    ("nothing", {}),
]
NUMBERS = [
    (400, {"error": {"code": 190}}, Failed("token", "190")),
    (400, {"error": {"code": 10, "error_subcode": 2018278}}, Failed("window", "10/2018278")),
    (400, {"error": {"code": 551}}, Failed("stopped", "551")),
    (400, {"error": {"code": 131047}}, Failed("window", "131047")),
    (400, {"error": {"code": 132015}}, Failed("config", "132015")),
    (400, {"error": {"code": 299}}, Failed("config", "299")),
    (400, {"error": {"code": 131050}}, Failed("content", "131050")),
    (400, {"error": {"code": "190"}}, Failed("content", "400")),
    (500, {"error": {"code": True}}, Failed("retry", "500")),
    (200, {"message_id": "m1", "recipient_id": "7"}, Sent("m1")),
    (200, {"messages": [{"id": "w1"}]}, Sent("w1")),
    (200, {"recipient_id": "7"}, Sent()),
    (200, {}, Failed("unknown", "200")),
]


def _asked(case: Case, query: dict[str, str]) -> WebRequest:
    return WebRequest("GET", case.url, query, {}, b"")


@pytest.mark.parametrize("case", META, ids=lambda case: case.name)
def test_meta_gets_its_challenge(case: Case) -> None:
    """Who knows the verify token gets the bare challenge."""
    answer = case.channel().handshake(_asked(case, GOOD))
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type.split(";")[0]) == (200, "1158201444", "text/plain")


@pytest.mark.parametrize("case", META, ids=lambda case: case.name)
@pytest.mark.parametrize("query", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_meta_is_refused_otherwise(case: Case, query: dict[str, str]) -> None:
    """Anything else is 403 and says nothing."""
    answer = case.channel().handshake(_asked(case, query))
    assert answer is not None
    assert (answer.status, answer.body) == (403, "")


def test_x_gets_its_token() -> None:
    """The challenge comes back signed."""
    answer = XCase().channel().handshake(_asked(XCase(), {"crc_token": "YzRlZDQ5NDA="}))
    digest = hmac.new(CONSUMER_SECRET.encode(), b"YzRlZDQ5NDA=", hashlib.sha256).digest()
    assert answer is not None
    assert json.loads(answer.body) == {"response_token": f"sha256={base64.b64encode(digest).decode()}"}


@pytest.mark.parametrize("challenge", ["", '{"direct_message_events":[]}', "{}", "a" * 201, "a\nb"])
def test_x_signs_no_webhook_for_strangers(challenge: str) -> None:
    """A challenge that could be a webhook's body is not signed: the answer would be its signature."""
    answer = XCase().channel().handshake(_asked(XCase(), {"crc_token": challenge}))
    assert answer is not None
    assert (answer.status, answer.body) == (403, "")


@pytest.mark.parametrize(("status", "body", "expected"), NUMBERS)
def test_meta_numbers(status: int, body: dict[str, object], expected: object) -> None:
    """An answer of Meta is judged by its numbers."""
    assert judge(Reply(status, body)) == expected


@pytest.mark.parametrize("case", META[:2], ids=lambda case: case.name)
@pytest.mark.parametrize(
    "to",
    [
        Recipient("7", window_open=False),
        Recipient("7", window_open=False, staff_window_open=False, written_by_staff=True),
    ],
    ids=["the bot after a day", "staff after a week"],
)
def test_closed_window_makes_no_call(case: Case, to: Recipient) -> None:
    """What may not be said is not sent."""
    with pytest.raises(Window):
        case.draw(Letter("hello"), to)


def test_closed_window_without_a_template_makes_no_call() -> None:
    """Without a template WhatsApp takes nothing after a day."""
    case = WhatsAppCase()
    case.settings = {**case.settings, "WHATSAPP_TEMPLATE": ""}  # type: ignore[misc]
    with pytest.raises(Window):
        case.draw(Letter("hello"), Recipient("15550100001", window_open=False))
