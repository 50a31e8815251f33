"""AppointmentResponses in the database."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from frontdoor.database.pool import Pool
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.refusals import Unknown

SELECT = "SELECT *, 1 AS version FROM scheduling.appointment_response"


async def create(pool: Pool, new_id: str, appointment_id: str, resource: Resource, now: datetime) -> asyncpg.Record:
    """Keep a response."""
    await pool.execute(
        "INSERT INTO scheduling.appointment_response VALUES ($1, $2, $3, $4)", new_id, appointment_id, resource, now
    )
    return await read(pool, new_id)


async def read(pool: Pool, id_: str) -> asyncpg.Record:
    """Return one response. Raises Unknown."""
    row = await pool.fetchrow(f"{SELECT} WHERE id = $1", id_)
    if row is None:
        raise Unknown("There is no such AppointmentResponse.")
    return row


async def search(
    pool: Pool, appointment_ids: Sequence[str] | None, count: int, offset: int
) -> tuple[list[asyncpg.Record], int]:
    """Return one page of the responses to these appointments (None: to any), oldest first, and how many there are."""
    condition = "($1::text[] IS NULL OR appointment_id = ANY($1))"
    total = await pool.fetchval(
        f"SELECT count(*) FROM scheduling.appointment_response WHERE {condition}",  # noqa: S608 - no input in it
        appointment_ids,
    )
    rows = await pool.fetch(
        f"{SELECT} WHERE {condition} ORDER BY updated_at, id LIMIT $2 OFFSET $3", appointment_ids, count, offset
    )
    return rows, total
