"""What is still to be told, and what came of it. The rows are made by triggers (database/versions/0008_outside.py)."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Message
from frontdoor.database.pool import Connection, Pool
from frontdoor.helpdesk import store
from frontdoor.helpdesk.model import Delivery, Webhook

BATCH = 20
HELD = timedelta(seconds=60)  # while it is being told; who dies meanwhile leaves it to the next
KEPT = timedelta(days=30)
SHOWN = 100


async def take(pool: Pool, at: datetime) -> list[tuple[Delivery, Webhook]]:
    """Take what is due: of each conversation and webhook only the first, so that the order holds."""
    found = await pool.fetch(
        """
        WITH next AS (
            SELECT d.id FROM helpdesk.delivery d
            WHERE d.status = 'waiting' AND d.due_at <= $1 AND NOT EXISTS (
                SELECT FROM helpdesk.delivery e WHERE e.webhook_id = d.webhook_id
                AND e.conversation_id = d.conversation_id AND e.status = 'waiting' AND e.id < d.id)
            ORDER BY d.due_at, d.id LIMIT $2 FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE helpdesk.delivery d SET tries = tries + 1, due_at = $3 FROM next WHERE d.id = next.id RETURNING d.*
        )
        SELECT * FROM taken ORDER BY id
        """,
        at, BATCH, at + HELD,
    )  # fmt: skip
    hooks = {one.id: one for one in await store.webhooks(pool)} if found else {}
    return [(delivery(row), hooks[str(row["webhook_id"])]) for row in found if str(row["webhook_id"]) in hooks]


async def done(pool: Pool, one: Delivery, answer: str, at: datetime) -> None:
    """Note that it was told."""
    await pool.execute(
        "UPDATE helpdesk.delivery SET status = 'done', answer = $2, done_at = $3 WHERE id = $1", one.id, answer, at
    )


async def again(pool: Pool, one: Delivery, answer: str, due_at: datetime | None) -> None:
    """Note that it failed; tell it again at *due_at*, or never."""
    await pool.execute(
        "UPDATE helpdesk.delivery SET answer = $2, status = CASE WHEN $3::timestamptz IS NULL THEN 'failed' "
        "ELSE status END, due_at = coalesce($3, due_at) WHERE id = $1",
        one.id, answer, due_at,
    )  # fmt: skip


async def forget(pool: Pool, at: datetime) -> None:
    """Forget old entries of the log."""
    await pool.execute("DELETE FROM helpdesk.delivery WHERE at < $1", at - KEPT)


async def log(pool: Pool) -> list[Delivery]:
    """Return the latest entries, newest first."""
    found = await pool.fetch("SELECT * FROM helpdesk.delivery ORDER BY id DESC LIMIT $1", SHOWN)
    return [delivery(row) for row in found]


async def content(pool: Pool, one: Delivery) -> tuple[Conversation, Message | None] | None:
    """Return the conversation as it is now and the message it is about; None: it was erased."""
    identifier = uuid.UUID(one.conversation_id)
    row = await pool.fetchrow("SELECT * FROM conversations.conversation WHERE id = $1", identifier)
    said = await pool.fetchrow(
        "SELECT * FROM conversations.message WHERE conversation_id = $1 AND seq = $2", identifier, one.seq
    )
    return (rows.conversation(row), rows.message(said) if said else None) if row else None


async def enqueue(
    connection: Connection | Pool, event: str, conversation_id: str, detail: dict[str, Any], *, kind: str
) -> None:
    """Note something to be told to those of *kind*."""
    await connection.execute(
        "INSERT INTO helpdesk.delivery (webhook_id, event, conversation_id, detail) "
        "SELECT id, $1, $2, $3 FROM helpdesk.webhook WHERE kind = $4 AND ended_at IS NULL",
        event, uuid.UUID(conversation_id), detail, kind,
    )  # fmt: skip


def delivery(row: Any) -> Delivery:
    """Read a delivery."""
    return Delivery(
        id=row["id"], webhook_id=str(row["webhook_id"]), event=row["event"],
        conversation_id=str(row["conversation_id"]), seq=row["seq"], at=row["at"], tries=row["tries"],
        status=row["status"], answer=row["answer"], done_at=row["done_at"], detail=row["detail"],
    )  # fmt: skip
