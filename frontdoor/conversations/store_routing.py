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
    staff: Staff


async def next_match(pool: Pool, at: datetime) -> Match | None:
    """Return the most urgent conversation for which somebody has room, or None."""
    order = "ORDER BY c.priority, c.waiting_since, c.id, load, s.id LIMIT 1"
    row = await pool.fetchrow(f"{_MATCH} {order}", at - AT_THE_DESK)
    return Match(str(row["id"]), Staff(str(row["staff_id"]), row["name"])) if row else None


async def has_room(connection: Connection, staff_id: str) -> bool:
    """Tell whether the person has room for one more, and let nobody else give them one before this commits."""
    return bool(
        await connection.fetchval(
            """
            WITH person AS (SELECT id, capacity FROM desk.staff WHERE id = $1 AND disabled_at IS NULL FOR UPDATE)
            SELECT p.capacity > (SELECT count(*) FROM conversations.conversation o
                                 WHERE o.owner_id = p.id AND o.state IN ('staff', 'returning')) FROM person p
            """,
            uuid.UUID(staff_id),
        )
    )


_MATCH = """
    SELECT c.id, s.id AS staff_id, s.name, owned.load FROM conversations.conversation c
    JOIN desk.staff s ON s.disabled_at IS NULL AND s.capacity > 0 AND s.role <> 'auditor'
        AND (s.queues = '{}' OR c.queue = ANY(s.queues)) AND (s.speaks = '{}' OR c.language = ANY(s.speaks))
        AND EXISTS (SELECT FROM desk.session d WHERE d.staff_id = s.id AND d.ended_at IS NULL
                    AND d.staff_version = s.version AND d.streamed_at > $1)
    CROSS JOIN LATERAL (SELECT count(*) AS load FROM conversations.conversation o
                        WHERE o.owner_id = s.id AND o.state IN ('staff', 'returning')) owned
    WHERE c.state = 'waiting' AND owned.load < s.capacity
      AND NOT EXISTS (  -- who has just let it go does not get it back at once
          SELECT FROM conversations.transition t WHERE t.conversation_id = c.id AND t.epoch = c.epoch
          AND t.event IN ('Released', 'LeaseExpired', 'NoFirstReply') AND t.actor = s.id::text)
"""
