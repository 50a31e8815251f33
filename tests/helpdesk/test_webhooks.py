"""What others are told: signed, in order, again when it failed, and without patient text unless an admin says so."""

import asyncio
import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest

from frontdoor.desk.outside import is_address
from frontdoor.helpdesk import store, store_deliveries
from frontdoor.helpdesk.model import EVENTS
from frontdoor.helpdesk.outgoing import BACK_OFF
from frontdoor.privacy.audit import SYSTEM
from frontdoor.sealing import Seal
from tests.desk.house import House
from tests.desk.test_guard import page
from tests.helpdesk.outside import Listener, listening


async def told(house: House, listener: Listener, count: int) -> list[dict[str, Any]]:
    """Wait until *count* posts came."""
    for _ in range(200):
        if len(listener.heard) >= count:
            break
        await asyncio.sleep(0.05)
    assert len(listener.heard) == count
    return listener.events


async def hook(
    house: House, url: str, *, with_text: bool = False, events: tuple[str, ...] = EVENTS, queues: tuple[str, ...] = ()
) -> str:
    """Tell *url* from now on; return the secret."""
    async with house.pool.acquire() as connection, connection.transaction():
        _, secret = await store.create_webhook(
            connection, Seal(house.settings.secret_key), url, events, queues, SYSTEM, house.clock(), with_text=with_text
        )
    return secret


async def test_opened_message_and_closed_are_told_in_order(house: House) -> None:
    """One post each, in the order in which it happened, with where staff find the conversation."""
    async with listening() as listener:
        await hook(house, listener.url, events=EVENTS[:3])
        boss = await house.sign_in("Lea", "supervisor")
        conversation = await house.waiting("hello")
        assert (await boss.act(conversation, "close", disposition="spam", seen=9))[0] == 200
        events = await told(house, listener, 4)
    assert [one["event"] for one in events] == [
        "conversation.message", "conversation.opened", "conversation.closed", "conversation.message"
    ]  # fmt: skip
    assert {one["conversation"]["id"] for one in events} == {conversation}
    assert events[1]["change"] == {"from": "bot", "to": "waiting", "epoch": 2}
    assert events[0]["conversation"]["url"].endswith(f"/desk#{conversation}")
    assert len({one["id"] for one in events}) == 4


async def test_the_signature_is_over_time_and_body(house: House) -> None:
    """Who has the secret can tell that we sent it, and when."""
    async with listening() as listener:
        secret = await hook(house, listener.url)
        await house.patient("hello")
        await told(house, listener, 1)
    headers, body = listener.heard[0]
    parts = dict(part.split("=") for part in headers["x-frontdoor-signature"].split(","))
    made = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert parts["v1"] == made
    assert abs(int(parts["t"]) - house.clock().timestamp()) < 60
    assert headers["x-frontdoor-delivery"] == json.loads(body)["id"]


@pytest.mark.parametrize("with_text", [False, True])
async def test_patient_text_goes_out_only_where_it_is_switched_on(house: House, with_text: bool) -> None:
    """Usually neither what was said nor who they are."""
    async with listening() as listener:
        await hook(house, listener.url, with_text=with_text)
        conversation = await house.waiting("sentinel words", name="Sentinel Name")
        await house.knows(conversation, contact="sentinel@example.com", reason="sentinel reason")
        await told(house, listener, 2)
    sent = b"".join(body for _, body in listener.heard)
    assert (b"sentinel words" in sent, b"Sentinel Name" in sent) == (with_text, with_text)
    assert b"sentinel@example.com" not in sent


async def test_what_failed_is_told_again_before_what_came_later(house: House) -> None:
    """With back-off, and never out of order; the log says how often and what was answered, not what was sent."""
    async with listening() as listener:
        listener.statuses = [500]
        await hook(house, listener.url, events=("conversation.message",))
        await house.patient("one", "two")
        await told(house, listener, 1)
        await _until(house, "SELECT count(*) FROM helpdesk.delivery WHERE answer = '500' AND tries = 1", 1)
        house.clock.forward(seconds=11)
        events = await told(house, listener, 3)
    assert [one["message"]["seq"] for one in events] == [1, 1, 2]
    assert events[0]["id"] == events[1]["id"]
    await _until(house, "SELECT count(*) FROM helpdesk.delivery WHERE status = 'done'", 2)
    assert {(one.answer, one.tries) for one in await store_deliveries.log(house.pool)} == {("200", 2), ("200", 1)}


