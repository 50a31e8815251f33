"""What patients thought of it: asked once after each close by staff."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from frontdoor.conversations.model import Conversation
from frontdoor.database.pool import Connection


@dataclass(frozen=True)
class Feedback:
    """One answer, 1 to 5, with the line that the patient added."""

    at: datetime
    staff_name: str
    score: int
    comment: str


async def ask(connection: Connection, now: Conversation, staff_id: str, at: datetime) -> str:
    """Note that the patient is asked; return the question's id."""
    identifier = uuid.uuid4()
    await connection.execute(
        "INSERT INTO desk.feedback (id, conversation_id, staff_id, queue, asked_at) VALUES ($1, $2, $3, $4, $5)",
        identifier, uuid.UUID(now.id), uuid.UUID(staff_id), now.ownership.queue, at,
    )  # fmt: skip
    return str(identifier)


async def rate(connection: Connection, now: Conversation, asked: str, score: int, at: datetime) -> bool:
    """Keep a score, the latest one counts; False: it answers no question of this conversation."""
    return bool(
        await connection.fetchval(
            "UPDATE desk.feedback SET score = $3, answered_at = coalesce(answered_at, $4) "
            "WHERE id = $1 AND conversation_id = $2 RETURNING true",
            uuid.UUID(asked), uuid.UUID(now.id), score, at,
        )
    )  # fmt: skip


async def comment(connection: Connection, now: Conversation, seq: int) -> bool:
    """Note that the message *seq* says why the latest score is as it is."""
    return bool(
        await connection.fetchval(
            """
            UPDATE desk.feedback SET comment_seq = $2 WHERE id = (
                SELECT id FROM desk.feedback WHERE conversation_id = $1 AND score IS NOT NULL
                ORDER BY asked_at DESC LIMIT 1) RETURNING true
            """,
            uuid.UUID(now.id),
            seq,
        )
    )


async def of_conversation(connection: Connection, conversation_id: str, *, limit: int = 20) -> list[Feedback]:
    """Return what the patient answered, the latest first."""
    found = await connection.fetch(
        """
        SELECT f.answered_at AS at, s.name AS staff_name, f.score, coalesce(m.text, '') AS comment
        FROM desk.feedback f JOIN desk.staff s ON s.id = f.staff_id
        LEFT JOIN conversations.message m ON m.conversation_id = f.conversation_id AND m.seq = f.comment_seq
        WHERE f.conversation_id = $1 AND f.score IS NOT NULL ORDER BY f.asked_at DESC LIMIT $2
        """,
        uuid.UUID(conversation_id),
        limit,
    )
    return [Feedback(**dict(row)) for row in found]
