"""§4.10, 16 to 25: the traps that Rasa sets, at a real Rasa with the real action server."""

import asyncio
import signal
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from frontdoor.assistant.client import Assistant
from frontdoor.conversations.store_outbox import Outbox
from tests.assistant.servers import Running
from tests.conversations_core.conftest import Core
from tests.desk48.traps import Traps

HOURS = "what are your hours"


@pytest.fixture
async def traps(core: Core, running: Running) -> AsyncIterator[Traps]:
    """The core's bot is the running Rasa."""
    async with Assistant(running.settings) as assistant:
        core.dispatcher.assistant = assistant
        yield Traps(core, running)
        await core.dispatcher.stop(within_seconds=20)


async def test_16_claim_while_an_action_runs(traps: Traps) -> None:
    """Staff take over while the action server is at it: the patient gets nothing of the bot, staff see the draft."""
    await traps.core.write("hello")
    before = await traps.bot_said("sent")
    assert traps.running.actions.running
    traps.running.actions.running.send_signal(signal.SIGSTOP)
    try:
        await traps.core.write_nowait(HOURS)
        await traps.take()
    finally:
        traps.running.actions.running.send_signal(signal.SIGCONT)
    await traps.core.dispatcher.stop(within_seconds=20)
    assert await traps.bot_said("sent") == before
    assert any("8:00" in text for text in await traps.bot_said("suppressed"))
    assert (await traps.core.row())["state"] == "staff"


async def silent(traps: Traps, text: str) -> None:
    """Let the patient write while staff have it; check that neither the bot nor its tracker noticed."""
    said, tracker = await traps.bot_said("sent", "queued", "suppressed"), await traps.tracker()
    await traps.core.write(text)
    await traps.work()
    assert await traps.bot_said("sent", "queued", "suppressed") == said
    assert await traps.tracker() == tracker
    assert (await traps.core.texts())[-1] == ("patient", text, "received")


async def test_17_restart_typed_to_staff(traps: Traps) -> None:
    """The command that would un-pause Rasa is a text like any other."""
    await traps.core.write("hello")
    await traps.take()
    for text in ("/restart", "/session_start", '/human{"x": 1}'):
        await silent(traps, text)


async def test_18_an_hour_of_silence_with_staff(traps: Traps) -> None:
    """Rasa's session would have expired and spoken again; here the person still has it."""
    await traps.core.write("hello")
    await traps.take()
    await traps.age(61)
    await silent(traps, "hello")


async def test_19_what_is_told_to_staff_stays_with_staff(traps: Traps) -> None:
    """No slot, no event: the clinical talk never reaches the tracker."""
    await traps.core.write("i want to book a visit")
    slots = (await traps.core.row())["slots"]
    await traps.take()
    await silent(traps, "my HIV test came back positive, dermatology tomorrow at 9, I live in New York")
    assert (await traps.core.row())["slots"] == slots
    found = await traps.rasa("SELECT count(*) FROM rasa.event WHERE data::text LIKE '%HIV%'")
    assert found[0][0] == 0


async def test_20_after_the_return_the_bot_knows_and_answers(traps: Traps) -> None:
    """It says that it is back, has the answers that staff chose and no others, and takes the next message."""
    await traps.core.write("hello")
    await traps.take()
    await traps.core.pool.execute(
        "UPDATE conversations.conversation SET slots = $1", {"service_type": "dermatology", "state": "NY"}
    )
    await traps.give_back("service_type")
    assert (await traps.core.row())["state"] == "bot"
    assert "assistant is back" in (await traps.bot_said("sent"))[-1]
    await traps.core.write(HOURS)
    assert "8:00" in (await traps.bot_said("sent"))[-1]
    row = await traps.core.row()
    assert row["slots"].get("service_type") == "dermatology"  # type: ignore[attr-defined]
    assert row["slots"].get("state") is None  # type: ignore[attr-defined]


