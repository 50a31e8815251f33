"""What an answer brings along for the patient's page: all that is new, or nothing, so that no message is skipped."""

import asyncio
from dataclasses import replace

from frontdoor.conversations.model import Outbound, Turn
from frontdoor.conversations.store_answers import Answered, answer

from .conftest import Core, said

WAITING_FOR_A_LOCK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%bot_cursor%'
"""


async def ask(core: Core, text: str) -> Turn:
    """Let a patient write *text*; return the turn that this process has of it."""
    turn = (await core.intake.accept(core.event(text))).turn
    assert turn is not None
    return turn


async def write(core: Core, turn: Turn, text: str, after: int | None) -> Answered:
    """Write *text* as the bot's answer in *turn*; return what became of it."""
    async with core.pool.acquire() as connection:
        written = await answer(connection, core.store.instance, turn, [Outbound(text)], said(text), after=after)
    assert written is not None
    return written


def texts(written: Answered) -> list[str]:
    """Return what *written* brings along."""
    assert written.view is not None
    return [message["text"] for message in written.view.messages]


async def test_an_answer_brings_along_what_is_new(core: Core) -> None:
    """The message and its answer, as they are read afterwards; nobody follows, nothing is brought."""
    written = await write(core, await ask(core, "hello"), "hi", after=0)
    assert written.view is not None
    assert [(one["seq"], one["text"]) for one in written.view.messages] == [(1, "hello"), (2, "hi")]
    assert written.view.mark == await core.pool.fetchval("SELECT changed_xid::text FROM conversations.conversation")
    assert (await write(core, await ask(core, "and?"), "so", after=None)).view is None


async def test_what_is_written_meanwhile_is_not_skipped(core: Core) -> None:
    """A statement that waited for another's lock does not see what that one wrote: then everything is read."""
    turn = await ask(core, "one")
    async with core.pool.acquire() as other:
        beside = other.transaction()
        await beside.start()
        await core.store.receive_in(other, [replace(core.event("two"), known=True)])
        writing = asyncio.ensure_future(write(core, turn, "hi", after=0))
        while not await core.pool.fetchval(WAITING_FOR_A_LOCK):  # within a transaction it would look only once
            assert not writing.done()
            await asyncio.sleep(0.01)
        await beside.commit()
        written = await writing
    assert written.more
    assert written.view is None
    assert [text for _, text, _ in await core.texts()] == ["one", "two", "hi"]


async def test_what_a_patient_must_not_see_is_not_brought(core: Core) -> None:
    """A draft stays with staff; so does what was kept from the patient before."""
    turn = await ask(core, "hello")
    await core.pool.execute("UPDATE conversations.conversation SET epoch = epoch + 1")
    assert texts(await write(core, turn, "draft", after=0)) == ["hello"]
    assert texts(await write(core, await ask(core, "again"), "hi", after=0)) == ["hello", "again", "hi"]
