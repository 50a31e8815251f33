"""Chatwoot beside our desk: what its agents see, and that our gate decides what reaches the patient."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
import yaml
from aiohttp import web
from sanic import Sanic

from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import BotAccepted, HandoffAsked, LeaseExpired, PatientWrote
from frontdoor.database import pool
from frontdoor.gateway import chatwoot as gateway_side
from frontdoor.gateway import metrics
from frontdoor.gateway.app import create_app
from frontdoor.helpdesk import chatwoot
from frontdoor.helpdesk.wording import FILE
from frontdoor.privacy.audit import SYSTEM
from frontdoor.settings import Settings, SettingsError, load
from tests.desk.house import House, open_house
from tests.gateway.serving import Served
from tests.helpdesk.chatwoot import ACCOUNT, INBOX, Chatwoot


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Chatwoot]:
    """A Chatwoot."""
    chatwoot = Chatwoot()
    runner = web.AppRunner(chatwoot.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    chatwoot.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    yield chatwoot
    await runner.cleanup()


@pytest_asyncio.fixture
async def house(settings: Settings, other: Chatwoot, request: Any) -> AsyncIterator[House]:
    """A desk and the gateway's webhook for it; a test's own settings come as the fixture's parameter."""
    given = load({**settings.values, **other.settings, **getattr(request, "param", {})}, dotenv=None)
    async with open_house(given) as made:
        with Served(webhook_app(given)) as served:
            other.webhook = f"{served.url}/webhooks/chatwoot"
            yield made


def webhook_app(settings: Settings) -> Sanic:
    """Return the part of the gateway that Chatwoot posts to, over a pool of its own."""
    app = Sanic("chatwoot-webhook", configure_logging=False)
    metrics.add_to(app)
    gateway_side.add_to(app, settings)

    @app.before_server_start
    async def start(app: Sanic, _: object) -> None:
        assert settings.database_url
        app.ctx.gateway = SimpleNamespace(pool=await pool.connect(settings.database_url, most=4))

    @app.after_server_stop
    async def stop(app: Sanic, _: object) -> None:
        await app.ctx.gateway.pool.close()

    return app


async def until(true: Callable[[], Any]) -> None:
    """Wait until something is so."""
    for _ in range(200):
        found = true()
        if await found if asyncio.iscoroutine(found) else found:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become so")


async def opened(house: House, other: Chatwoot, *texts: str) -> str:
    """Let a patient ask for a person, and wait until that is in Chatwoot; return our conversation."""
    conversation = await house.waiting(*(texts or ("I have a rash",)))
    await settled(house)
    return conversation


async def settled(house: House) -> None:
    """Wait until Chatwoot was told everything."""

    async def nothing_waits() -> bool:
        return await house.pool.fetchval("SELECT count(*) FROM helpdesk.delivery WHERE status = 'waiting'") == 0

    await until(nothing_waits)


async def state(house: House, conversation: str) -> tuple[str, str | None]:
    row = await house.row(conversation)
    return row["state"], row["owner_name"]


async def test_agents_see_it_once_somebody_wants_a_person(house: House, other: Chatwoot) -> None:
    """A contact and a conversation, with what was said before; then each message, the patient's as theirs."""
    conversation = await house.patient("what is asthma?")
    await house.bot_says(conversation, "It is …")
    await settled(house)
    assert other.conversations == {}
    await house.happens(conversation, HandoffAsked(house.clock(), "asked"))
    await settled(house)
    await house.writes_in(conversation, "hello?")
    await settled(house)
    assert other.contacts[1]["identifier"] == conversation
    assert other.said()[1:] == [
        ("incoming", "what is asthma?"), ("note", "Assistant: It is …"), ("incoming", "hello?")
    ]  # fmt: skip
    assert other.said()[0][1].startswith("Wants a person: asked")


async def test_an_agent_s_reply_claims_it_and_reaches_the_patient(house: House, other: Chatwoot) -> None:
    """The agent becomes its owner, in the audit log "via Chatwoot"; sent twice it is one message, and no echo comes."""
    conversation = await opened(house, other)
    assert await other.writes("Hello, I am Ines.") == 200
    assert await other.repeats() == 200
    assert await state(house, conversation) == ("staff", "Ines Agent")
    assert await house.said(conversation, "staff") == ["Hello, I am Ines."]
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.Claimed'")
    assert (row["actor_name"], row["session_id"]) == ("Ines Agent via Chatwoot", "chatwoot:21")
    await settled(house)
    assert [text for _, text in other.said()].count("Hello, I am Ines.") == 1