async def test_21_return_after_more_than_an_hour(traps: Traps) -> None:
    """The session has grown old meanwhile: the slots are there all the same, and it introduces itself only once."""
    await traps.core.write("hello")
    await traps.take()
    await traps.core.pool.execute("UPDATE conversations.conversation SET slots = $1", {"service_type": "dermatology"})
    await traps.age(90)
    await traps.give_back("service_type")
    await traps.age(90)
    await traps.core.write(HOURS)
    said = await traps.bot_said("sent")
    assert "8:00" in said[-1]
    assert sum("I am a bot, not a person" in text for text in said) == 1
    assert (await traps.core.row())["slots"].get("service_type") == "dermatology"  # type: ignore[attr-defined]


async def test_22_a_message_between_last_seen_and_return(traps: Traps) -> None:
    """What staff did not see is the bot's to answer, once; what they saw is not."""
    await traps.core.write("hello")
    await traps.take()
    await traps.core.write("how much does a visit cost")
    seen = int(str((await traps.core.row())["last_seq"]))
    await traps.core.write(HOURS)
    await traps.give_back(seen=seen)
    await traps.work()
    answers = await traps.bot_said("sent")
    assert sum("8:00" in text for text in answers) == 1
    assert not any("$79" in text for text in answers)


async def test_23_rasa_hangs_at_the_return(traps: Traps) -> None:
    """The conversation waits for a person again, at its place and with the reason."""
    await traps.core.write("hello")
    await traps.take()
    since = (await traps.core.row())["waiting_since"]
    assert traps.running.rasa.running
    traps.core.dispatcher.assistant = Assistant(replace(traps.running.settings, turn_timeout_seconds=0.5))
    traps.running.rasa.running.send_signal(signal.SIGSTOP)
    try:
        await traps.give_back()
    finally:
        traps.running.rasa.running.send_signal(signal.SIGCONT)
        await traps.core.dispatcher.assistant.close()
    row = await traps.core.row()
    assert (row["state"], row["reason"], row["owner_id"]) == ("waiting", "bot_unavailable", None)
    assert row["waiting_since"] == since


async def test_24_rasa_is_killed(traps: Traps, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tries, then a person is asked for and the patient told; back again it answers what was left."""
    monkeypatch.setattr("frontdoor.conversations.dispatcher.PATIENCE_SECONDS", 0.5)
    await traps.core.write("hello")
    traps.running.rasa.kill()
    try:
        await traps.core.write(HOURS)
        row = await traps.core.row()
        assert (row["state"], row["reason"]) == ("waiting", "bot_unavailable")
        author, text, _ = (await traps.core.texts())[-1]
        assert author == "system"
        assert "911" in text
    finally:
        traps.running.rasa.start()
    await traps.work()
    assert sum("8:00" in text for text in await traps.bot_said("sent")) == 1


async def test_25_what_falls_due_while_staff_have_it(traps: Traps) -> None:
    """Nothing outside can make Rasa speak, and what the bot had to say by then is kept for staff."""
    await traps.core.write("hello")
    await traps.core.pool.execute("UPDATE conversations.conversation SET channel = 'telegram'")
    conversation = await traps.id()
    await traps.core.pool.execute(
        "WITH c AS (UPDATE conversations.conversation SET last_seq = last_seq + 1 RETURNING id, last_seq, epoch) "
        "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status, due_at) "
        "SELECT id, last_seq, $1, 'bot', epoch, 'a reminder', 'queued', now() + interval '1 hour' FROM c",
        uuid.uuid4(),
    )
    await traps.take()
    await traps.core.pool.execute("UPDATE conversations.message SET due_at = now() WHERE status = 'queued'")
    taken = await Outbox(traps.core.pool, uuid.uuid4()).take(["telegram"], limit=9)
    assert [sending.message.author for sending in taken] == ["system"], "that Ana joined"
    assert await traps.bot_said("suppressed") == ["a reminder"]
    before = await traps.tracker()
    url = f"{traps.running.settings.rasa_url}/conversations/{conversation}.1/trigger_intent"
    headers = {"Authorization": f"Bearer {traps.running.settings.internal_token}"}
    async with aiohttp.ClientSession() as http, http.post(url, json={"name": "human"}, headers=headers) as answer:
        assert answer.status == 404
    await asyncio.sleep(0)
    assert await traps.tracker() == before
