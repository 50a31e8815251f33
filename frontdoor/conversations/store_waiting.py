"""Who waits too long: patients to be told that they are not forgotten, and emergencies that nobody has claimed."""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.database.pool import Connection, Pool

RECENT = timedelta(hours=1)  # how fast a queue moves is seen in its last hour
LEAST_CLAIMS = 3  # fewer say nothing about how fast


@dataclass(frozen=True)
class Impatient:
    """A conversation that has waited past *due* of the marks at which patients are told something."""

    id: str
    due: int


async def impatient(pool: Pool, marks: list[timedelta], at: datetime, *, limit: int = 100) -> list[Impatient]:
    """Return who is to be told that they are not forgotten. Emergencies and who is not reached are left out."""
    found = await pool.fetch(
        """
        SELECT c.id, passed.due FROM conversations.conversation c
        LEFT JOIN desk.reassured r ON r.conversation_id = c.id AND r.waiting_since = c.waiting_since
        CROSS JOIN LATERAL (SELECT count(*)::int AS due FROM unnest($1::interval[]) mark
                            WHERE c.waiting_since + mark <= $2) passed
        WHERE c.state = 'waiting' AND c.priority > 0 AND NOT c.deferred AND passed.due > coalesce(r.told, 0)
          AND (c.via = 'web' OR (c.stopped_at IS NULL
                                 AND coalesce(greatest(c.window_expires_at, c.ad_window_ends_at) > $2, true)))
        ORDER BY c.waiting_since LIMIT $3
        """,
        marks,
        at,
        limit,
    )
    return [Impatient(str(row["id"]), row["due"]) for row in found]


async def told(connection: Connection, one: Impatient) -> bool:
    """Note that the patient is told now; False where another process was faster. The caller holds the row's lock."""
    return bool(
        await connection.fetchval(
            """
            INSERT INTO desk.reassured AS r (conversation_id, waiting_since, told)
            SELECT id, waiting_since, $2 FROM conversations.conversation WHERE id = $1 AND state = 'waiting'
            ON CONFLICT (conversation_id) DO UPDATE SET waiting_since = excluded.waiting_since, told = excluded.told
            WHERE r.waiting_since <> excluded.waiting_since OR r.told < excluded.told RETURNING true
            """,
            uuid.UUID(one.id),
            one.due,
        )
    )


async def minutes_to_go(connection: Connection, queue: str, position: int, at: datetime) -> int | None:
    """Return in how many minutes the one at *position* is answered as the queue moves now; None: it hardly moves."""
    claims = await connection.fetchval(
        "SELECT count(*) FROM conversations.transition WHERE at > $1 AND queue = $2 AND from_state = 'waiting' "
        "AND to_state = 'staff'",
        at - RECENT,
        queue,
    )
    if claims < LEAST_CLAIMS:
        return None
    minutes = position * RECENT.total_seconds() / 60 / claims
    return int(max(5, 5 * math.ceil(minutes / 5)))


async def silent(pool: Pool, since: datetime, *, limit: int = 100) -> list[str]:
    """Return conversations of staff whose patient has not answered what staff wrote before *since*."""
    found = await pool.fetch(
        """
        SELECT c.id FROM conversations.conversation c CROSS JOIN LATERAL (
            SELECT max(m.created_at) AS at FROM conversations.message m
            WHERE m.conversation_id = c.id AND m.seq > c.last_patient_seq AND m.author = 'staff'
        ) said
        WHERE c.state = 'staff' AND c.priority > 0 AND c.claimed_at <= $1 AND said.at <= $1
        ORDER BY said.at LIMIT $2
        """,
        since,
        limit,
    )
    return [str(row["id"]) for row in found]


async def ask_silent(connection: Connection, conversation_id: str, patient_seq: int, at: datetime) -> bool:
    """Note that the patient is asked whether they are there; False: they were. The caller holds the row's lock."""
    return bool(
        await connection.fetchval(
            """
            INSERT INTO desk.silence AS s (conversation_id, patient_seq, asked_at) VALUES ($1, $2, $3)
            ON CONFLICT (conversation_id) DO UPDATE
                SET patient_seq = excluded.patient_seq, asked_at = excluded.asked_at
            WHERE s.patient_seq <> excluded.patient_seq RETURNING true
            """,
            uuid.UUID(conversation_id),
            patient_seq,
            at,
        )
    )


async def asked_silent(connection: Connection, conversation_id: str, patient_seq: int) -> datetime | None:
    """Return when the patient was asked whether they are there, after the last that they wrote."""
    found: datetime | None = await connection.fetchval(
        "SELECT asked_at FROM desk.silence WHERE conversation_id = $1 AND patient_seq = $2",
        uuid.UUID(conversation_id), patient_seq,
    )  # fmt: skip
    return found


async def unclaimed_emergencies(pool: Pool, since: datetime, *, limit: int = 100) -> list[str]:
    """Return the emergencies found before *since* that nobody has claimed, each once."""
    found = await pool.fetch(
        """
        INSERT INTO desk.alerted AS a (conversation_id, epoch)
        SELECT c.id, c.epoch FROM conversations.conversation c
        WHERE c.state = 'waiting' AND c.priority = 0 AND $1 >= coalesce(
            (SELECT max(m.created_at) FROM conversations.message m
             WHERE m.conversation_id = c.id AND m.level = 'emergency'), c.waiting_since)
        LIMIT $2
        ON CONFLICT (conversation_id) DO UPDATE SET epoch = excluded.epoch, at = now() WHERE a.epoch <> excluded.epoch
        RETURNING conversation_id
        """,
        since,
        limit,
    )
    for row in found:  # every page shows it anew
        await pool.execute("UPDATE conversations.conversation SET epoch = epoch WHERE id = $1", row["conversation_id"])
    return [str(row["conversation_id"]) for row in found]
