"""What is old is forgotten, whole; what is in use is not. A person's data can be had and erased."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from frontdoor.cli import main
from frontdoor.database import pool
from frontdoor.database.pool import Pool
from frontdoor.privacy import store_retention
from frontdoor.privacy.audit import Actor
from frontdoor.privacy.store_retention import Retention

YEAR = timedelta(days=365)
TABLES = (
    "conversations.conversation", "conversations.message", "conversations.consent", "conversations.link",
    "conversations.web_session", "rasa.tracker", "rasa.event", "channels.alias",
)  # fmt: skip


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Pool]:
    connections = await pool.connect(database_url, most=2)
    yield connections
    await connections.close()


async def written(
    rows: Pool, *, days_ago: int, state: str = "bot", channel: str = "telegram", said: bool = True
) -> uuid.UUID:
    """Put in a conversation of two Rasa sessions in which something last happened *days_ago*."""
    id_ = uuid.uuid4()
    await rows.execute(
        "INSERT INTO conversations.conversation (id, channel, account, address, state, session, last_patient_seq) "
        "VALUES ($1, $2, 'bot', $3, $4, 2, $5)", id_, channel, f"address-{id_}", state, int(said),
    )  # fmt: skip
    if said:
        await rows.execute(
            "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
            "VALUES ($1, 1, $2, 'patient', 1, 'my secret rash', 'received')", id_, uuid.uuid4(),
        )  # fmt: skip
    await rows.execute(
        "INSERT INTO conversations.consent (conversation_id, kind, source) VALUES ($1, 'stop', 'keyword')", id_
    )
    await rows.execute(
        "INSERT INTO conversations.web_session (token_sha256, conversation_id, expires_at) "
        "VALUES ($1, $2, now() + '1 h')",
        uuid.uuid4().bytes, id_,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO conversations.link (token_sha256, conversation_id, purpose, expires_at) "
        "VALUES ($1, $2, 'booking', now() + '1 h')", uuid.uuid4().bytes, id_,
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO channels.alias VALUES ($1, 'bot', $2, $3)", channel, f"alias-{id_}", f"address-{id_}"
    )
    for session in (1, 2):
        await rows.execute("INSERT INTO rasa.tracker (sender_id, events) VALUES ($1, 1)", f"{id_}.{session}")
        await rows.execute("INSERT INTO rasa.event VALUES ($1, 1, '{}')", f"{id_}.{session}")
    async with rows.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE conversations.conversation DISABLE TRIGGER touch")
        await connection.execute(
            "UPDATE conversations.conversation SET updated_at = now() - $2::interval WHERE id = $1",
            id_, timedelta(days=days_ago),
        )  # fmt: skip
        await connection.execute("ALTER TABLE conversations.conversation ENABLE TRIGGER touch")
    return id_


async def kept(rows: Pool) -> dict[str, int]:
    return {table: await rows.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


async def test_an_old_conversation_goes_with_all_that_is_its(rows: Pool) -> None:
    """Messages, consents, links, sessions, both trackers, aliases; the one of yesterday has all of its own."""
    await written(rows, days_ago=366)
    alone = await written(rows, days_ago=1)
    assert await Retention(rows, YEAR).sweep() == {"conversations": 1}
    assert [row["id"] for row in await rows.fetch("SELECT id FROM conversations.conversation")] == [alone]
    assert await kept(rows) == {table: 2 if table.startswith("rasa") else 1 for table in TABLES}


@pytest.mark.parametrize("state", ["waiting", "staff", "returning"])
async def test_who_waits_for_a_person_is_not_forgotten(rows: Pool, state: str) -> None:
    """However long ago it was."""
    await written(rows, days_ago=5_000, state=state)
    assert await Retention(rows, YEAR).sweep() == {}


async def test_a_chat_in_which_nobody_wrote_goes_soon(rows: Pool) -> None:
    """A page that was only looked at leaves nothing; a chat with one message stays its time."""
    await written(rows, days_ago=3, channel="web", said=False)
    await written(rows, days_ago=3, channel="web")
    await written(rows, days_ago=1, channel="web", said=False)
    assert await Retention(rows, YEAR).sweep() == {"chats in which nobody wrote": 1}


async def test_what_is_used_up_goes(rows: Pool) -> None:
    """Trackers that rest, ids of events that no platform repeats, links and sessions that are over, failed sign-ins."""
    id_ = await written(rows, days_ago=0)
    await rows.execute(
        "UPDATE rasa.tracker SET updated_at = now() - interval '31 days' WHERE sender_id = $1", f"{id_}.1"
    )
    for day in (29, 31):
        await rows.execute(
            "INSERT INTO conversations.received VALUES ('telegram', 'bot', $1, 'message', now() - $2::interval)",
            f"{day}", timedelta(days=day),
        )  # fmt: skip
    await rows.execute("UPDATE conversations.link SET expires_at = now() - interval '25 hours'")
    await rows.execute("UPDATE conversations.web_session SET expires_at = now() - interval '25 hours'")
    await rows.execute("INSERT INTO desk.attempt VALUES ('a', now()), ('b', now() - interval '25 hours')")
    assert await Retention(rows, YEAR).sweep() == {
        "trackers": 1, "events": 1, "web sessions": 1, "links": 1, "failed sign-ins": 1,
    }  # fmt: skip
    assert await Retention(rows, YEAR).sweep() == {}


async def test_more_than_one_batch_goes_in_one_sweep(rows: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clinic that sets a shorter time is not cleaned for weeks."""
    monkeypatch.setattr(store_retention, "BATCH", 2)
    for _ in range(5):
        await written(rows, days_ago=400)
    assert await Retention(rows, YEAR).sweep() == {"conversations": 5}