async def test_what_never_arrives_is_given_up(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """After the last try it is in the log as given up, with nothing of what it was, and the next is told."""
    async with listening() as listener:
        await hook(house, listener.url, events=("conversation.message",))
        await house.pool.execute("UPDATE helpdesk.webhook SET url = 'http://127.0.0.1:9/'")
        await house.patient("a sentinel", "two", name="Sentinel Name")
        await _until(house, "SELECT count(*) FROM helpdesk.delivery WHERE answer = 'unreachable'", 1)
        await house.pool.execute("UPDATE helpdesk.delivery SET tries = $1, due_at = now() WHERE seq = 1", len(BACK_OFF))
        await _until(house, "SELECT count(*) FROM helpdesk.delivery WHERE status = 'failed' AND seq = 1", 1)
        await house.pool.execute("UPDATE helpdesk.webhook SET url = $1", listener.url)
        house.clock.forward(seconds=11)
        assert [one["message"]["seq"] for one in await told(house, listener, 1)] == [2]
    assert "was given up" in caplog.text
    assert "sentinel" not in caplog.text.lower()


async def test_who_wants_one_queue_or_nothing_more_hears_nothing_else(house: House) -> None:
    """Other queues are not told, nor is anything after the end."""
    async with listening() as listener:
        await hook(house, listener.url, queues=("billing",), events=("conversation.opened",))
        boss = await house.sign_in("Boss", "admin")
        await house.waiting("hello")
        assert await house.pool.fetchval("SELECT count(*) FROM helpdesk.delivery") == 0
        identifier = await house.pool.fetchval("SELECT id FROM helpdesk.webhook")
        assert (await page(boss, f"/outside/webhooks/{identifier}/end"))[0] == 302
        await house.waiting("hello")
        assert await house.pool.fetchval("SELECT count(*) FROM helpdesk.delivery") == 0
    assert await house.audited("webhook.end") == 1


async def test_break_glass_is_told_at_once(house: House) -> None:
    """To whoever is on call: by whom and until when; why stays here."""
    async with listening() as listener:
        await hook(house, listener.url, events=("break_glass.used",), with_text=True)
        ana, conversation = await house.sign_in("Ana", "staff", "general"), await house.waiting("x", queue="billing")
        await page(ana, "/break-glass", wanted=conversation, reason="a sentinel reason")
        (event,) = await told(house, listener, 1)
    assert (event["event"], event["conversation"]["id"]) == ("break_glass.used", conversation)
    assert event["break_glass"]["staff"] == ana.id
    assert "sentinel" not in str(event)


async def test_notes_and_drafts_are_told_to_nobody(house: House) -> None:
    """What only staff see stays here."""
    async with listening() as listener:
        await hook(house, listener.url, with_text=True, events=("conversation.message",))
        ana, conversation = await house.sign_in("Ana"), await house.waiting("hello")
        await ana.act(conversation, "note", text="between us", client_message_id="1")
        await house.bot_says(conversation, "a draft", "suppressed")
        await house.writes_in(conversation, "and then")
        events = await told(house, listener, 2)
    assert [one["message"]["text"] for one in events] == ["hello", "and then"]


async def test_the_page_makes_a_webhook_and_shows_its_secret_once(house: House) -> None:
    """The secret is sealed in the database; the log of deliveries stands on the page."""
    async with listening() as listener:
        boss = await house.sign_in("Boss", "admin")
        assert (await page(boss, "/outside/webhooks", url="http://evil.example/", **{EVENTS[0]: "yes"}))[0] == 400
        status, shown = await page(boss, "/outside/webhooks", url=listener.url, **{EVENTS[0]: "yes"})
        secret = shown.partition('<code class="link">')[2].partition("</code>")[0]
        assert (status, len(secret)) == (200, 43)
        stored = await house.pool.fetchrow("SELECT * FROM helpdesk.webhook")
        assert (secret in str(dict(stored)), stored["with_text"], stored["secret"][:3]) == (False, False, "s1.")
        await house.waiting("hello")
        await told(house, listener, 1)
        async with boss.http.get(house.base + "/outside") as response:
            assert "conversation.opened" in await response.text()


async def test_what_was_erased_is_told_no_more(house: House) -> None:
    """What waits for a patient who was erased goes with them."""
    conversation = await house.patient("hello")
    await hook(house, "http://127.0.0.1:9/")
    await house.writes_in(conversation, "again")
    await house.pool.execute("DELETE FROM conversations.conversation WHERE id = $1", uuid.UUID(conversation))
    assert await house.pool.fetchval("SELECT count(*) FROM helpdesk.delivery") == 0


@pytest.mark.parametrize(
    ("url", "good"),
    [("https://help.example.com/hook", True), ("http://127.0.0.1:9/", True), ("http://help.example.com/", False),
     ("https://user:pass@help.example.com/", False), ("ftp://x", False), ("", False), ("https://", False),
     ("https://[", False)],
)  # fmt: skip
def test_only_over_tls(url: str, good: bool) -> None:
    """But for this machine itself."""
    assert is_address(url) is good


async def _until(house: House, query: str, expected: int) -> None:
    for _ in range(200):
        if await house.pool.fetchval(query) == expected:
            return
        await asyncio.sleep(0.05)
    assert await house.pool.fetchval(query) == expected
