"""Saved replies: sentences that staff use often, a shortcut and a text for each language."""

import uuid
from dataclasses import dataclass
from typing import Any

from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

MOST = 500


@dataclass(frozen=True)
class Saved:
    """One of them. In *text*, {name}, {me} and {clinic} are filled in by the page."""

    id: str
    shortcut: str
    language: str
    text: str


async def every(pool: Pool) -> list[Saved]:
    """Return all, by shortcut and language."""
    found = await pool.fetch("SELECT * FROM desk.saved_reply ORDER BY shortcut, language LIMIT $1", MOST)
    return [Saved(str(row["id"]), row["shortcut"], row["language"], row["text"]) for row in found]


async def keep(connection: Connection, by: Actor, *, shortcut: str, language: str, text: str) -> None:
    """Add one, or replace the one of this shortcut and language. Inside a transaction."""
    await connection.execute(
        "INSERT INTO desk.saved_reply (id, shortcut, language, text) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (language, shortcut) DO UPDATE SET text = excluded.text",
        uuid.uuid4(), shortcut, language, text,
    )  # fmt: skip
    await _record(connection, by, "saved_reply.keep", {"shortcut": shortcut, "language": language})


async def remove(connection: Connection, by: Actor, saved_id: str) -> None:
    """Remove one; nothing happens where it is gone already. Inside a transaction."""
    await connection.execute("DELETE FROM desk.saved_reply WHERE id = $1", uuid.UUID(saved_id))
    await _record(connection, by, "saved_reply.remove", {"id": saved_id})


async def _record(connection: Connection, by: Actor, action: str, after: dict[str, Any]) -> None:
    await audit.record(connection, by, action, "saved_reply", after=after)