async def test_erasing_leaves_only_the_proof(rows: Pool) -> None:
    """Nothing of the sender is left but a row that says that it was done and why; another sender keeps all."""
    other, id_ = await written(rows, days_ago=0), await written(rows, days_ago=0)
    before = await kept(rows)
    found = await store_retention.find(rows, f"telegram:bot:address-{id_}")
    assert found
    assert (found.id, found.busy) == (id_, False)
    assert await store_retention.erase(rows, id_, "asked by mail", Actor("operator"))
    assert await kept(rows) == {table: count // 2 for table, count in before.items()}
    assert await store_retention.find(rows, str(other))
    assert not await store_retention.find(rows, str(id_))
    row = await rows.fetchrow("SELECT * FROM privacy.audit")
    assert (row["action"], row["target"], row["after"]) == (
        "conversation.erase", f"conversation:{id_}", {"reason": "asked by mail"},
    )  # fmt: skip
    assert not await store_retention.erase(rows, id_, "again", Actor("operator"))


async def test_commands(
    rows: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Export prints what a person may have; erase refuses while somebody is at it, and names what it does not know."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def run(*arguments: str) -> int:
        return await asyncio.to_thread(main, [*arguments, "--reason", "asked by mail"])

    id_ = await written(rows, days_ago=0)
    await rows.execute(
        "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
        "VALUES ($1, 2, $2, 'note', 1, 'for colleagues', 'kept')", id_, uuid.uuid4(),
    )  # fmt: skip
    await rows.execute(
        "INSERT INTO desk.callback (id, conversation_id, how, phone, asked_at) "
        "VALUES ($1, $1, 'phone', '5550100', now())",
        id_,
    )
    await rows.execute(
        "INSERT INTO desk.feedback (id, conversation_id, staff_id, queue, asked_at, score) "
        "VALUES ($1, $1, $1, 'general', now(), 4)", id_,
    )  # fmt: skip
    assert await run("export", str(id_)) == 0
    told = json.loads(capsys.readouterr().out)
    assert [message["text"] for message in told["messages"]] == ["my secret rash"]
    assert told["consents"][0]["kind"] == "stop"
    assert (told["callbacks"][0]["phone"], told["feedback"][0]["score"]) == ("5550100", 4)
    await rows.execute("UPDATE conversations.conversation SET state = 'staff' WHERE id = $1", id_)
    assert await run("erase", str(id_)) == 1
    assert "close it at the desk first" in capsys.readouterr().err
    await rows.execute("UPDATE conversations.conversation SET state = 'closed' WHERE id = $1", id_)
    assert await run("erase", f"telegram:bot:address-{id_}") == 0
    assert await run("erase", str(id_)) == 1
    assert "no such conversation" in capsys.readouterr().err
    actions = [row["action"] for row in await rows.fetch("SELECT action FROM privacy.audit ORDER BY id")]
    assert actions == ["conversation.export", "conversation.erase"]
