"""A connection to PostgreSQL that stands for as long as the process lives, made anew when it breaks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from frontdoor.database.pool import DATABASE_ERRORS, Connection

PAUSE_SECONDS = 0.5
LOOK_SECONDS = 10.0  # a connection that died without a word is noticed by then
CONNECT_SECONDS = 10.0

log = logging.getLogger(__name__)


async def keep(database_url: str, prepare: Callable[[Connection], Awaitable[None]], ready: asyncio.Event) -> None:
    """Hold a connection on which *prepare* was run, again and again. *ready* is set meanwhile. Until cancelled."""
    while True:
        try:
            await _hold(database_url, prepare, ready)
        except DATABASE_ERRORS as error:
            log.warning("the standing connection broke: %s", type(error).__name__)
        ready.clear()
        await asyncio.sleep(PAUSE_SECONDS)


async def _hold(database_url: str, prepare: Callable[[Connection], Awaitable[None]], ready: asyncio.Event) -> None:
    connection = await asyncpg.connect(database_url, timeout=CONNECT_SECONDS, command_timeout=CONNECT_SECONDS)
    try:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await prepare(connection)
        ready.set()
        while not gone.is_set():
            try:
                await asyncio.wait_for(gone.wait(), LOOK_SECONDS)
            except asyncio.TimeoutError:
                await connection.fetchval("SELECT 1")
    finally:
        connection.terminate()
