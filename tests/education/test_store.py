"""Counts in PostgreSQL: what readers say, what was not answered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from frontdoor.database import pool
from frontdoor.education.gaps import Gap
from frontdoor.education.store import KEPT_FOR, EducationStore
from tests.education.conftest import TODAY


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[pool.Pool]:
    """A pool on this test's own database."""
    made = await pool.connect(database_url)
    yield made
    await made.close()


async def test_opinions_are_counted_also_when_many_come_at_once(connected: pool.Pool) -> None:
    """Twenty readers in one moment are twenty."""
    store = EducationStore(connected)
    await asyncio.gather(*(store.rate("en", "flu", "home", "yes" if n % 4 else "no", TODAY) for n in range(20)))
    await store.why("en", "flu", "home", "hard", TODAY)
    assert await store.ratings() == [("en", "flu", "home", 15, 5)]
    assert await connected.fetchval("SELECT times FROM education.reason WHERE reason = 'hard'") == 1


async def test_gaps_are_grouped_and_the_most_asked_come_first(connected: pool.Pool) -> None:
    """Over days, one language or both."""
    store = EducationStore(connected)
    for day, language, text, group in (
        (0, "en", "what is lupus", b"1"),
        (1, "en", "lupus what is", b"1"),
        (0, "en", "what is measles", b"2"),
        (0, "es", "que es el lupus", b"1"),
    ):
        await store.miss(language, Gap(text, group), TODAY - timedelta(days=day))
    assert (await store.gaps("en"))[0] == ("lupus what is", 2)
    assert len(await store.gaps()) == 3
    assert len(await store.gaps(limit=1)) == 1


async def test_old_counts_are_forgotten(connected: pool.Pool) -> None:
    """After their retention, and not before."""
    store = EducationStore(connected)
    old: date = TODAY - KEPT_FOR - timedelta(days=1)
    await store.miss("en", Gap("old", b"1"), old)
    await store.rate("en", "flu", "home", "yes", old)
    await store.miss("en", Gap("new", b"2"), TODAY)
    await store.forget(TODAY)
    assert await store.gaps() == [("new", 1)]
    assert await store.ratings() == []


async def test_nothing_that_is_kept_says_who(connected: pool.Pool) -> None:
    """No column for a person, a conversation or an hour."""
    columns = await connected.fetch(
        "SELECT DISTINCT column_name, data_type FROM information_schema.columns WHERE table_schema = 'education'"
    )
    assert {row["column_name"] for row in columns} == {
        "day", "language", "topic", "section", "helpful", "times", "reason", "question", "text",
    }  # fmt: skip
    assert "timestamp with time zone" not in {row["data_type"] for row in columns}
