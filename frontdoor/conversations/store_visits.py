"""Visits that staff book for a patient: what is recorded before, and what the patient is told after.

The booking itself is the scheduling server's. Before it is asked, `begin` records who asks; so an audit log that
cannot be written stops it. `tell` may be repeated: one visit is told once.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from frontdoor.conversations import store_links, store_ownership
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import say
from frontdoor.database.pool import Pool
from frontdoor.privacy import audit


async def begin(pool: Pool, who: Doer, conversation_id: str, action: str, detail: dict[str, Any]) -> Conversation:
    """Record that *who* does *action* ("visit.book") for this patient, and return the conversation.

    Raises:
        Refused: unknown — not there, or not for them; not_owner — somebody else answers this patient.
    """
    async with pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation_id)
        if not who.scope.covers(now.ownership.queue, now.ownership.owner_id, now.id):
            raise Refused("unknown")
        if now.state is not State.STAFF or (now.ownership.owner_id != who.staff.id and not who.staff.supervisor):
            raise Refused("not_owner", now.ownership.owner_name or "")
        await audit.record(connection, who.actor, action, f"conversation:{now.id}", after=detail)
        return now


async def listed(pool: Pool, who: Doer, conversation: Conversation) -> None:
    """Record that the patient's visits are shown."""
    async with pool.acquire() as connection, connection.transaction():
        await audit.record(connection, who.actor, "visit.list", f"conversation:{conversation.id}")


async def tell(
    pool: Pool, who: Doer, conversation_id: str, said: Sequence[Outbound], *, key: str, known: dict[str, str]
) -> None:
    """Tell the patient what became of a visit, once for each *key*; keep the answers *known* by now."""
    async with pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation_id)
        if await _was_told(connection, now, f"{key}-0"):
            return
        await connection.execute(
            "UPDATE conversations.conversation SET slots = slots || $2 WHERE id = $1", uuid.UUID(now.id), known
        )
        for number, message in enumerate(said):
            await say(
                connection, now, message, author="system", author_id=who.staff.id,
                client_message_id=f"{key}-{number}",
            )  # fmt: skip


async def link(pool: Pool, conversation: Conversation, at: datetime) -> str:
    """Return the token of a one-time link to the web chat, where details may be said."""
    async with pool.acquire() as connection:
        return await store_links.mint(connection, conversation.id, "visits", at)


async def _was_told(connection: Any, now: Conversation, key: str) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM conversations.message WHERE conversation_id = $1 AND client_message_id = $2)",
            uuid.UUID(now.id),
            key,
        )
    )
