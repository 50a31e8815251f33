"""Access outside one's queues, for a while and with a reason; and what came of looking at it afterwards."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.access import Me
from frontdoor.desk.errors import Forbidden, Unknown
from frontdoor.privacy import audit

MOST_FOUND = 5  # conversations opened at once: who is meant has to be known
SHOWN = 200


@dataclass(frozen=True)
class Use:
    """One use of break-glass."""

    id: str
    staff_id: str
    staff_name: str
    conversation_id: str
    reason: str
    at: datetime
    expires_at: datetime
    reviewed_by: str
    reviewed_at: datetime | None
    finding: str


async def find(connection: Connection, wanted: str) -> list[str]:
    """Return conversations of which *wanted* is the id, the patient's whole name, or the address or number they use."""
    found = await connection.fetch(
        "SELECT id FROM conversations.conversation WHERE id::text = $1 OR lower(display_name) = lower($1) "
        "OR address = $1 OR lower(slots->>'patient_name') = lower($1) ORDER BY updated_at DESC LIMIT $2",
        wanted,
        MOST_FOUND + 1,
    )
    return [str(row["id"]) for row in found]


async def use(connection: Connection, me: Me, conversation_id: str, reason: str, at: datetime, until: datetime) -> None:
    """Let the person see and answer the conversation until *until*. Who may review it is told at once."""
    identifier = uuid.uuid4()
    await connection.execute(
        "INSERT INTO desk.break_glass (id, staff_id, conversation_id, reason, at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        identifier, uuid.UUID(me.id), uuid.UUID(conversation_id), reason, at, until,
    )  # fmt: skip
    after = {"use": str(identifier), "until": until.isoformat()}
    await audit.record(connection, me.actor, "break_glass.use", f"conversation:{conversation_id}", after=after)
    await connection.execute("SELECT pg_notify('frontdoor', 'break-glass')")


async def uses(pool: Pool, *, limit: int = SHOWN) -> list[Use]:
    """Return the latest uses, those first that nobody has reviewed."""
    found = await pool.fetch(
        """
        SELECT g.id, g.staff_id, s.name AS staff_name, g.conversation_id, g.reason, g.at, g.expires_at,
               coalesce(r.name, '') AS reviewed_by, g.reviewed_at, coalesce(g.finding, '') AS finding
        FROM desk.break_glass g JOIN desk.staff s ON s.id = g.staff_id LEFT JOIN desk.staff r ON r.id = g.reviewed_by
        ORDER BY g.reviewed_at IS NULL DESC, g.at DESC LIMIT $1
        """,
        limit,
    )
    return [
        Use(**{**dict(row), **{name: str(row[name]) for name in ("id", "staff_id", "conversation_id")}})
        for row in found
    ]


async def open_uses(pool: Pool) -> tuple[tuple[str, str, str], ...]:
    """Return (id, staff id, name) of the uses that nobody has reviewed."""
    found = await pool.fetch(
        "SELECT g.id, g.staff_id, s.name FROM desk.break_glass g JOIN desk.staff s ON s.id = g.staff_id "
        "WHERE g.reviewed_at IS NULL ORDER BY g.at LIMIT $1",
        SHOWN,
    )
    return tuple((str(row["id"]), str(row["staff_id"]), row["name"]) for row in found)


async def review(connection: Connection, me: Me, use_id: str, finding: str, at: datetime) -> None:
    """Note what came of looking at a use.

    Raises:
        Unknown: There is no such use, or it was reviewed before.
        Forbidden: own — nobody reviews what they did themselves.
    """
    row = await connection.fetchrow(
        "SELECT staff_id FROM desk.break_glass WHERE id = $1 AND reviewed_at IS NULL FOR UPDATE", uuid.UUID(use_id)
    )
    if row is None:
        raise Unknown("use")
    if str(row["staff_id"]) == me.id:
        raise Forbidden("own")
    await connection.execute(
        "UPDATE desk.break_glass SET reviewed_by = $2, reviewed_at = $3, finding = $4 WHERE id = $1",
        uuid.UUID(use_id), uuid.UUID(me.id), at, finding,
    )  # fmt: skip
    await audit.record(connection, me.actor, "break_glass.review", f"break_glass:{use_id}")
    await connection.execute("SELECT pg_notify('frontdoor', 'break-glass')")