async def test_our_gate_decides(house: House, other: Chatwoot) -> None:
    """What a colleague at the desk has is theirs: the agent's words are not sent, and a note says who has it."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    assert await other.writes("me too") == 200
    assert await house.said(conversation, "staff") == []
    await settled(house)
    assert ("note", "Ana is answering at the desk.") in other.said()
    assert other.said()[-1] == ("note", "Not sent: Ana is answering at the desk.")
    await other.resolves()
    await settled(house)
    assert await state(house, conversation) == ("staff", "Ana")
    assert other.conversations[1]["status"] == "open"


async def test_a_file_of_an_agent_is_not_sent_and_they_are_told(house: House, other: Chatwoot) -> None:
    """Its words go out, the file does not, and a note says so."""
    conversation = await opened(house, other)
    file = [{"id": 1, "file_type": "file", "data_url": "https://chatwoot.example/x.pdf"}]
    assert await other.writes("See the leaflet.", attachments=file) == 200
    await settled(house)
    assert await house.said(conversation, "staff") == ["See the leaflet."]
    assert other.said()[-1][1].startswith("The file was not sent")
    event = {
        "event": "message_created", "id": 77, "message_type": "outgoing", "content": None, "private": False,
        "conversation": {"id": 1}, "inbox": {"id": INBOX}, "account": {"id": ACCOUNT},
        "sender": {"id": 21, "name": "Ines Agent"}, "attachments": file,
    }  # fmt: skip
    assert await other.posts(event) == 200
    await settled(house)
    assert [text.startswith("The file was not sent") for _, text in other.said()].count(True) == 2
    assert await house.said(conversation, "staff") == ["See the leaflet."]


async def test_another_agent_there_takes_it_over(house: House, other: Chatwoot) -> None:
    """Among themselves they hand it on as they like."""
    conversation = await opened(house, other)
    await other.writes("one")
    assert await other.writes("two", agent=22, name="Otto Agent") == 200
    assert await state(house, conversation) == ("staff", "Otto Agent")
    assert await house.said(conversation, "staff") == ["one", "two"]


@pytest.mark.parametrize(
    ("house", "after"), [({}, "closed"), ({"CHATWOOT_RESOLVED": "return"}, "returning")], indirect=["house"]
)
async def test_resolving_there_closes_or_returns_it_here(house: House, other: Chatwoot, after: str) -> None:
    """As the clinic has set; in the agent's name."""
    conversation = await opened(house, other)
    await other.writes("All is well.")
    await settled(house)
    assert await other.resolves() == 200
    assert (await state(house, conversation))[0] == after
    names = {"closed": "Resolved", "returning": "ReturnedToBot"}
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = $1", f"conversation.{names[after]}")
    assert row["actor_name"] == "Ines Agent via Chatwoot"


async def test_what_the_agent_has_not_seen_is_not_closed(house: House, other: Chatwoot) -> None:
    """The patient wrote and Chatwoot was not told yet: it stays open on both sides."""
    conversation = await opened(house, other)
    await other.writes("All is well.")
    await settled(house)
    other.down = 1
    await house.writes_in(conversation, "wait, one more thing")
    await until(lambda: other.down == 0)
    assert await other.resolves() == 200
    assert (await state(house, conversation))[0] == "staff"
    house.clock.forward(seconds=11)
    await settled(house)
    assert other.said()[-2:] == [
        ("incoming", "wait, one more thing"), ("note", "Not resolved: the patient wrote meanwhile.")
    ]  # fmt: skip
    assert other.conversations[1]["status"] == "open"


async def test_closing_here_resolves_it_there_and_writing_again_opens_it(house: House, other: Chatwoot) -> None:
    """The same conversation there, not a second one."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "close", disposition="answered", seen=99)
    await settled(house)
    assert other.conversations[1]["status"] == "resolved"
    await house.writes_in(conversation, "once more")
    await house.happens(conversation, PatientWrote(house.clock()))
    await settled(house)
    assert (list(other.conversations), other.conversations[1]["status"]) == ([1], "open")
    assert ("incoming", "once more") in other.said()


async def test_back_with_the_assistant_nothing_is_told(house: House, other: Chatwoot) -> None:
    """What a patient says to the assistant alone does not leave the house."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "return", seen=99)
    await house.happens(conversation, BotAccepted(house.clock()))
    await house.writes_in(conversation, "a sentinel for the assistant")
    await settled(house)
    assert "sentinel" not in str(other.said())
    assert other.conversations[1]["status"] == "resolved"


async def test_an_outage_loses_nothing(house: House, other: Chatwoot) -> None:
    """It is told when Chatwoot is back, once, also where the first try broke off in the middle."""
    other.down = 1
    conversation = await house.waiting("one", "two")
    await until(lambda: other.down == 0)
    house.clock.forward(seconds=11)
    await settled(house)
    await house.pool.execute("DELETE FROM helpdesk.twin")  # as if we had died before we noted the pair
    await house.writes_in(conversation, "three")
    await house.pool.execute(
        "INSERT INTO helpdesk.delivery (webhook_id, event, conversation_id) "
        "SELECT id, 'conversation.opened', $1 FROM helpdesk.webhook",
        uuid.UUID(conversation),
    )
    await settled(house)
    assert len(other.contacts) == 1
    assert [text for kind, text in other.said(2) if kind == "incoming"] == ["one", "two", "three"]


