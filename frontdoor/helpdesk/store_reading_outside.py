"""What other programs read page by page, by the same rule of sight as staff (`store_reading.VISIBLE`)."""

import uuid

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.store_reading import VISIBLE
from frontdoor.database.pool import Pool


async def page(pool: Pool, scope: Scope, state: str, after: str | None, limit: int) -> list[Conversation]:
    """Return up to *limit* conversations in the order of their ids, those behind *after*; *state* empty: any."""
    found = await pool.fetch(
        f"SELECT c.* FROM conversations.conversation c WHERE {VISIBLE} AND ($3 = '' OR c.state = $3) "  # noqa: S608 - our own
        "AND ($4::uuid IS NULL OR c.id > $4) ORDER BY c.id LIMIT $5",
        None if scope.queues is None else list(scope.queues), uuid.UUID(scope.staff_id), state,
        uuid.UUID(after) if after else None, limit,
    )  # fmt: skip
    return [rows.conversation(row) for row in found]
