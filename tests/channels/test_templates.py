"""Approved forms of words: read from the platform, kept, and said as it wants them."""

from datetime import datetime, timezone
from typing import Any

import aiohttp
import asyncpg
import pytest

from frontdoor.channels import store_templates
from frontdoor.channels.contract import Channel, Filled, Letter, Recipient, Template, Window
from frontdoor.channels.housekeeping import Housekeeping
from frontdoor.channels.placeholders import one_line, places, tidy
from frontdoor.channels.registry import make
from frontdoor.channels.tokens import Renewer
from frontdoor.database.pool import connect
from frontdoor.sealing import Seal
from frontdoor.settings import load
from tests.channels.case import API_BASE
from tests.channels.platform import Heard, Platform, Says, standing
from tests.channels.twilio.case import TwilioCase
from tests.channels.whatsapp.case import WhatsAppCase

BODY = {"type": "BODY", "text": "Hello {{1}}, your visit is {{2}}."}
META = {
    "data": [
        {"id": "101", "name": "reminder", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
         "components": [{"type": "HEADER", "format": "TEXT", "text": "Your visit"}, BODY,
                        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]}]},
        {"id": "102", "name": "named", "language": "es", "status": "APPROVED", "category": "UTILITY",
         "components": [{"type": "BODY", "text": "Hola {{ first_name }}"}]},
        {"id": "103", "name": "waits", "language": "en_US", "status": "PENDING", "components": [BODY]},
        {"id": "104", "name": "picture", "language": "en_US", "status": "APPROVED",
         "components": [{"type": "HEADER", "format": "IMAGE"}, BODY]},
        {"id": "105", "name": "tracked", "language": "en_US", "status": "APPROVED",
         "components": [BODY, {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://a.example/{{1}}"}]}]},
        {"id": "106", "name": "code", "language": "en_US", "status": "APPROVED",
         "components": [BODY, {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]}]},
        {"id": "107", "name": "nothing", "language": "en_US", "status": "APPROVED", "components": []},
        "no template", None, {"status": "APPROVED"},
    ]
}  # fmt: skip
TWILIO = {
    "contents": [
        {"sid": "HX1", "friendly_name": "reminder", "language": "en", "variables": {"1": "Ann", "2": "Monday"},
         "types": {"twilio/text": {"body": "Hello {{1}}, your visit is {{2}}."}},
         "approval_requests": {"status": "approved", "name": "visit_reminder", "category": "UTILITY"}},
        {"sid": "HX2", "friendly_name": "b", "language": "es", "variables": {},
         "types": {"twilio/quick-reply": {"body": "¿Viene?", "actions": [{"title": "Sí", "id": "yes"}]}},
         "approval_requests": {"status": "approved", "name": "", "category": "UTILITY"}},
        {"sid": "HX3", "language": "en", "types": {"twilio/text": {"body": "x"}},
         "approval_requests": {"status": "rejected"}},
        {"sid": "HX4", "language": "en", "types": {"twilio/media": {"body": "x", "media": ["https://a.example"]}},
         "approval_requests": {"status": "approved"}},
        {"sid": "HX5", "language": "en", "variables": {"1": "a", "9": "path"},
         "types": {"twilio/text": {"body": "{{1}}"}}, "approval_requests": {"status": "approved"}},
        "no template", {"sid": 7},
    ]
}  # fmt: skip
REMINDER = Template("101", "reminder", "en_US", "utility", "Hello {{1}}, your visit is {{2}}.", ("1", "2"))


def channel(name: str, **values: str) -> Channel:
    """Return a channel with more settings than its case has."""
    case = {"whatsapp": WhatsAppCase(), "twilio": TwilioCase()}[name]
    return make(name, load(case.values() | values, dotenv=None))


def test_whatsapp_templates_are_read() -> None:
    """Approved ones whose places staff can fill; what needs a picture, a code or an address's end is left out."""
    found = WhatsAppCase().channel().read_templates(META)  # type: ignore[attr-defined]
    assert found == [REMINDER, Template("102", "named", "es", "utility", "Hola {{first_name}}", ("first_name",))]


def test_twilio_templates_are_read() -> None:
    """Words that WhatsApp has approved; the approved name counts."""
    found = TwilioCase().channel().read_templates(TWILIO)  # type: ignore[attr-defined]
    assert found == [
        Template("HX1", "visit_reminder", "en", "utility", REMINDER.body, ("1", "2")),
        Template("HX2", "b", "es", "utility", "¿Viene?", ()),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [({}, None), ({"data": 7, "contents": "x"}, None), ({"data": [[]], "contents": [{"types": []}]}, [])],
)
def test_nonsense_is_no_template(body: dict[str, Any], expected: Any) -> None:
    """Whatever the platform answers, nothing is made up."""
    for case in (WhatsAppCase(), TwilioCase()):
        assert case.channel().read_templates(body) == expected  # type: ignore[attr-defined]


