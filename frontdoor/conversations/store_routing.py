"""To whom waiting conversations are given by themselves: who is at the desk, has room, sees the queue, speaks it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.conversations.happenings import Staff
from frontdoor.database.pool import Connection, Pool

AT_THE_DESK = timedelta(seconds=60)


@dataclass(frozen=True)
class Match:
    """A conversation, and who may take it: the one with the fewest first, then the longest idle."""

    conversation_id: str
    staff_id: str


async def next_match(pool: Pool, at: datetime) -> Match | None:
    """Return the most urgent conversation for which somebody has room, or None."""
    order = "ORDER BY c.priority, c.waiting_since, c.id, load, s.id LIMIT 1"
    row = await pool.fetchrow(f"{_MATCH} {order}", at - AT_THE_DESK)
    return Match(str(row["id"]), str(row["staff_id"])) if row else None


async def candidate(connection: Connection, staff_id: str, at: datetime) -> Staff | None:
    """Return the person to whom a conversation is to be given: are they at the desk, have they room.

    Nobody else gives them one before this transaction ends, so of two for one place only one is given.
    """
    identifier = uuid.UUID(staff_id)
    # Two statements: what the second one counts is seen after the lock was waited for.
    await connection.execute("SELECT FROM desk.staff WHERE id = $1 FOR UPDATE", identifier)
    row = await connection.fetchrow(
        """
        SELECT s.id, s.name, s.role, s.capacity > 0 AND s.capacity <= (
                   SELECT count(*) FROM conversations.conversation o
                   WHERE o.owner_id = s.id AND o.state IN ('staff', 'returning')) AS full,
               EXISTS (SELECT FROM desk.session d WHERE d.staff_id = s.id AND d.ended_at IS NULL
                       AND d.staff_version = s.version AND d.streamed_at > $2) AS online
        FROM desk.staff s WHERE s.id = $1 AND s.disabled_at IS NULL AND s.role <> 'auditor'
        """,
        identifier,
        at - AT_THE_DESK,
    )
    if row is None:
        return None
    lead = row["role"] in ("supervisor", "admin")
    return Staff(str(row["id"]), row["name"], supervisor=lead, online=row["online"], full=row["full"])


_MATCH = """
    SELECT c.id, s.id AS staff_id, owned.load FROM conversations.conversation c
    JOIN desk.staff s ON s.disabled_at IS NULL AND s.capacity > 0 AND s.role <> 'auditor'
        AND (s.queues = '{}' OR c.queue = ANY(s.queues)) AND (s.speaks = '{}' OR c.language = ANY(s.speaks))
        AND (c.skill IS NULL OR c.skill = ANY(s.skills))
        AND EXISTS (SELECT FROM desk.session d WHERE d.staff_id = s.id AND d.ended_at IS NULL
                    AND d.staff_version = s.version AND d.streamed_at > $1)
    CROSS JOIN LATERAL (SELECT count(*) AS load FROM conversations.conversation o
                        WHERE o.owner_id = s.id AND o.state IN ('staff', 'returning')) owned
    WHERE c.state = 'waiting' AND owned.load < s.capacity
      AND NOT EXISTS (  -- who has just let it go does not get it back at once
          SELECT FROM conversations.transition t WHERE t.conversation_id = c.id AND t.epoch = c.epoch
          AND t.event IN ('Released', 'LeaseExpired', 'NoFirstReply') AND t.actor = s.id::text)
"""
