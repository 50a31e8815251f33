"""Connections to PostgreSQL: one asyncpg pool a process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import asyncpg

from frontdoor import plain_json

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
Answer = TypeVar("Answer")
COMMAND_TIMEOUT_SECONDS = 30

# The connection ended under the statement, or just before it: the server was restarted, or closed it. asyncpg says
# InternalClientError when the server's farewell arrives between the two halves of one statement.
CONNECTION_GONE = (
    asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError, ConnectionError,
)  # fmt: skip
# Whatever a statement may raise; asyncio's time-out is no TimeoutError before Python 3.11.
DATABASE_ERRORS = (*CONNECTION_GONE, asyncpg.PostgresError, OSError, TimeoutError, asyncio.TimeoutError)


async def connect(database_url: str, *, least: int = 1, most: int = 10) -> Pool:
    """Open a pool of *least* to *most* connections. `json`/`jsonb` columns are Python values.

    Nothing may be left behind on a connection that goes back (SET, LISTEN, session locks): it is not cleaned there,
    since that would cost every single statement a second round trip.
    """
    return await asyncpg.create_pool(
        database_url, min_size=least, max_size=most, init=_prepare, reset=_as_it_is,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
    )  # fmt: skip


def run(database_url: str, work: Callable[[Pool], Awaitable[Answer]]) -> Answer:
    """Return what *work* returns, with a pool that ends with it: for a command line tool."""

    async def connected() -> Answer:
        pool = await connect(database_url)
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(connected())


async def _as_it_is(connection: Connection) -> None:
    """Leave a connection that goes back to the pool alone."""


def _json(value: Any) -> str:
    return plain_json.dumps(value).decode()


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_json, decoder=plain_json.loads, schema="pg_catalog")
