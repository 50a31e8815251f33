"""What patients and the bot said: the only SQL of intake and turns. Each method is one transaction.

Ownership changes are in store_ownership.py, what pages read in store_reading.py.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from frontdoor import language
from frontdoor.assistant.protocol import Press
from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Inbound, Outbound, Receipt, Turn
from frontdoor.database.pool import Connection, Pool

MOST_BUTTONS = 24


RECEIVE = """
SELECT r.fresh, r.took_turn, r.seq, (r.thread).*
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e(value, number)
CROSS JOIN LATERAL conversations.receive(e.value, $2) AS r ORDER BY e.number
"""
RECEIVE_SOON = RECEIVE.replace("FROM ", "FROM set_config('synchronous_commit', 'off', true) AS soon, ", 1)


class Store:
    """Conversations in PostgreSQL, seen by one process.

    *instance* names this process in the turns it has in flight, so that another can tell when it died.
    """

    def __init__(self, pool: Pool, instance: uuid.UUID) -> None:
        self.pool, self.instance = pool, instance

    async def receive(self, events: Sequence[Inbound]) -> list[Receipt]:
        """Store what came in, each event once, all in one commit; return what became of each, in order.

        Everybody sees it, but it is on disk only with the next commit that waits for the disk: `settle` is one. So
        the bot can begin while the disk still writes; nobody may be told that it is safe before `settle`.
        """
        async with self.pool.acquire() as connection:
            return await self._receive(connection, RECEIVE_SOON, events)

    async def receive_in(self, connection: Connection, events: Sequence[Inbound]) -> list[Receipt]:
        """Do the same as `receive`, inside the caller's transaction, whose commit waits for the disk as it does."""
        return await self._receive(connection, RECEIVE, events)

    async def settle(self) -> None:
        """Return when everything that was committed before is on disk: a commit of one word, which waits for it."""
        await self.pool.execute("SELECT pg_logical_emit_message(true, 'frontdoor', '')")

    async def _receive(self, connection: Connection, statement: str, events: Sequence[Inbound]) -> list[Receipt]:
        ids = [str(uuid.uuid4()) for _ in events]
        given = [_inbound(event, id_) for event, id_ in zip(events, ids, strict=True)]
        found = await connection.fetch(statement, given, self.instance)
        return [_receipt(row, event, id_) for row, event, id_ in zip(found, events, ids, strict=True)]

    async def begin_turn(self, conversation_id: str) -> Turn | None:
        """Take the next patient message for the bot, unless a turn is in flight or the bot may not speak."""
        row = await self.pool.fetchrow(
            """
            WITH next AS (
                SELECT c.id, m.seq, m.id AS message_id, m.text, m.press
                FROM conversations.conversation c
                JOIN conversations.message m ON m.conversation_id = c.id AND m.seq > c.bot_cursor
                WHERE c.id = $1 AND m.author = 'patient' AND m.status = 'received' AND c.turn_instance IS NULL
                  AND (c.stopped_at IS NULL OR c.via = 'web')
                  AND (c.state = 'bot' OR (c.state = 'waiting' AND c.bot_ok))
                ORDER BY m.seq LIMIT 1
            )
            UPDATE conversations.conversation c
            SET turn_instance = $2, turn_seq = next.seq, turn_started_at = now()
            FROM next WHERE c.id = next.id AND c.turn_instance IS NULL
            RETURNING c.*, next.message_id, next.text AS said, next.press
            """,
            uuid.UUID(conversation_id),
            self.instance,
        )
        if row is None:
            await self._settle(conversation_id)
            return None
        press = rows.press(row["said"], row["press"])
        return Turn(rows.conversation(row), row["turn_seq"], str(row["message_id"]), row["said"], press)

    async def _settle(self, conversation_id: str) -> None:
        """Move the cursor past messages that were kept from the bot, where nothing else is left for it."""
        await self.pool.execute(
            """
            UPDATE conversations.conversation c SET bot_cursor = last_patient_seq
            WHERE id = $1 AND turn_instance IS NULL AND last_patient_seq > bot_cursor AND state <> 'staff'
              AND NOT EXISTS (SELECT FROM conversations.message m WHERE m.conversation_id = c.id
                              AND m.seq > c.bot_cursor AND m.author = 'patient' AND m.status = 'received')
            """,
            uuid.UUID(conversation_id),
        )

    async def fail_turn(self, turn: Turn) -> int:
        """Give *turn* back after the bot failed; return how often it was tried."""
        tries = await self.pool.fetchval(
            """
            UPDATE conversations.conversation
            SET turn_instance = NULL, turn_seq = NULL, turn_tries = turn_tries + 1
            WHERE id = $1 AND turn_instance = $2 AND turn_seq = $3 RETURNING turn_tries
            """,
            uuid.UUID(turn.conversation.id),
            self.instance,
            turn.seq,
        )
        return int(tries or 0)

    async def pending(self, *, limit: int = 200) -> list[str]:
        """Return conversations with a patient message that nobody has taken, oldest first."""
        found = await self.pool.fetch(
            """
            SELECT id FROM conversations.conversation
            WHERE last_patient_seq > bot_cursor AND turn_instance IS NULL
              AND state IN ('bot', 'waiting', 'closed') AND (state <> 'waiting' OR bot_ok)
              AND (stopped_at IS NULL OR via = 'web')
            ORDER BY last_patient_at LIMIT $1
            """,
            limit,
        )
        return [str(row["id"]) for row in found]

    async def pressed(self, conversation_id: str, payload: str) -> Press | None:
        """Return what the button with the id *payload* means, if it was offered in this conversation."""
        row = await self.pool.fetchrow(
            "SELECT title, intent, entities FROM conversations.button WHERE conversation_id = $1 AND id = $2",
            uuid.UUID(conversation_id),
            payload,
        )
        return Press(row["intent"], row["entities"], row["title"]) if row else None

    async def release_dead_turns(self) -> int:
        """Free the turns of processes that are gone (they held a lock named after themselves); return how many."""
        freed = 0
        async with self.pool.acquire() as connection:
            holders = await connection.fetch(
                "SELECT DISTINCT turn_instance FROM conversations.conversation "
                "WHERE turn_instance IS NOT NULL AND turn_instance <> $1",
                self.instance,
            )
            for row in holders:
                key = instance_key(row["turn_instance"])
                if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
                    continue
                try:
                    status = await connection.execute(
                        "UPDATE conversations.conversation SET turn_instance = NULL, turn_seq = NULL "
                        "WHERE turn_instance = $1",
                        row["turn_instance"],
                    )
                    freed += int(status.split()[-1])
                finally:
                    await connection.execute("SELECT pg_advisory_unlock($1)", key)
        return freed


