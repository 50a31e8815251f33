"""Who looks at which conversation, who writes, who has opened what."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.access import Me
from frontdoor.privacy import audit

GONE_AFTER = timedelta(seconds=45)


async def leave(pool: Pool, me: Me, conversation_id: str) -> None:
    """Note that the person looks at it no more, unless another page of theirs shows something else; pages hear."""
    left = await pool.fetchval(
        "DELETE FROM desk.viewing WHERE staff_id = $1 AND conversation_id = $2 RETURNING true",
        uuid.UUID(me.id), uuid.UUID(conversation_id),
    )  # fmt: skip
    if left:
        await _tell(pool, "")


async def view(pool: Pool, me: Me, conversation_id: str, *, typing: bool, at: datetime) -> None:
    """Note what the person looks at, of what the session has opened; pages hear of it."""
    changed = await pool.fetchval(
        """
        WITH old AS (SELECT conversation_id, typing FROM desk.viewing WHERE staff_id = $1)
        INSERT INTO desk.viewing (staff_id, conversation_id, typing, at)
        SELECT $1, conversation_id, $3, $4 FROM desk.reading WHERE session_id = $5 AND conversation_id = $2
        ON CONFLICT (staff_id) DO UPDATE SET
            conversation_id = excluded.conversation_id, typing = excluded.typing, at = excluded.at
        RETURNING NOT EXISTS (SELECT FROM old WHERE old.conversation_id = $2 AND old.typing = $3)
        """,
        uuid.UUID(me.id), uuid.UUID(conversation_id), typing, at, uuid.UUID(me.session_id),
    )  # fmt: skip
    if changed:
        await _tell(pool, conversation_id)


async def _tell(pool: Pool, conversation_id: str) -> None:
    """Tell the pages of colleagues and, of a person who types, the patient's page or the worker (for platforms)."""
    await pool.execute(
        "SELECT pg_notify('frontdoor', $1), pg_notify('frontdoor_out', $1)", f"viewing {conversation_id}"
    )


async def viewers(pool: Pool, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return {conversation: [{"id", "name", "typing"}]} of everybody who is looking."""
    found = await pool.fetch(
        "SELECT v.conversation_id, v.typing, s.id, s.name FROM desk.viewing v JOIN desk.staff s ON s.id = v.staff_id "
        "WHERE v.at > $1 ORDER BY s.name, s.id",
        at - GONE_AFTER,
    )
    seen: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        one = {"id": str(row["id"]), "name": row["name"], "typing": row["typing"]}
        seen.setdefault(str(row["conversation_id"]), []).append(one)
    return seen


async def opened(connection: Connection, me: Me, conversation_id: str, at: datetime) -> None:
    """Note that the session reads the conversation from now on, with its audit row. Inside a transaction."""
    await connection.execute(
        "INSERT INTO desk.reading (session_id, conversation_id, at) VALUES ($1, $2, $3) "
        "ON CONFLICT (session_id, conversation_id) DO UPDATE SET at = excluded.at",
        uuid.UUID(me.session_id), uuid.UUID(conversation_id), at,
    )  # fmt: skip
    await audit.record(connection, me.actor, "conversation.read", f"conversation:{conversation_id}")


async def has_opened(connection: Connection, me: Me, conversation_id: str) -> bool:
    """Tell whether the session has opened the conversation."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM desk.reading WHERE session_id = $1 AND conversation_id = $2)",
            uuid.UUID(me.session_id),
            uuid.UUID(conversation_id),
        )
    )


async def searched(connection: Connection, me: Me, found: int) -> None:
    """Record a search: that there was one and how much it showed, not its words. Inside a transaction."""
    await audit.record(connection, me.actor, "conversation.search", "conversations", after={"found": found})
