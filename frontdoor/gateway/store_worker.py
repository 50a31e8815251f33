"""Which worker is at work: the one that holds a lock, for as long as its connection lasts."""

import asyncio

import asyncpg

from frontdoor.database.pool import DATABASE_ERRORS, Connection, Pool

KEY = 0x66640001  # ours alone; processes name themselves with random 64 bits
AGAIN_SECONDS = 0.5
LOOK_SECONDS = 2.0


async def lead(connection: Connection) -> None:
    """Return once no other worker is at work; none is begun while *connection* lasts."""
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", KEY):
        await asyncio.sleep(AGAIN_SECONDS)


async def is_led(connection: Connection | Pool) -> bool:
    """Tell whether a worker is at work."""
    return bool(
        await connection.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1
                AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """,
            KEY,
        )
    )


async def answers(database_url: str) -> bool:
    """Tell whether a worker is at work on this database; it does not when nobody can say."""
    try:
        connection = await asyncpg.connect(database_url, timeout=LOOK_SECONDS)
        try:
            return await is_led(connection)
        finally:
            connection.terminate()
    except DATABASE_ERRORS:
        return False
