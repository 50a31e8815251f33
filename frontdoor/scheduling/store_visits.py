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


async def serial(pool: Pool, appointment_id: str, participant: str, *, renew: bool) -> int:
    """Return how often the join link was given anew. *renew*: once more, if wrong dates have locked the last one."""
    ids = (appointment_id, participant)
    if renew:
        await pool.execute(
            """UPDATE scheduling.visit SET serial = serial + 1, failures = 0
               WHERE appointment_id = $1 AND participant = $2 AND failures >= $3""",
            *ids, TRIES,
        )  # fmt: skip
    found = await pool.fetchval(
        "SELECT serial FROM scheduling.visit WHERE appointment_id = $1 AND participant = $2", *ids
    )
    return int(found or 0)


async def room_is_open(pool: Pool, hashed: bytes, opens_before: datetime, closes_after: datetime) -> bool:
    """Tell whether a visit with this room stands, begins by *opens_before* and does not end before *closes_after*."""
    return bool(
        await pool.fetchval(
            """SELECT EXISTS (SELECT 1 FROM scheduling.visit
                WHERE room_hash = $1 AND ended IS NULL AND starts_at <= $2 AND ends_at >= $3)""",
            hashed, opens_before, closes_after,
        )
    )  # fmt: skip


async def spend_try(pool: Pool, hashed: bytes) -> bool:
    """Count one try at the date of birth before it is looked at; return False when there is none left."""
    done = await pool.execute(
        "UPDATE scheduling.visit SET failures = failures + 1 WHERE join_hash = $1 AND failures < $2", hashed, TRIES
    )
    return bool(done == "UPDATE 1")


async def let_in(pool: Pool, hashed: bytes, room_hash: bytes) -> None:
    """The date was right: start counting anew, and know the room."""
    await pool.execute(
        "UPDATE scheduling.visit SET failures = 0, room_hash = $2 WHERE join_hash = $1", hashed, room_hash
    )


async def end(source: Pool | Connection, appointment_id: str, how: str) -> None:
    """Close every link of an appointment, and its room: *how* is `cancelled`, `replaced` or `over`."""
    await source.execute(
        "UPDATE scheduling.visit SET ended = $2 WHERE appointment_id = $1 AND ended IS NULL", appointment_id, how
    )
