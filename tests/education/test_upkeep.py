"""What the action server does beside answering."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from actions import server, upkeep
from frontdoor.database import pool
from frontdoor.education import ready as made
from frontdoor.education.gaps import Gap
from frontdoor.education.store import KEPT_FOR, EducationStore
from frontdoor.settings import Settings
from tests.education.conftest import TODAY

LONG_AGO = TODAY - 2 * KEPT_FOR


async def _until_forgotten(store: EducationStore) -> None:
    while any(text == "old" for text, _ in await store.gaps()):
        await asyncio.sleep(0.05)


async def test_a_started_action_server_loads_the_library_and_forgets_what_is_too_old(settings: Settings) -> None:
    """Before anyone has asked it anything; what is not too old stays."""
    connected = await pool.connect(settings.database_url or "")
    store = EducationStore(connected)
    await store.miss("en", Gap("old", b"1"), LONG_AGO)
    await store.miss("en", Gap("new", b"2"), TODAY + timedelta(days=KEPT_FOR.days))
    made._made.cache_clear()
    door = socket.create_server(("127.0.0.1", 0))
    app = server.create_app(settings)
    running: Any = await app.create_server(sock=door, return_asyncio_server=True, access_log=False)
    await running.startup()
    await running.after_start()
    try:
        warm, forget = app.ctx.upkeep
        await asyncio.wait_for(_until_forgotten(store), 30)
        await asyncio.wait_for(asyncio.shield(warm), 60)
        assert made._made.cache_info().currsize == 1
        assert not forget.done()  # it comes again tomorrow
        assert [text for text, _ in await store.gaps()] == ["new"]
    finally:
        await running.before_stop()
        running.close()
        await running.wait_closed()
        await connected.close()
    assert forget.cancelled()


async def test_a_missing_database_or_library_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers on; forgetting is tried again sooner."""
    monkeypatch.setattr(upkeep, "ready", lambda _: 1 / 0)
    await upkeep.warm(settings)
    away = Settings(**{**settings.__dict__, "database_url": "postgresql://127.0.0.1:1/none"})
    assert await upkeep._forget(away) is False
