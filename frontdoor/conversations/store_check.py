"""The one question of a doubtful case, "is this happening now?", and messages kept from the bot.

Each function runs inside the caller's transaction, on a conversation that is locked.
"""

import uuid

from frontdoor.conversations.model import Conversation
from frontdoor.database.pool import Connection
from frontdoor.safety.verdict import Verdict


async def ask(connection: Connection, now: Conversation, seq: int) -> None:
    """Note that we asked about message *seq*."""
    await connection.execute(
        "UPDATE conversations.conversation SET check_seq = $2, check_turns = 0 WHERE id = $1", uuid.UUID(now.id), seq
    )


async def pass_by(connection: Connection, now: Conversation) -> None:
    """Note that one more message did not answer the question."""
    await connection.execute(
        "UPDATE conversations.conversation SET check_turns = check_turns + 1 WHERE id = $1", uuid.UUID(now.id)
    )


async def clear(connection: Connection, now: Conversation) -> None:
    """Ask no more."""
    await connection.execute(
        "UPDATE conversations.conversation SET check_seq = NULL, check_turns = 0 WHERE id = $1", uuid.UUID(now.id)
    )


async def verdict(connection: Connection, now: Conversation) -> Verdict:
    """Return the verdict on the message we asked about, as an emergency."""
    row = await connection.fetchrow(
        "SELECT category, rule FROM conversations.message WHERE conversation_id = $1 AND seq = $2",
        uuid.UUID(now.id),
        now.check_seq,
    )
    return Verdict("emergency", row["category"], row["rule"], now.language)


async def keep(connection: Connection, now: Conversation, seq: int) -> None:
    """Keep message *seq* from the bot."""
    await connection.execute(
        "UPDATE conversations.message SET status = 'kept' WHERE conversation_id = $1 AND seq = $2",
        uuid.UUID(now.id),
        seq,
    )


async def hand_back(connection: Connection, now: Conversation) -> None:
    """It is not happening now: let the bot answer the message we asked about, unless talk has moved on since."""
    if now.check_turns == 0:
        await connection.execute(
            "UPDATE conversations.message SET status = 'received' WHERE conversation_id = $1 AND seq = $2",
            uuid.UUID(now.id),
            now.check_seq,
        )
        await connection.execute(
            "UPDATE conversations.conversation SET bot_cursor = least(bot_cursor, $2 - 1) WHERE id = $1",
            uuid.UUID(now.id),
            now.check_seq,
        )
    await clear(connection, now)


async def hand_to_bot(connection: Connection, now: Conversation, seq: int, intent: str) -> None:
    """Let the bot answer the press *seq*, as *intent*."""
    await connection.execute(
        "UPDATE conversations.message SET status = 'received', press = $3 WHERE conversation_id = $1 AND seq = $2",
        uuid.UUID(now.id),
        seq,
        {"intent": intent, "entities": {}},
    )
    await connection.execute(
        "UPDATE conversations.conversation SET bot_cursor = least(bot_cursor, $2 - 1) WHERE id = $1",
        uuid.UUID(now.id),
        seq,
    )