def instance_key(instance: uuid.UUID) -> int:
    """Return the advisory lock that a living process holds."""
    return int.from_bytes(instance.bytes[:8], "big", signed=True)


_SAY = """
    WITH thread AS (
        UPDATE conversations.conversation SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq, epoch
    ), offered AS (
        INSERT INTO conversations.button (conversation_id, id, seq, title, intent, entities)
        SELECT $1, b.id, thread.last_seq, b.title, b.intent, b.entities
        FROM thread, jsonb_to_recordset($12::jsonb) AS b(id text, title text, intent text, entities jsonb)
    )
    INSERT INTO conversations.message (conversation_id, seq, id, author, author_id, author_name, epoch, text,
                                       language, buttons, attachment, answers, part, client_message_id, status,
                                       sent_at, due_at, via, template)
    SELECT $1, last_seq, $2, $3, $4, $5, epoch, $6, $7, $8, $9, $10, $11, $13, $14,
           CASE WHEN $14 = 'sent' THEN now() END, CASE WHEN $14 = 'queued' THEN now() END,
           CASE WHEN $14 = 'queued' THEN 'own' ELSE $15 END, $16 FROM thread
    RETURNING seq
"""


async def say(
    connection: Connection,
    conversation: Conversation,
    said: Outbound,
    *,
    author: str,
    status: str | None = None,
    answers: tuple[int, int] | None = None,
    author_id: str | None = None,
    author_name: str | None = None,
    client_message_id: str | None = None,
) -> int:
    """Append one message that is not the patient's, with its buttons; return its seq. Inside a transaction.

    *status* None: out to the patient as the channel does it (`sent` on the web, `queued` for the outbox).
    """
    shown, kept = rows.offered(said)
    seq: int = await connection.fetchval(
        _SAY,
        uuid.UUID(conversation.id),
        uuid.uuid4(),
        author,
        uuid.UUID(author_id) if author_id else None,
        author_name,
        said.text,
        said.language or conversation.language,
        shown[:MOST_BUTTONS],
        asdict(said.attachment) if said.attachment else None,
        answers[0] if answers else None,
        answers[1] if answers else 0,
        kept,
        client_message_id,
        status or _open_status(conversation),
        conversation.via,
        dict(said.template) if said.template else None,
    )
    return seq


def _open_status(conversation: Conversation) -> str:
    return "sent" if conversation.shows_at_once else "queued"


def _inbound(event: Inbound, message_id: str) -> dict[str, Any]:
    press = {"intent": event.press.intent, "entities": dict(event.press.entities)} if event.press else None
    return {
        **{name: getattr(event, name) for name in (
            "channel", "account", "address", "event_id", "text", "display_name", "language", "phi", "window_hours",
            "level", "category", "rule", "held", "via", "platform_id", "reply_token", "known",
        )},
        "kind": "press" if press else "message",
        "spoken": None if press else language.clear(event.text),
        "id": str(uuid.uuid4()),
        "message_id": message_id,
        "press": press,
        "attachment": asdict(event.attachment) if event.attachment else None,
    }  # fmt: skip


def _receipt(row: Any, event: Inbound, message_id: str) -> Receipt:
    conversation = rows.conversation(row)
    turn = None
    if row["took_turn"]:
        turn = Turn(conversation, row["seq"], message_id, event.text, event.press, screened=event.level == "none")
    return Receipt(conversation, row["seq"], row["fresh"], turn)
