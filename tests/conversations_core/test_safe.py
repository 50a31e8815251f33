"""What a patient was told is stored is on disk: a database that is killed at that moment has it when it comes back."""

import asyncio
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from frontdoor.conversations.model import Inbound
from frontdoor.conversations.store import Store
from frontdoor.database import embedded, migrations
from frontdoor.database.pool import Pool, connect


@pytest.fixture
async def killable() -> AsyncIterator[Path]:
    """The directory of a PostgreSQL of one's own."""
    home = Path(tempfile.mkdtemp(prefix="fd-pg-"))
    try:
        await asyncio.to_thread(migrations.upgrade, await asyncio.to_thread(embedded.start, home / "db"))
        yield home / "db"
    finally:
        embedded.stop(home / "db")
        shutil.rmtree(home, ignore_errors=True)


async def test_what_is_told_to_be_stored_survives_the_database(killable: Path) -> None:
    """`receive` alone may be lost with the machine, which is why nobody is told of it before `settle`."""
    url = embedded.url(killable)
    pool = await connect(url)
    store = Store(pool, uuid.uuid4())
    writer = await _wal_writer(pool)
    os.kill(writer, signal.SIGSTOP)  # else it may write by itself what nobody waited for
    await store.receive([_wrote("told")])
    await store.settle()
    await store.receive([_wrote("not told")])
    assert await _texts(pool) == ["told", "not told"]
    pid = embedded.running_pid(killable)
    assert pid
    for one in (pid, writer):
        os.kill(one, signal.SIGKILL)
    pool.terminate()
    while embedded.running_pid(killable):
        await asyncio.sleep(0.01)
    pool = await connect(await asyncio.to_thread(embedded.start, killable))
    assert await _texts(pool) == ["told"]
    pool.terminate()


def _wrote(text: str) -> Inbound:
    return Inbound("web", "web", "somebody", text, text)


async def _texts(pool: Pool) -> list[str]:
    return [row["text"] for row in await pool.fetch("SELECT text FROM conversations.message ORDER BY seq")]


async def _wal_writer(pool: Pool) -> int:
    pid: int = await pool.fetchval("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
    return pid
