"""Messages on their way to a platform: first in, first out in each conversation, one at a time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Message
from frontdoor.conversations.store import instance_key
from frontdoor.database.pool import Connection, Pool

REPLY_TOKEN_SECONDS = 45.0  # LINE: "about a minute"
RANK = {"sending": 0, "unknown": 0, "sent": 1, "delivered": 2, "read": 3}  # a status only rises


@dataclass(frozen=True)
class Sending:
    """A message that this process is to send. *calls_done* of its calls were made in earlier tries."""

    conversation: Conversation
    message: Message
    id: str
    calls_done: int
    tries: int
    last_platform_id: str  # of the person's newest message
    reply_token: str  # of the same; this message alone may use it
    window_open: bool


class Outbox:
    """The only SQL of delivery. *instance* names this process in what it has in its hands.

    Where a statement changes a conversation and its messages, the conversation comes first (`FROM thread`):
    two that lock in different orders would wait for each other for ever.
    """

    def __init__(self, pool: Pool, instance: uuid.UUID) -> None:
        self.pool, self.instance = pool, instance

    async def take(self, channels: Sequence[str], *, limit: int) -> list[Sending]:
        """Take the next message of up to *limit* conversations of *channels* that are not paused.

        What the bot may no longer say is kept for staff instead; to who said stop, only the product's own words go.
        """
        async with self.pool.acquire() as connection, connection.transaction():
            heads = await connection.fetch(
                """
                WITH head AS (
                    SELECT DISTINCT ON (conversation_id) conversation_id, seq, status, due_at
                    FROM conversations.message WHERE status IN ('queued', 'sending')
                    ORDER BY conversation_id, seq
                )
                SELECT c.*, head.seq AS head FROM head
                JOIN conversations.conversation c ON c.id = head.conversation_id
                LEFT JOIN channels.standing s ON s.channel = c.channel AND s.account = c.account
                WHERE head.status = 'queued' AND head.due_at <= now() AND c.channel = ANY($1) AND s.paused_at IS NULL
                ORDER BY c.priority, head.due_at LIMIT $2 FOR UPDATE OF c SKIP LOCKED
                """,
                list(channels),
                limit,
            )
            taken = [await self._take_one(connection, row) for row in heads]
        return [sending for sending in taken if sending is not None]

    async def _take_one(self, connection: Any, row: Any) -> Sending | None:
        conversation = rows.conversation(row)
        found = await connection.fetchrow(
            """
            UPDATE conversations.message m SET
                status = CASE
                    WHEN m.status <> 'queued' THEN m.status
                    WHEN m.author = 'bot' AND ($3 OR m.epoch <> $4) THEN 'suppressed'
                    WHEN m.author <> 'system' AND $5 THEN 'failed'
                    ELSE 'sending' END,
                fail_reason = CASE WHEN m.author <> 'system' AND $5 THEN 'stopped' END,
                sender_instance = $6, tries = tries + 1
            WHERE conversation_id = $1 AND seq = $2
            RETURNING m.*, (SELECT platform_ids[1] FROM conversations.message p WHERE p.conversation_id = $1
                            AND p.author = 'patient' ORDER BY p.seq DESC LIMIT 1) AS last_platform_id,
                      coalesce($7 > now(), true) AS window_open
            """,
            uuid.UUID(conversation.id),
            row["head"],
            not conversation.ownership.bot_may_speak,
            conversation.epoch,
            conversation.stopped_at is not None,
            self.instance,
            conversation.writable_until,
        )
        if found["status"] != "sending":
            return None
        return Sending(
            conversation, rows.message(found), str(found["id"]), found["calls_done"], found["tries"],
            found["last_platform_id"] or "", await self._reply_token(connection, conversation.id),
            found["window_open"],
        )  # fmt: skip

    async def _reply_token(self, connection: Connection, conversation_id: str) -> str:
        """Take the reply token of the person's newest message, if it is fresh; nobody gets it twice."""
        token = await connection.fetchval(
            """
            WITH newest AS (
                SELECT conversation_id, seq, reply_token, created_at FROM conversations.message
                WHERE conversation_id = $1 AND author = 'patient' ORDER BY seq DESC LIMIT 1
            )
            UPDATE conversations.message m SET reply_token = NULL FROM newest
            WHERE m.conversation_id = newest.conversation_id AND m.seq = newest.seq
              AND newest.reply_token IS NOT NULL AND newest.created_at > now() - make_interval(secs => $2)
            RETURNING newest.reply_token
            """,
            uuid.UUID(conversation_id),
            REPLY_TOKEN_SECONDS,
        )
        return token or ""

    async def done_call(self, sending: Sending, platform_id: str) -> None:
        """Note that one more call of *sending* was taken by the platform."""
        await self.pool.execute(
            """
            UPDATE conversations.message SET calls_done = calls_done + 1,
                platform_ids = CASE WHEN $3 = '' THEN platform_ids ELSE array_append(platform_ids, $3) END
            WHERE conversation_id = $1 AND seq = $2
            """,
            uuid.UUID(sending.conversation.id),
            sending.message.seq,
            platform_id,
        )

    async def finish(
        self, sending: Sending, status: str, *, reason: str | None = None, after_seconds: float | None = None
    ) -> None:
        """End this try: sent, failed, unknown or expired; or queued again, due *after_seconds*."""
        await self.pool.execute(
            """
            WITH thread AS (
                UPDATE conversations.conversation SET updated_at = now() WHERE id = $1 RETURNING id
            )
            UPDATE conversations.message m SET
                status = CASE WHEN $3 = 'sent' THEN coalesce(m.reported, $3) ELSE $3 END,
                fail_reason = CASE WHEN $3 = 'sent' AND m.reported = 'failed' THEN m.fail_reason ELSE $4 END,
                sender_instance = NULL, reported = NULL,
                sent_at = CASE WHEN $3 = 'sent' THEN now() ELSE sent_at END,
                due_at = CASE WHEN $3 = 'queued' THEN now() + make_interval(secs => $5) END
            FROM thread WHERE m.conversation_id = thread.id AND m.seq = $2 AND m.status = 'sending'
            """,
            uuid.UUID(sending.conversation.id),
            sending.message.seq,
            status,
            reason,
            after_seconds or 0.0,
        )

    async def put_back(self, sending: Sending, *, after_seconds: float) -> None:
        """Leave *sending* for later; this was no try."""
        await self.pool.execute(
            "UPDATE conversations.message SET status = 'queued', sender_instance = NULL, tries = tries - 1, "
            "due_at = now() + make_interval(secs => $3) WHERE conversation_id = $1 AND seq = $2 AND status = 'sending'",
            uuid.UUID(sending.conversation.id), sending.message.seq, after_seconds,
        )  # fmt: skip

    async def raise_status(self, channel: str, account: str, platform_id: str, status: str, reason: str) -> str | None:
        """Take a delivery report; statuses only rise, a failure that comes later is shown. None: it is not ours.

        Of a message that is still being sent (its first part arrived, others follow) it is noted for later.
        """
        row = await self.pool.fetchrow(
            """
            SELECT m.conversation_id, m.seq FROM conversations.message m
            JOIN conversations.conversation c ON c.id = m.conversation_id
            WHERE m.platform_ids @> ARRAY[$3] AND c.channel = $1 AND c.account = $2 AND m.author <> 'patient'
            """,
            channel,
            account,
            platform_id,
        )
        if row is None:
            return None
        below = [lower for lower, rank in RANK.items() if rank < (2.5 if status == "failed" else RANK.get(status, -1))]
        await self.pool.execute(
            """
            WITH thread AS (UPDATE conversations.conversation SET updated_at = now() WHERE id = $1 RETURNING id)
            UPDATE conversations.message m SET
                status = CASE WHEN m.status = 'sending' THEN m.status ELSE $3 END,
                reported = CASE WHEN m.status = 'sending' THEN $3 ELSE m.reported END,
                fail_reason = CASE WHEN m.status = 'sending' AND $3 <> 'failed' THEN m.fail_reason ELSE $4 END
            FROM thread WHERE m.conversation_id = thread.id AND m.seq = $2
              AND coalesce(CASE WHEN m.status = 'sending' THEN m.reported END, m.status) = ANY($5)
            """,
            row["conversation_id"],
            row["seq"],
            status,
            reason or None,
            below,
        )
        return str(row["conversation_id"])

    async def is_ours(self, channel: str, account: str, address: str, platform_id: str, text: str) -> bool:
        """Tell whether a message that the platform reports is one that we sent, or are sending at this moment."""
        return bool(
            await self.pool.fetchval(
                """
                SELECT EXISTS (
                    SELECT FROM conversations.message m JOIN conversations.conversation c ON c.id = m.conversation_id
                    WHERE c.channel = $1 AND c.account = $2 AND c.address = $3 AND m.author <> 'patient' AND (
                        m.platform_ids @> ARRAY[$4] OR (
                            m.status IN ('sending', 'unknown') AND m.created_at > now() - interval '10 minutes'
                            AND (strpos(m.text, left($5, 60)) > 0 OR (m.text <> '' AND strpos($5, m.text) > 0)))))
                """,
                channel, account, address, platform_id, text,
            )
        )  # fmt: skip

    async def read_up_to(self, channel: str, account: str, address: str, status: str, at: Any) -> None:
        """Take a watermark: everything sent before *at* is delivered, or read."""
        await self.pool.execute(
            """
            UPDATE conversations.message m SET status = $4 FROM conversations.conversation c
            WHERE c.id = m.conversation_id AND c.channel = $1 AND c.account = $2 AND c.address = $3
              AND m.author <> 'patient' AND m.sent_at <= $5
              AND m.status = ANY(CASE WHEN $4 = 'read' THEN ARRAY['sent', 'delivered'] ELSE ARRAY['sent'] END)
            """,
            channel, account, address, status, at,
        )  # fmt: skip

    async def bury(self) -> int:
        """Mark what dead processes had begun to send: it may or may not have gone, so it is never sent twice."""
        marked = 0
        async with self.pool.acquire() as connection:
            holders = await connection.fetch(
                "SELECT DISTINCT sender_instance FROM conversations.message WHERE status = 'sending' "
                "AND sender_instance <> $1",
                self.instance,
            )
            for row in holders:
                key = instance_key(row["sender_instance"])
                if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                    continue
                try:
                    status = await connection.execute(
                        "UPDATE conversations.message SET status = 'unknown', sender_instance = NULL "
                        "WHERE status = 'sending' AND sender_instance = $1",
                        row["sender_instance"],
                    )
                    marked += int(status.split()[-1])
                finally:
                    await connection.execute("SELECT pg_advisory_unlock($1)", key)
        return marked

    async def stop(self, conversation_id: str) -> None:
        """Note that the platform does not reach this person any more, and fail all that waits for them.

        Whoever writes again is reached again (receive, in the migration).
        """
        await self.pool.execute(
            """
            WITH thread AS (
                UPDATE conversations.conversation SET stopped_at = coalesce(stopped_at, now()),
                    stopped_by = coalesce(stopped_by, 'delivery') WHERE id = $1 RETURNING id
            ), noted AS (
                INSERT INTO conversations.consent (conversation_id, kind, source) VALUES ($1, 'stop', 'delivery')
            )
            UPDATE conversations.message m SET status = 'failed', fail_reason = 'stopped'
            FROM thread WHERE m.conversation_id = thread.id AND m.status = 'queued'
            """,
            uuid.UUID(conversation_id),
        )
