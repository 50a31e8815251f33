"""What a turn does when something breaks: no answer from a blank memory, nothing lost, nothing run twice."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from frontdoor.assistant.client import Assistant, AssistantDown, AssistantTimeout
from frontdoor.assistant.protocol import Turn
from tests import conftest as shared
from tests.assistant import servers
from tests.assistant.servers import Running
from tests.assistant.test_turn import words

SENTINEL = "ZQXSENTINEL my MRN is 555-12-3456"


async def stored(running: Running, turn: Turn) -> int:
    """Return how many events of the turn's session are in the database."""
    connection = await asyncpg.connect(running.database_url)
    try:
        return await connection.fetchval("SELECT count(*) FROM rasa.event WHERE sender_id = $1", turn.sender_id)
    finally:
        await connection.close()


async def added_elsewhere(running: Running, turn: Turn, events: int) -> None:
    """Add an event to the turn's session, which has so many *events*, as another Rasa would."""
    connection = await asyncpg.connect(running.database_url)
    try:
        data = '{"event": "slot", "name": "introduced", "value": false, "timestamp": 1}'
        await connection.execute("INSERT INTO rasa.event VALUES ($1, $2, $3)", turn.sender_id, events + 1, data)
        await connection.execute("UPDATE rasa.tracker SET events = events + 1 WHERE sender_id = $1", turn.sender_id)
    finally:
        await connection.close()


async def on_server(running: Running, *statements: str) -> None:
    """Run statements beside the database of the trackers: {name} is its name."""
    name = running.database_url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(shared._named(running.database_url, "postgres"))
    try:
        for statement in statements:
            await connection.execute(statement.format(name=name))
    finally:
        await connection.close()


DROP_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


async def test_a_dropped_connection_is_not_noticed(running: Running, assistant: Assistant, turn) -> None:
    """After the database was restarted the first message is answered with the memory of the ones before."""
    await assistant.turn(turn("hello"))
    await on_server(running, DROP_CONNECTIONS)
    assert "I am a bot, not a person" not in words(await assistant.turn(turn("hello")))


async def test_without_the_database_nothing_is_answered(running: Running, assistant: Assistant, turn) -> None:
    """No blank tracker: the turn fails, and can be repeated when the database is back."""
    await assistant.turn(turn("hello"))
    lost = turn(SENTINEL)
    await on_server(running, "ALTER DATABASE {name} ALLOW_CONNECTIONS false", DROP_CONNECTIONS)
    try:
        with pytest.raises(AssistantDown, match="503"):
            await assistant.turn(lost)
        assert not await assistant.ready()
    finally:
        await on_server(running, "ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    reply = await assistant.turn(lost)
    assert "I am a bot, not a person" not in words(reply)
    assert reply.events == await stored(running, lost)


async def test_without_the_actions_the_turn_is_not_kept(running: Running, assistant: Assistant, turn) -> None:
    """Rasa would go on in silence; here the turn fails as a whole and its repetition answers."""
    kept = await assistant.turn(turn("hello"))
    lost = turn(f"what are your hours {SENTINEL}")
    running.actions.kill()
    try:
        with pytest.raises(AssistantDown, match="503"):
            await assistant.turn(lost)
        assert await stored(running, lost) == kept.events
    finally:
        running.actions.start()
    assert "Our staff answer" in words(await assistant.turn(turn("what are your hours")))


async def test_who_hangs_up_does_not_stop_the_turn(running: Running, assistant: Assistant, turn) -> None:
    """The turn goes on and is saved; asked for again, it is answered and not run again."""
    kept = await assistant.turn(turn("hello"))
    slow = turn("what are your hours")
    assert running.actions.running
    running.actions.running.send_signal(signal.SIGSTOP)
    impatient = Assistant(replace(running.settings, turn_timeout_seconds=0.5))
    with pytest.raises(AssistantTimeout):
        await impatient.turn(slow)
    await impatient.close()
    running.actions.running.send_signal(signal.SIGCONT)
    for _ in range(50):
        if await stored(running, slow) > kept.events:
            break
        await asyncio.sleep(0.1)
    saved = await stored(running, slow)
    reply = await assistant.turn(slow)
    assert "Our staff answer" in words(reply)
    assert reply.events == saved == await stored(running, slow)


async def test_turns_of_one_conversation_at_once_are_all_kept(running: Running, assistant: Assistant, turn) -> None:
    """The gateway never does it; a second gateway by mistake would lose nothing."""
    await assistant.turn(turn("hello"))
    replies = await asyncio.gather(*(assistant.turn(turn(text)) for text in ("thanks", "hello", "goodbye", "hours?")))
    assert max(reply.events for reply in replies) == await stored(running, turn())
    assert all(words(reply) for reply in replies)


async def test_conversations_at_once_do_not_mix(assistant: Assistant) -> None:
    """Twenty patients in both languages: each gets the answer to their own question."""
    asked = [("what are your hours", "en", "Our staff answer"), ("muchas gracias", "es", "Con gusto")] * 10
    made = [Turn(f"mix-{i}", 1, f"mix-{i}-1", text, language=code) for i, (text, code, _) in enumerate(asked)]
    replies = await asyncio.gather(*(assistant.turn(one) for one in made))
    assert all(expected in words(reply) for reply, (_, _, expected) in zip(replies, asked, strict=True))


async def test_what_another_process_added_is_read(running: Running, assistant: Assistant, turn) -> None:
    """The tracker in memory is used only while the database has nothing newer."""
    before = await assistant.turn(turn("hello"))
    await added_elsewhere(running, turn(), before.events)
    reply = await assistant.turn(turn("hello"))
    assert reply.events == before.events + 1 + 5 == await stored(running, turn())


async def test_what_the_gateway_knows_too_little_of_is_found(running: Running, assistant: Assistant, turn) -> None:
    """Its number and the one in memory are the same and wrong: nothing is kept, and the next try is answered."""
    before = await assistant.turn(turn("hello"))
    await added_elsewhere(running, turn(), before.events)
    asked = replace(turn("hello"), events=before.events)
    with pytest.raises(AssistantDown, match="409"):
        await assistant.turn(asked)
    assert await stored(running, turn()) == before.events + 1
    reply = await assistant.turn(asked)
    assert reply.events == before.events + 1 + 5 == await stored(running, turn())


async def test_a_killed_rasa_remembers(running: Running, assistant: Assistant, turn) -> None:
    """A new process goes on where the killed one was, from the database."""
    once = turn("hello", language="es")
    first = await assistant.turn(once)
    running.rasa.kill()
    with pytest.raises(AssistantDown):
        await assistant.turn(turn("hello", language="es"))
    running.rasa.start()
    assert await assistant.turn(once) == first
    assert "Soy un bot" not in words(await assistant.turn(turn("hola", language="es")))


async def test_without_a_model_nothing_is_taken(running: Running, turn, tmp_path: Path) -> None:
    """Rasa starts and would swallow messages in silence; here it says that it is not ready."""
    settings = servers.on_free_ports(running.settings)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no model")
    server = servers.rasa(settings, running.database_url, broken, tmp_path / "rasa.log", ready=503)
    async with Assistant(settings) as client:
        with server:
            with pytest.raises(AssistantDown, match="503 not_ready"):
                await client.turn(turn("hello"))
            assert not await client.ready()


def test_no_log_holds_what_patients_wrote(running: Running) -> None:
    """The failures above went through Rasa's own error paths, with the sentinel in the patient's text."""
    logs = running.rasa.log.read_text() + running.actions.log.read_text()
    assert logs
    assert "ZQX" not in logs
    assert "555-12" not in logs
