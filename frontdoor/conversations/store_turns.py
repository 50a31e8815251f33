"""What a turn leaves behind: the bot's slots, its session, its language; and returns from staff."""

import uuid
from datetime import datetime, timedelta

from frontdoor.assistant.protocol import Reply
from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import Refused
from frontdoor.conversations.store import say
from frontdoor.database.pool import Connection, Pool


async def remember(connection: Connection, now: Conversation, reply: Reply, *, fresh_session: bool) -> None:
    """Keep what the bot knows after its turn. *fresh_session*: the next turn begins a new session, with `carry`."""
    await connection.execute(
        """
        UPDATE conversations.conversation SET
            slots = $2, session_events = $3, active_form = $4,
            language = CASE WHEN language_locked THEN language ELSE coalesce($5, language) END,
            session = session + $6::int, carry = $7
        WHERE id = $1
        """,
        uuid.UUID(now.id),
        dict(reply.slots),
        0 if fresh_session else reply.events,
        reply.active_form,
        reply.language,
        int(fresh_session),
        dict(reply.carry),
    )


async def said_by_bot(connection: Connection, now: Conversation, message: Outbound) -> None:
    """Append a message of the bot that answers no message of the patient."""
    await say(connection, now, message, author="bot")


async def read(pool: Pool, conversation_id: str) -> Conversation:
    """Return a conversation.

    Raises:
        Refused: unknown — there is no such conversation.
    """
    row = await pool.fetchrow("SELECT * FROM conversations.conversation WHERE id = $1", uuid.UUID(conversation_id))
    if row is None:
        raise Refused("unknown")
    return rows.conversation(row)


async def returning(pool: Pool, *, limit: int = 50) -> list[str]:
    """Return conversations that staff handed back and the bot does not know of yet."""
    found = await pool.fetch(
        "SELECT id FROM conversations.conversation WHERE state = 'returning' ORDER BY returning_since LIMIT $1", limit
    )
    return [str(row["id"]) for row in found]


async def stuck_turns(pool: Pool, at: datetime, *, after: timedelta) -> int:
    """Free turns that have been in flight for far too long; return how many."""
    status = await pool.execute(
        "UPDATE conversations.conversation SET turn_instance = NULL, turn_seq = NULL WHERE turn_started_at < $1"
        " AND turn_instance IS NOT NULL",
        at - after,
    )
    return int(status.split()[-1])
