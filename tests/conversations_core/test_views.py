"""What an answer brings along for the patient's page: all that is new, or nothing, so that no message is skipped."""

import asyncio
from dataclasses import replace

from frontdoor.conversations.model import Outbound
from frontdoor.conversations.store_answers import answer

from .conftest import Core, said

WAITING_FOR_A_LOCK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%bot_cursor%'
"""


async def test_an_answer_brings_along_what_is_new(core: Core) -> None:
    """The message and its answer, as they are read afterwards; nobody follows, nothing is brought."""
    turn = (await core.intake.accept(core.event("hello"))).turn
    assert turn is not None
    async with core.pool.acquire() as connection:
        written = await answer(connection, core.store.instance, turn, [Outbound("hi")], said("hi"), after=0)
    assert written is not None
    assert written.view is not None
    assert [(one["seq"], one["text"]) for one in written.view.messages] == [(1, "hello"), (2, "hi")]
    assert written.view.mark == await core.pool.fetchval("SELECT changed_xid::text FROM conversations.conversation")
    turn = (await core.intake.accept(core.event("and?"))).turn
    assert turn is not None
    async with core.pool.acquire() as connection:
        unwatched = await answer(connection, core.store.instance, turn, [Outbound("so")], said("so"))
    assert unwatched is not None
    assert unwatched.view is None


async def test_what_is_written_meanwhile_is_not_skipped(core: Core) -> None:
    """A statement that waited for another's lock does not see what that one wrote: then everything is read."""
    turn = (await core.intake.accept(core.event("one"))).turn
    assert turn is not None
    async with core.pool.acquire() as other, core.pool.acquire() as connection:
        beside = other.transaction()
        await beside.start()
        await core.store.receive_in(other, [replace(core.event("two"), known=True)])
        writing = asyncio.ensure_future(
            answer(connection, core.store.instance, turn, [Outbound("hi")], said("hi"), after=0)
        )
        while not await core.pool.fetchval(WAITING_FOR_A_LOCK):  # within a transaction it would look only once
            assert not writing.done()
            await asyncio.sleep(0.01)
        await beside.commit()
        written = await writing
    assert written is not None
    assert written.more
    assert written.view is None
    assert [text for _, text, _ in await core.texts()] == ["one", "two", "hi"]


async def test_what_a_patient_must_not_see_is_not_brought(core: Core) -> None:
    """A draft stays with staff; so does what was kept from the patient before."""
    core.assistant.answer = lambda turn: said("draft")
    turn = (await core.intake.accept(core.event("hello"))).turn
    assert turn is not None
    await core.pool.execute("UPDATE conversations.conversation SET epoch = epoch + 1")
    async with core.pool.acquire() as connection:
        written = await answer(connection, core.store.instance, turn, [Outbound("draft")], said("draft"), after=0)
    assert written is not None
    assert written.view is not None
    assert [one["text"] for one in written.view.messages] == ["hello"]
    turn = (await core.intake.accept(core.event("again"))).turn
    assert turn is not None
    async with core.pool.acquire() as connection:
        written = await answer(connection, core.store.instance, turn, [Outbound("hi")], said("hi"), after=0)
    assert written is not None
    assert written.view is not None
    assert [one["text"] for one in written.view.messages] == ["hello", "again", "hi"]
