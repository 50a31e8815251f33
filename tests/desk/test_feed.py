"""The reader of changes behind the pages: it sleeps while there is no page."""

import asyncio
import uuid

import pytest

from frontdoor.conversations import store_reading
from frontdoor.conversations.store_reading import Changes
from frontdoor.database import standing
from frontdoor.database.pool import Pool
from frontdoor.desk import feed
from tests.desk.house import House
from tests.desk.stream import stream


async def test_without_a_page_nothing_is_read_for_what_patients_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nobody has the desk open, messages cost it no look at the database; a page that opens hears of all."""
    looks: list[int] = []
    real = store_reading.changed

    async def counted(pool: Pool, cursor: int) -> Changes:
        looks.append(cursor)
        return await real(pool, cursor)

    monkeypatch.setattr(feed, "POLL_SECONDS", 3600.0)
    monkeypatch.setattr(store_reading, "changed", counted)
    conversation = await house.waiting("one")
    for number in range(20):
        await house.writes_in(conversation, f"message {number}")
        await asyncio.sleep(0.05)
    assert len(looks) <= 2, "the poll that was on its way, and no more"
    ana = await house.sign_in("Ana")
    async with stream(ana) as events:
        await house.writes_in(conversation, "one more")
        assert await events.next("conversations")


async def test_only_while_a_page_is_open_is_the_desk_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every listener is woken by every message: the desk listens for its first page, and for a while after its last."""
    monkeypatch.setattr(feed, "LINGER_SECONDS", 0.2)
    monkeypatch.setattr(standing, "LOOK_SECONDS", 3600.0)  # then its last statement is LISTEN
    ana = await house.sign_in("Ana")
    assert await listening(house) == 0
    for _ in range(2):  # it listens again for a page that comes later
        async with stream(ana) as events:
            while await listening(house) == 0:
                await asyncio.sleep(0.02)
            conversation = await house.waiting(uuid.uuid4().hex)
            assert await events.next("conversations")
            await asyncio.sleep(0.5)
            assert await listening(house) == 1
            await house.writes_in(conversation, "and one more")
            assert await events.next("conversations")
        while await listening(house):
            await asyncio.sleep(0.02)


async def listening(house: House) -> int:
    """Return how many connections to this database did nothing since they began to listen."""
    return int(
        await house.pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    )
