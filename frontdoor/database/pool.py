"""Connections to PostgreSQL: one asyncpg pool a process."""

import json
from typing import TypeAlias

import asyncpg

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
COMMAND_TIMEOUT_SECONDS = 30


async def connect(database_url: str, *, least: int = 1, most: int = 10) -> Pool:
    """Open a pool of *least* to *most* connections. `json`/`jsonb` columns are Python values."""
    return await asyncpg.create_pool(
        database_url, min_size=least, max_size=most, init=_prepare, command_timeout=COMMAND_TIMEOUT_SECONDS
    )


async def _prepare(connection: Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
