"""What came before in a conversation: the flags of the screen, and the times a person had it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from frontdoor.database.pool import Connection

MOST_FLAGS, MOST_CASES = 10, 20
# How a case ends, and with what the reader is told that it did.
ENDS = ("Resolved", "PatientSilent", "BotAccepted")


@dataclass(frozen=True)
class Flag:
    """A message of the patient in which the screen found something."""

    seq: int
    at: datetime
    level: str  # emergency, check
    category: str | None
    rule: str | None


@dataclass(frozen=True)
class Case:
    """One time that a person had the conversation, or was asked for and not needed."""

    at: datetime  # when it ended
    how: str  # the event that ended it
    by: str | None  # who had it last
    why: str | None  # a person was wanted
    came_of: str | None  # the disposition


async def flags(connection: Connection, conversation_id: str) -> list[Flag]:
    """Return the latest flagged messages, newest first."""
    found = await connection.fetch(
        "SELECT seq, created_at AS at, level, category, rule FROM conversations.message WHERE conversation_id = $1 "
        "AND author = 'patient' AND level IN ('emergency', 'check') ORDER BY seq DESC LIMIT $2",
        uuid.UUID(conversation_id),
        MOST_FLAGS,
    )
    return [Flag(**row) for row in found]


async def cases(connection: Connection, conversation_id: str) -> list[Case]:
    """Return the cases that are over, newest first."""
    found = await connection.fetch(
        """
        SELECT t.at, t.event AS how, t.came_of, asked.reason AS why, s.name AS by
        FROM conversations.transition t
        LEFT JOIN LATERAL (
            SELECT reason FROM conversations.transition a WHERE a.conversation_id = $1 AND a.id < t.id
            AND a.to_state = 'waiting' ORDER BY a.id DESC LIMIT 1) asked ON true
        LEFT JOIN LATERAL (
            SELECT owner_id FROM conversations.transition o WHERE o.conversation_id = $1 AND o.id < t.id
            AND o.owner_id IS NOT NULL ORDER BY o.id DESC LIMIT 1) had ON true
        LEFT JOIN desk.staff s ON s.id = had.owner_id
        WHERE t.conversation_id = $1 AND t.event = ANY($2) ORDER BY t.id DESC LIMIT $3
        """,
        uuid.UUID(conversation_id),
        list(ENDS),
        MOST_CASES,
    )
    return [Case(**row) for row in found]