async def test_what_was_deleted_there_is_opened_anew(house: House, other: Chatwoot) -> None:
    """With what was said before; an agent's reply then finds it again."""
    conversation = await opened(house, other)
    other.conversations[2] = other.conversations.pop(1)  # its number is gone
    await house.writes_in(conversation, "hello?")
    await settled(house)
    assert [text for kind, text in other.said(3) if kind == "incoming"] == ["I have a rash", "hello?"]
    assert await other.writes("Here I am.", conversation=3) == 200
    assert await state(house, conversation) == ("staff", "Ines Agent")


async def test_who_works_there_keeps_it_and_who_is_gone_loses_it(house: House, other: Chatwoot) -> None:
    """Their leases are renewed while they were active lately; an hour later it goes back to the queue."""
    conversation = await opened(house, other)
    await other.writes("Hello.")
    lease = (await house.row(conversation))["lease_expires_at"]
    house.clock.forward(minutes=3)

    async def renewed() -> bool:
        return bool((await house.row(conversation))["lease_expires_at"] > lease)

    await until(renewed)
    house.clock.forward(minutes=61)
    async with house.pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation)
        after = await store_ownership.apply(connection, now, LeaseExpired(house.clock()), SYSTEM)
    assert after.state.value == "waiting"


@pytest.mark.parametrize(
    "headers",
    [{"X-Chatwoot-Signature": "sha256=00"}, {"X-Chatwoot-Signature": ""}, {"at": "1500000000"}, {"at": "soon"}],
)
async def test_a_forged_or_old_post_does_nothing(house: House, other: Chatwoot, headers: dict[str, str]) -> None:
    """Without the right signature, or minutes later: 401, and nobody hears anything."""
    conversation = await opened(house, other)
    event = {
        "event": "message_created", "id": 5, "message_type": "outgoing", "content": "forged", "private": False,
        "conversation": {"id": 1}, "inbox": {"id": INBOX}, "account": {"id": ACCOUNT},
        "sender": {"id": 1, "name": "Mallory"},
    }  # fmt: skip
    assert await other.posts(event, **headers) == 401
    assert await house.said(conversation, "staff") == []
    assert await other.posts(event) == 200
    assert await house.said(conversation, "staff") == ["forged"]


async def test_what_is_not_for_the_patient_stays_there(house: House, other: Chatwoot) -> None:
    """Notes, what the patient said, other inboxes and unknown events are answered 200 and do nothing."""
    conversation = await opened(house, other)
    assert await other.writes("between us", private=True) == 200
    assert await other.writes("   ") == 200
    elsewhere = {"event": "conversation_status_changed", "id": 1, "status": "resolved", "inbox_id": INBOX + 1}
    for event in ({"event": "message_created"}, {"event": "contact_updated"}, [], "x", {}, elsewhere):
        assert await other.posts(event) == 200
    assert (await state(house, conversation), await house.said(conversation, "staff")) == (("waiting", None), [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("CHATWOOT_TOKEN", ""), ("CHATWOOT_INBOX_ID", "seven"), ("CHATWOOT_RESOLVED", "forget"),
     ("CHATWOOT_LEASE_MINUTES", "1")],
)  # fmt: skip
def test_settings_that_cannot_be_used_stop_the_start(name: str, value: str) -> None:
    """The message names the variable; without any of them it is off."""
    good = Chatwoot("http://127.0.0.1:9").settings
    assert chatwoot.from_settings(load(good, dotenv=None))
    assert chatwoot.from_settings(load({}, dotenv=None)) is None
    with pytest.raises(SettingsError, match=name):
        chatwoot.from_settings(load({**good, name: value}, dotenv=None))


async def test_sentences_for_agents_are_there_in_both_languages() -> None:
    """The same keys with the same places."""
    sentences = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert sentences["en"].keys() == sentences["es"].keys()
    for key, english in sentences["en"].items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", sentences["es"][key])), key


def test_the_gateway_listens_for_it(settings: Settings) -> None:
    """Beside the platforms' webhooks; without its settings it does not."""
    given = load({**settings.values, **Chatwoot("http://127.0.0.1:9").settings}, dotenv=None)
    assert "webhooks/chatwoot" in {route.path for route in create_app(given).router.routes}
    assert "webhooks/chatwoot" not in {route.path for route in create_app(settings).router.routes}


async def test_when_it_is_switched_off_nothing_waits_for_it(house: House, other: Chatwoot, settings: Settings) -> None:
    """The next start without its settings ends what would be told."""
    async with open_house(settings) as alone:
        await alone.waiting("hello")
        assert await alone.pool.fetchval("SELECT count(*) FROM helpdesk.delivery WHERE event LIKE '%opened'") == 0
