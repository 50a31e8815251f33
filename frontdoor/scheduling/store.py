"""The scheduling database: the directory and the openings that follow from its rules.

Slots, appointments, patients and visits have their own `store_*` modules; all share `transaction`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import asyncpg

from frontdoor.database.pool import Connection, Pool
from frontdoor.scheduling.hours import openings, read_rules
from frontdoor.scheduling.seed import Directory, ScheduleRow
from frontdoor.scheduling.zones import zone

TRIES = 4  # of a transaction that met another one in a deadlock
REGENERATE_LOCK = 0x46445343
SEED_LOCK = 0x46445344
KEEP_PAST_DAYS = 7  # free slots that are over


T = TypeVar("T")


async def transaction(pool: Pool, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Run *work* in one transaction; again when PostgreSQL broke a deadlock by ending it."""
    for attempt in range(TRIES):
        try:
            async with pool.acquire() as connection, connection.transaction():
                return await work(connection)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(0.05 * (attempt + 1))
    raise AssertionError("unreachable")


async def seed(pool: Pool, directory: Directory, now: datetime, *, only_if_empty: bool = True) -> bool:
    """Write the directory; with *only_if_empty* nothing is done when there is one. Return whether it was written."""

    async def work(connection: Connection) -> bool:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", SEED_LOCK)
        if only_if_empty and await connection.fetchval("SELECT EXISTS (SELECT 1 FROM scheduling.schedule)"):
            return False
        await connection.executemany(
            """INSERT INTO scheduling.directory (kind, id, resource, updated_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (kind, id) DO UPDATE SET resource = excluded.resource, updated_at = excluded.updated_at,
                   version = directory.version + 1 WHERE directory.resource <> excluded.resource""",
            [(one["resourceType"], one["id"], one, now) for one in directory.resources],
        )
        await connection.execute("DELETE FROM scheduling.license")
        await connection.executemany("INSERT INTO scheduling.license VALUES ($1, $2, $3)", directory.licences)
        await connection.executemany(
            """INSERT INTO scheduling.schedule (id, practitioner_id, service_code, time_zone, rules, closed, minutes,
                   step_minutes, lead_minutes, horizon_days, least_age, most_age)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               ON CONFLICT (id) DO UPDATE SET time_zone = excluded.time_zone, rules = excluded.rules,
                   closed = excluded.closed, minutes = excluded.minutes, step_minutes = excluded.step_minutes,
                   lead_minutes = excluded.lead_minutes, horizon_days = excluded.horizon_days,
                   least_age = excluded.least_age, most_age = excluded.most_age, active = true""",
            [_schedule_values(row) for row in directory.schedules],
        )
        return True

    return await transaction(pool, work)


def _schedule_values(row: ScheduleRow) -> tuple[Any, ...]:
    return (
        row.id, row.practitioner_id, row.service_code, row.time_zone, dict(row.rules), row.closed, row.minutes,
        row.step_minutes, row.lead_minutes, row.horizon_days, row.least_age, row.most_age,
    )  # fmt: skip


async def regenerate(pool: Pool, now: datetime) -> int:
    """Make the slots that the rules ask for until each horizon; drop free future ones that no rule asks for now.

    Any number of processes may call it at any time; what is busy, held or was ever booked stays.
    Return how many are new.
    """

    async def work(connection: Connection) -> int:
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", REGENERATE_LOCK):
            return 0
        made = 0
        for row in await connection.fetch("SELECT * FROM scheduling.schedule WHERE active ORDER BY id"):
            made += await _regenerate(connection, row, now)
        await connection.execute(
            """DELETE FROM scheduling.slot s WHERE s.ends_at < $1 AND s.status <> 'busy'
               AND NOT EXISTS (SELECT 1 FROM scheduling.appointment a WHERE a.slot_id = s.id)
               AND NOT EXISTS (SELECT 1 FROM scheduling.busy_cell c WHERE c.slot_id = s.id AND c.expires_at > $2)""",
            now - timedelta(days=KEEP_PAST_DAYS), now,
        )  # fmt: skip
        await connection.execute(
            "DELETE FROM scheduling.busy_cell WHERE cell < $1", now - timedelta(days=KEEP_PAST_DAYS)
        )
        return made

    return await transaction(pool, work)


async def _regenerate(connection: Connection, row: asyncpg.Record, now: datetime) -> int:
    wanted = _wanted(row, now)
    ids = [slot_id(row["id"], start) for start, _ in wanted]
    await connection.execute(
        """DELETE FROM scheduling.slot s WHERE s.schedule_id = $1 AND s.starts_at > $2 AND s.status = 'free'
           AND NOT s.id = ANY($3::text[])
           AND NOT EXISTS (SELECT 1 FROM scheduling.appointment a WHERE a.slot_id = s.id)
           AND NOT EXISTS (SELECT 1 FROM scheduling.busy_cell c WHERE c.slot_id = s.id)""",
        row["id"], now, ids,
    )  # fmt: skip
    made = await connection.fetch(
        """INSERT INTO scheduling.slot (id, schedule_id, starts_at, ends_at, updated_at)
           SELECT one.id, $1, one.starts_at, one.ends_at, $2
           FROM unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) AS one (id, starts_at, ends_at)
           ON CONFLICT DO NOTHING RETURNING 1""",
        row["id"], now, ids, [start for start, _ in wanted], [end for _, end in wanted],
    )  # fmt: skip
    return len(made)


def _wanted(row: asyncpg.Record, now: datetime) -> list[tuple[datetime, datetime]]:
    place = zone(row["time_zone"])
    today = now.astimezone(place).date()
    found = openings(
        read_rules(row["rules"]),
        place,
        today - timedelta(days=1),
        today + timedelta(days=row["horizon_days"]),
        length=timedelta(minutes=row["minutes"]),
        step=timedelta(minutes=row["step_minutes"]),
        closed=frozenset(date.fromisoformat(day) for day in row["closed"]),
    )
    return [(start, end) for start, end in found if start > now]


def slot_id(schedule_id: str, start: datetime) -> str:
    """Return the id that a schedule's slot at *start* always has."""
    return f"{schedule_id}-{start:%Y%m%d%H%M}"


async def directory(pool: Pool, kind: str) -> list[asyncpg.Record]:
    """Return every row of a directory kind, by id."""
    rows = await pool.fetch("SELECT * FROM scheduling.directory WHERE kind = $1 ORDER BY id", kind)
    return list(rows)


async def alive(pool: Pool) -> bool:
    """Tell whether the database answers and the directory is there."""
    return bool(await pool.fetchval("SELECT EXISTS (SELECT 1 FROM scheduling.schedule)"))
