"""The rows of trackers: added in order, by one writer at a time, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from frontdoor.assistant.store import Conflict, TrackerRows, TrackersDown


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[TrackerRows]:
    store = await TrackerRows.connect(database_url)
    yield store
    await store.close()


def events(*names: str) -> list[dict[str, object]]:
    return [{"event": "action", "name": name, "text": "ñ 👋 \u0001"} for name in names]


async def test_events_come_back_in_order(rows: TrackerRows) -> None:
    """Two appends, one sequence; any text survives."""
    await rows.append("c.1", 0, events("a", "b"))
    await rows.append("c.1", 2, events("c"))
    assert await rows.read("c.1", 0) == (3, events("a", "b", "c"))


async def test_events_that_were_seen_are_not_read_again(rows: TrackerRows) -> None:
    """Who knows the present number gets no events; who knows another gets all."""
    await rows.append("c.1", 0, events("a", "b"))
    assert await rows.read("c.1", 2) == (2, [])
    assert await rows.read("c.1", 1) == (2, events("a", "b"))


async def test_an_unknown_session_is_none(rows: TrackerRows) -> None:
    """None is no blank tracker: the channel begins a session knowingly."""
    assert await rows.read("nobody", 0) is None


@pytest.mark.parametrize("had", [0, 1, 3])
async def test_the_second_writer_is_refused(rows: TrackerRows, had: int) -> None:
    """Who counts otherwise than the row adds nothing."""
    await rows.append("c.1", 0, events("a", "b"))
    with pytest.raises(Conflict):
        await rows.append("c.1", had, events("x"))
    assert await rows.read("c.1", 0) == (2, events("a", "b"))


async def test_a_session_that_was_erased_is_not_continued(rows: TrackerRows) -> None:
    """An append to a session that is gone would make one without a beginning."""
    with pytest.raises(Conflict):
        await rows.append("gone.1", 5, events("x"))
    assert await rows.read("gone.1", 0) is None


async def test_of_many_writers_one_wins(rows: TrackerRows) -> None:
    """The database decides the race."""
    await rows.append("c.1", 0, events("a"))
    tries = await asyncio.gather(*(rows.append("c.1", 1, events(f"{i}")) for i in range(8)), return_exceptions=True)
    assert [type(one) for one in tries if one is not None] == [Conflict] * 7
    found = await rows.read("c.1", 0)
    assert found
    assert found[0] == len(found[1]) == 2


async def test_a_closed_store_is_down_not_blank(rows: TrackerRows) -> None:
    """No answer is an error, never an empty answer; its text holds nothing of the data."""
    await rows.close()
    with pytest.raises(TrackersDown, match=r"^InterfaceError$"):
        await rows.read("c.1", 0)
    with pytest.raises(TrackersDown):
        await rows.append("c.1", 0, events("a"))


class Cut:
    """The pool of a store whose next statement is lost with its connection, before or after its commit."""

    def __init__(self, pool: Any, *, after: bool) -> None:
        self.pool, self.after, self.cut = pool, after, False

    async def fetch(self, statement: str, *values: Any) -> Any:
        if not self.cut:
            self.cut = True
            if self.after:
                await self.pool.fetch(statement, *values)
            raise asyncpg.AdminShutdownError("terminating connection")
        return await self.pool.fetch(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name)


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_a_connection_that_ends_under_an_append(rows: TrackerRows, after: bool) -> None:
    """Asked again, the events are there once, whether the first try was kept or not."""
    await rows.append("c.1", 0, events("a"))
    rows._pool = Cut(rows._pool, after=after)
    await rows.append("c.1", 1, events("b", "c"))
    assert await rows.read("c.1", 0) == (3, events("a", "b", "c"))


async def test_a_connection_that_ends_while_another_writes(rows: TrackerRows) -> None:
    """What somebody else added meanwhile is not taken for ours."""
    await rows.append("c.1", 0, events("a"))
    pool, rows._pool = rows._pool, Cut(rows._pool, after=False)
    await TrackerRows(pool).append("c.1", 1, events("x", "y"))
    with pytest.raises(Conflict):
        await rows.append("c.1", 1, events("b", "c"))


CLOSE_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_connections_that_are_closed_at_any_moment(rows: TrackerRows, database_url: str) -> None:
    """Between statements, and between the two halves of one: each session is read and added to all the same."""
    closer = await asyncpg.connect(database_url)
    for turn in range(200):
        session = f"c{turn}.1"
        assert await rows.read(session, 0) is None
        closing = asyncio.ensure_future(closer.execute(CLOSE_THE_OTHERS))
        await asyncio.sleep(turn % 20 / 5000)
        assert await rows.read(session, 0) is None
        await rows.append(session, 0, events("a", "b"))
        await closing
        assert await rows.read(session, 0) == (2, events("a", "b"))
    await closer.close()
