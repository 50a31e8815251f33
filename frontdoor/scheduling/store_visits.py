"""What a patient's links open, in the database: kept for appointments of our own service and of foreign servers."""

from datetime import date, datetime

import asyncpg

from frontdoor.database.pool import Connection, Pool

TRIES = 5  # at the date of birth


async def put(
    pool: Pool,
    *,
    appointment_id: str,
    participant: str,
    join_hash: bytes,
    calendar_hash: bytes,
    starts_at: datetime,
    ends_at: datetime,
    birth_date: date,
    time_zone: str,
    language: str,
    uid: str,
    sequence: int,
    now: datetime,
) -> None:
    """Make the two links of one participant of one appointment open; again does no harm and forgets no failed try."""
    await pool.execute(
        """INSERT INTO scheduling.visit (appointment_id, participant, join_hash, calendar_hash, starts_at, ends_at,
               birth_date, time_zone, language, uid, sequence, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           ON CONFLICT (appointment_id, participant) DO UPDATE SET join_hash = excluded.join_hash,
               calendar_hash = excluded.calendar_hash, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
               birth_date = excluded.birth_date, language = excluded.language""",
        appointment_id, participant, join_hash, calendar_hash, starts_at, ends_at, birth_date, time_zone, language,
        uid, sequence, now,
    )  # fmt: skip


async def by_join(pool: Pool, hashed: bytes) -> asyncpg.Record | None:
    """Return the visit that this join link is for."""
    return await pool.fetchrow("SELECT * FROM scheduling.visit WHERE join_hash = $1", hashed)


async def by_calendar(pool: Pool, hashed: bytes) -> asyncpg.Record | None:
    """Return the visit that this calendar link is for."""
    return await pool.fetchrow("SELECT * FROM scheduling.visit WHERE calendar_hash = $1", hashed)


async def lineage(pool: Pool, appointment_id: str) -> tuple[str, int]:
    """Return the calendar event's uid and sequence of an appointment; of one on another server, itself and 0."""
    row = await pool.fetchrow("SELECT uid, sequence FROM scheduling.appointment WHERE id = $1", appointment_id)
    return (row["uid"], row["sequence"]) if row else (appointment_id, 0)


async def spend_try(pool: Pool, hashed: bytes) -> bool:
    """Count one try at the date of birth before it is looked at; return False when there is none left."""
    done = await pool.execute(
        "UPDATE scheduling.visit SET failures = failures + 1 WHERE join_hash = $1 AND failures < $2", hashed, TRIES
    )
    return bool(done == "UPDATE 1")


async def forget_tries(pool: Pool, hashed: bytes) -> None:
    """The date was right: start counting anew."""
    await pool.execute("UPDATE scheduling.visit SET failures = 0 WHERE join_hash = $1", hashed)


async def end(source: Pool | Connection, appointment_id: str, how: str) -> None:
    """Close every link of an appointment: *how* is `cancelled` or `replaced`."""
    await source.execute(
        "UPDATE scheduling.visit SET ended = $2 WHERE appointment_id = $1 AND ended IS NULL", appointment_id, how
    )
