"""Which conversation of ours is which in Chatwoot, how far it was told, and who answers there."""

import uuid
from datetime import datetime, timedelta

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Message
from frontdoor.database.pool import Pool
from frontdoor.helpdesk.model import Twin

MOST_HISTORY = 50
SOON = timedelta(minutes=3)  # a lease that ends within is renewed


async def of(pool: Pool, conversation_id: str) -> Twin | None:
    """Return the twin of one of our conversations."""
    row = await pool.fetchrow("SELECT * FROM helpdesk.twin WHERE conversation_id = $1", uuid.UUID(conversation_id))
    return _twin(row) if row else None


async def by_chatwoot(pool: Pool, chatwoot_id: int) -> Twin | None:
    """Return the twin with Chatwoot's own id."""
    row = await pool.fetchrow("SELECT * FROM helpdesk.twin WHERE chatwoot_id = $1", chatwoot_id)
    return _twin(row) if row else None


async def keep(pool: Pool, conversation_id: str, contact: int, source: str, chatwoot_id: int) -> None:
    """Remember a pair."""
    await pool.execute(
        "INSERT INTO helpdesk.twin (conversation_id, contact_id, source_id, chatwoot_id) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (conversation_id) DO NOTHING",
        uuid.UUID(conversation_id), contact, source, chatwoot_id,
    )  # fmt: skip


async def forget(pool: Pool, conversation_id: str) -> None:
    """Forget a pair of which the other is gone."""
    await pool.execute("DELETE FROM helpdesk.twin WHERE conversation_id = $1", uuid.UUID(conversation_id))


async def told(pool: Pool, conversation_id: str, seq: int) -> None:
    """Note that everything up to *seq* is there."""
    await pool.execute(
        "UPDATE helpdesk.twin SET told_seq = greatest(told_seq, $2) WHERE conversation_id = $1",
        uuid.UUID(conversation_id), seq,
    )  # fmt: skip


async def agent(pool: Pool, conversation_id: str, agent_id: str, name: str, at: datetime) -> None:
    """Note who answers there, and when they last did something."""
    await pool.execute(
        "UPDATE helpdesk.twin SET agent_id = $2, agent_name = $3, agent_at = $4 WHERE conversation_id = $1",
        uuid.UUID(conversation_id), uuid.UUID(agent_id), name, at,
    )  # fmt: skip


async def to_keep(pool: Pool, at: datetime, within: timedelta) -> list[Twin]:
    """Return those whose agent has our conversation, did something *within*, and would lose it soon."""
    found = await pool.fetch(
        "SELECT t.* FROM helpdesk.twin t JOIN conversations.conversation c ON c.id = t.conversation_id "
        "WHERE c.state = 'staff' AND c.owner_id = t.agent_id AND c.lease_expires_at < $1 AND t.agent_at > $2",
        at + SOON, at - within,
    )  # fmt: skip
    return [_twin(row) for row in found]


async def conversation(pool: Pool, conversation_id: str) -> Conversation | None:
    """Return our conversation as it is now."""
    row = await pool.fetchrow("SELECT * FROM conversations.conversation WHERE id = $1", uuid.UUID(conversation_id))
    return rows.conversation(row) if row else None


async def since(pool: Pool, conversation_id: str, seq: int) -> list[tuple[Message, bool]]:
    """Return the latest messages after *seq* in order, each with whether an agent there wrote it."""
    found = await pool.fetch(
        "SELECT * FROM (SELECT * FROM conversations.message WHERE conversation_id = $1 AND seq > $2 "
        "AND author <> 'note' AND status <> 'suppressed' ORDER BY seq DESC LIMIT $3) m ORDER BY seq",
        uuid.UUID(conversation_id), seq, MOST_HISTORY,
    )  # fmt: skip
    return [(rows.message(row), (row["client_message_id"] or "").startswith("chatwoot:")) for row in found]


def _twin(row: object) -> Twin:
    values = dict(row)  # type: ignore[call-overload]
    values["conversation_id"] = str(values["conversation_id"])
    values["agent_id"] = str(values["agent_id"]) if values["agent_id"] else None
    return Twin(**values)
