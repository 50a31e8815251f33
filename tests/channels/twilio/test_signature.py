"""Twilio's signature, in all its spellings."""

import hashlib
from urllib.parse import urlencode

import pytest

from frontdoor.channels.contract import Letter, Malformed, Recipient, WebRequest, Window
from frontdoor.channels.twilio import Twilio
from frontdoor.channels.twilio.signature import is_signed, signature, sorted_parameters
from frontdoor.settings import load
from tests.channels.twilio.case import TOKEN, TwilioCase

URL = "https://chat.example.test/webhooks/twilio"
FORM = b"Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE"


def request(signed_url: str, url: str = URL, body: bytes = FORM, query: dict[str, str] | None = None) -> WebRequest:
    """Return a request to *url* whose signature is over *signed_url*."""
    parameters = "" if query else sorted_parameters(body)
    return WebRequest("POST", url, query or {}, {"x-twilio-signature": signature(TOKEN, signed_url, parameters)}, body)


def test_published_example() -> None:
    """The example in Twilio's documentation gives the signature that is printed there."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, sorted_parameters(FORM)) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("signed", "url", "expected"),
    [
        (URL, URL, True),
        (URL.replace(".test/", ".test:443/"), URL, True),
        (URL, URL.replace(".test/", ".test:443/"), True),
        (URL.replace(".test/", ".test:8443/"), URL.replace(".test/", ".test:8443/"), True),
        ("http://chat.example.test:80/webhooks/twilio", "http://chat.example.test/webhooks/twilio", True),
        (URL.replace("https", "http"), URL, False),
        (f"{URL}/status", URL, False),
        (f"{URL}?a=1", URL, False),
        (URL.replace(".test/", ".test:8443/"), URL, False),
    ],
)
def test_address_is_part_of_it(signed: str, url: str, expected: bool) -> None:
    """With the standard port or without is the same address; all else is another."""
    assert is_signed(request(signed, url), TOKEN) is expected


def test_blank_and_unknown_parameters_count() -> None:
    """What is blank is signed too, and so is what nobody has heard of."""
    with_blank = urlencode({"Body": "hi", "ToCity": "", "Mood": "good"}).encode()
    assert is_signed(request(URL, body=with_blank), TOKEN)
    given = request(URL, body=with_blank)
    assert not is_signed(WebRequest("POST", URL, {}, given.headers, with_blank.replace(b"&ToCity=", b"&City=")), TOKEN)
    assert not is_signed(WebRequest("POST", URL, {}, given.headers, with_blank + b"&More=1"), TOKEN)


def test_json_is_signed_by_its_sum() -> None:
    """A JSON body is covered through its SHA-256 in the signed address."""
    body = b'{"MessageSid": "SM1"}'
    query = {"bodySHA256": hashlib.sha256(body).hexdigest()}
    url = f"{URL}?{urlencode(query)}"
    assert is_signed(request(url, url, body, query), TOKEN)
    assert not is_signed(request(url, url, body + b" ", query), TOKEN)
    assert not is_signed(request(URL, url, body, query), TOKEN)


def test_json_needs_the_json_type() -> None:
    """The sum in the address says JSON; another content type is refused."""
    case = TwilioCase()
    with pytest.raises(Malformed):
        case.channel().parse(WebRequest("POST", URL, {"bodySHA256": "x"}, {"content-type": "text/plain"}, b"{}"))


@pytest.mark.parametrize(
    ("sender", "whatsapp", "address", "expected"),
    [
        ("+15550009999", "", "+15550100001", {"From": "+15550009999"}),
        ("+15550009999", "", "whatsapp:+15550100001", {"From": "whatsapp:+15550009999"}),
        ("+15550009999", "whatsapp:+15550008888", "whatsapp:+1555", {"From": "whatsapp:+15550008888"}),
        ("+15550009999", "+15550008888", "whatsapp:+1555", {"From": "whatsapp:+15550008888"}),
        ("whatsapp:+15550009999", "", "whatsapp:+1555", {"From": "whatsapp:+15550009999"}),
        ("MG0123", "", "+15550100001", {"MessagingServiceSid": "MG0123"}),
        ("MG0123", "", "whatsapp:+15550100001", {"MessagingServiceSid": "MG0123"}),
    ],
)
def test_sender_fits_the_address(sender: str, whatsapp: str, address: str, expected: dict[str, str]) -> None:
    """SMS goes out from the number, WhatsApp from the WhatsApp number, both from a service where there is one."""
    values = TwilioCase().values() | {"TWILIO_FROM": sender, "TWILIO_WHATSAPP_FROM": whatsapp}
    form = Twilio(load(values, dotenv=None)).api._from(address)
    assert form == expected


def test_window_is_whatsapps_alone() -> None:
    """SMS may be sent at any time; WhatsApp only within a day of the person's message."""
    channel = TwilioCase().channel()
    assert channel.limits.window_for("+15550100001") is None
    assert channel.limits.window_for("whatsapp:+15550100001") == 24
    with pytest.raises(Window):
        channel.render(Letter("Hello"), Recipient("whatsapp:+15550100001", window_open=False))