def test_the_account_must_be_known() -> None:
    """WhatsApp's templates belong to the business account, whose number is a setting of its own."""
    assert channel("whatsapp").templates() is None  # type: ignore[attr-defined]
    call = channel("whatsapp", WHATSAPP_BUSINESS_ACCOUNT_ID="900").templates()  # type: ignore[attr-defined]
    assert (call.method, call.url.partition("?")[0]) == ("GET", f"{API_BASE}/v26.0/900/message_templates")


@pytest.mark.parametrize(
    ("values", "parameters"),
    [
        ({"1": "Rosa", "2": "on\n Monday"}, [{"type": "text", "text": "Rosa"}, {"type": "text", "text": "on Monday"}]),
        ({"first_name": "Rosa"}, [{"type": "text", "parameter_name": "first_name", "text": "Rosa"}]),
    ],
    ids=["numbered", "named"],
)
def test_whatsapp_gets_name_and_places(values: dict[str, str], parameters: list[Any]) -> None:
    """Also while the window is closed; the text itself is not sent."""
    letter = Letter("Hello Rosa", template=Filled("101", "reminder", "en_US", values))
    (call,) = WhatsAppCase().draw(letter, Recipient("15550100001", window_open=False))
    assert call.json["template"] == {
        "name": "reminder", "language": {"code": "en_US"}, "components": [{"type": "body", "parameters": parameters}],
    }  # fmt: skip
    assert "text" not in call.json


def test_twilio_gets_sid_and_variables() -> None:
    """Words of a template in Body would be refused (63016): only its id and what stands in its places is sent."""
    letter = Letter("Hola José", template=Filled("HX1", "reminder", "es", {"1": "José", "2": "el lunes"}))
    (call,) = TwilioCase().draw(letter, Recipient("whatsapp:+15550100001", window_open=False))
    assert call.form is not None
    assert (call.form["ContentSid"], call.form["ContentVariables"]) == ("HX1", '{"1": "José", "2": "el lunes"}')
    assert "Body" not in call.form
    (plain,) = TwilioCase().draw(
        Letter("x", template=Filled("HX2", "b", "es", {})), Recipient("whatsapp:+15550100001", window_open=False)
    )
    assert "ContentVariables" not in (plain.form or {})


def test_late_words_go_into_twilios_template() -> None:
    """With TWILIO_CONTENT_SID what is said after the window stands in its place, on one line, buttons numbered."""
    wanted = channel("twilio", TWILIO_CONTENT_SID="HX9")
    late = Recipient("whatsapp:+15550100001", window_open=False)
    (call,) = wanted.render(Letter("We have\nan answer"), late)
    assert call.form is not None
    assert (call.form["ContentSid"], call.form["ContentVariables"]) == ("HX9", '{"1": "We have an answer"}')
    assert len(wanted.render(Letter("word " * 400), late)) == 3
    with pytest.raises(Window):
        channel("twilio").render(Letter("hello"), late)


async def test_templates_are_kept_and_stay_when_the_platform_is_away(database_url: str) -> None:
    """What was read is what staff choose from, until the platform says otherwise."""
    says = [Says(200, META), Says(500), Says(200, text="<html>"), Says(200, {"data": META["data"][1:2]})]
    pool = await connect(database_url, most=2)
    try:
        with standing(Platform(lambda heard: says.pop(0))) as platform:
            values = {"WHATSAPP_BUSINESS_ACCOUNT_ID": "900", "WHATSAPP_API_BASE": platform.url}
            wanted = channel("whatsapp", **values)
            for expected in (["102", "101"], ["102", "101"], ["102", "101"], ["102"]):
                async with aiohttp.ClientSession() as session:
                    on = {"whatsapp": wanted}
                    renewer = Renewer(pool, on, session, Seal("secret"), lambda: datetime.now(timezone.utc))
                    await Housekeeping(pool, on, session, renewer).read_templates()
                assert await _kept(pool, wanted) == expected
            heard: Heard = platform.heard[0]
            assert heard.headers["authorization"].startswith("Bearer ")
    finally:
        await pool.close()


async def _kept(pool: asyncpg.Pool, wanted: Channel) -> list[str]:
    return [one.id for one in await store_templates.of_channel(pool, wanted.name, wanted.account, "es")]


def test_places() -> None:
    """Numbers in order of their number, names as they come, each once."""
    assert places("{{2}} {{10}} {{1}} {{2}}") == ("1", "2", "10")
    assert places("{{ b }} {{a}}") == ("b", "a")
    assert places("{1} {{}} {{a b}}") == ()
    assert tidy("Hola {{ b }}") == "Hola {{b}}"
    assert one_line(" a\n\tb   c ") == "a b c"
    assert REMINDER.filled({"1": "{{2}}", "2": "late"}) == "Hello {{2}}, your visit is late."
