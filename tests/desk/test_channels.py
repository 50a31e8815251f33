"""Channels at the desk: what is wrong with them alarms, and what a platform has approved can be said at any time."""

from datetime import timedelta
from typing import Any

import pytest

from frontdoor.channels import store_templates
from frontdoor.channels.contract import Template
from frontdoor.channels.store import Standings
from tests.desk.house import Browser, House
from tests.desk.stream import stream
from tests.desk.test_late import set_columns

REMINDER = Template("101", "reminder", "en_US", "utility", "Hello {{1}}, your visit is {{2}}.", ("1", "2"))
RECORDATORIO = Template("102", "reminder", "es", "utility", "Hola {{1}}, su visita es {{2}}.", ("1", "2"))
PLAIN = Template("103", "answer_ready", "en_US", "utility", "We have an answer for you. Write to read it.")
BOTH = {"1": "Rosa", "2": "on Monday\nat 9"}


async def on_whatsapp(house: House, by: Browser, **values: Any) -> tuple[str, int]:
    """Return a conversation on WhatsApp that *by* answers, its window long closed, and its epoch."""
    await store_templates.keep(house.pool, "whatsapp", "77", [PLAIN, RECORDATORIO, REMINDER])
    conversation = await house.waiting()
    late = house.clock() - timedelta(hours=30)
    own = {"channel": "whatsapp", "account": "77", "address": "15550100001", "window_expires_at": late}
    await set_columns(house, conversation, **(own | values))
    _, answer = await by.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    return conversation, answer["epoch"]


async def test_a_refused_token_alarms_every_page(house: House) -> None:
    """The page is told within seconds, a page opened later too; with the token renewed it is over."""
    ana = await house.sign_in("Ana")
    assert (await ana.get("/desk/state"))[1]["channels"] == []
    async with stream(ana) as events:
        assert (await events.next("channels"))[1] == []
        await Standings(house.pool).failed("telegram", "1", "token", "401", pause=True)
        (told,) = (await events.next("channels"))[1]
        assert {**told, "since": ""} == {
            "channel": "telegram", "title": "Telegram", "kind": "token", "code": "401", "since": "",
        }  # fmt: skip
        assert (await ana.get("/desk/state"))[1]["channels"] == [told]
        await Standings(house.pool).resume("telegram", "1")
        assert (await events.next("channels"))[1] == []


async def test_what_is_set_up_wrongly_shows_until_something_goes_out(house: House) -> None:
    """A refusal because of the account is for a person to see; one message of no account's fault is not."""
    standings = Standings(house.pool)
    await standings.failed("whatsapp", "77", "config", "131042", pause=False)
    await standings.failed("line", "account", "content", "400", pause=False)
    assert [(one.channel, one.kind, one.code) for one in await standings.troubles()] == [
        ("whatsapp", "config", "131042")
    ]
    await standings.went_out("whatsapp", "77")
    assert await standings.troubles() == []


async def test_templates_of_the_conversations_channel(house: House) -> None:
    """The patient's language comes first; a channel without templates has none."""
    ana = await house.sign_in("Ana")
    conversation, _ = await on_whatsapp(house, ana, language="es")
    status, answer = await ana.get(f"/desk/conversations/{conversation}/templates")
    assert status == 200
    assert [one["id"] for one in answer["templates"]] == ["102", "103", "101"]
    assert answer["templates"][0] == {
        "id": "102", "name": "reminder", "language": "es", "category": "utility",
        "body": "Hola {{1}}, su visita es {{2}}.", "variables": ["1", "2"],
    }  # fmt: skip
    other = await house.waiting()
    assert (await ana.get(f"/desk/conversations/{other}/templates"))[1] == {"templates": []}


async def test_a_template_goes_out_after_the_window(house: House) -> None:
    """What may not be written freely is said in approved words: once, with what it says in the history."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await on_whatsapp(house, ana)
    said = {"template": "101", "values": BOTH, "epoch": epoch, "client_message_id": "t1"}
    refused = await ana.act(conversation, "reply", text="x", epoch=epoch, client_message_id="r1")
    assert (refused[0], refused[1]["error"]) == (409, "window_closed")
    first, again = await ana.act(conversation, "template", **said), await ana.act(conversation, "template", **said)
    assert first == again
    assert first[0] == 200
    assert await house.said(conversation, "staff") == ["Hello Rosa, your visit is on Monday at 9."]
    row = await house.pool.fetchrow("SELECT template, status FROM conversations.message WHERE author = 'staff'")
    values = {"1": "Rosa", "2": "on Monday at 9"}
    assert row["template"] == {"id": "101", "name": "reminder", "language": "en_US", "values": values}
    assert row["status"] == "queued"
    assert await house.audited("conversation.template", f"conversation:{conversation}") == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"template": "999"}, (409, "no_template")),
        ({"values": {"1": "Rosa"}}, (409, "no_template")),
        ({"values": BOTH | {"3": "more"}}, (409, "no_template")),
        ({"values": {"1": "Rosa", "2": " \n"}}, (400, None)),
        ({"values": {"1": "Rosa", "2": 7}}, (400, None)),
        ({"values": "Rosa"}, (400, None)),
        ({"epoch": 1}, (409, "stale")),
    ],
    ids=["unknown", "too few", "too many", "blank", "a number", "no object", "stale"],
)
async def test_what_is_no_template_is_not_said(
    house: House, changes: dict[str, Any], expected: tuple[int, str | None]
) -> None:
    """A form of words that the platform does not know, or with other places, would be refused there."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await on_whatsapp(house, ana)
    said = {"template": "101", "values": BOTH, "epoch": epoch, "client_message_id": "t1"} | changes
    status, answer = await ana.act(conversation, "template", **said)
    assert status == expected[0]
    assert expected[1] in (None, answer["error"])
    assert await house.said(conversation, "staff") == []


async def test_who_said_stop_gets_no_template(house: House) -> None:
    """STOP is STOP, also for approved words."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await on_whatsapp(house, ana, stopped_at=house.clock())
    said = {"template": "103", "values": {}, "epoch": epoch, "client_message_id": "t1"}
    assert (await ana.act(conversation, "template", **said))[1]["error"] == "stopped"
