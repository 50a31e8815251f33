"""The gate: the bot's answer to a turn, written in one statement that also decides whether it may still be said."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from frontdoor.assistant.protocol import Reply
from frontdoor.conversations import rows
from frontdoor.conversations.model import Outbound, Turn
from frontdoor.database.pool import Connection

SWITCH = "language_switch"  # the patient asked for a language: what they write later does not change it


async def answer(
    connection: Connection, instance: uuid.UUID, turn: Turn, said: Sequence[Outbound], reply: Reply | None,
    *, fresh_session: bool = False,
) -> bool | None:  # fmt: skip
    """Write what the bot *said* in *turn*, and what it knows since; tell whether more waits for it.

    If the bot may no longer speak, or somebody else spoke since the turn began, it is a draft for staff. None: the
    turn is another process's by now, and nothing was written. *reply* None: the bot gave none, and knows what it knew.
    """
    more: bool | None = await connection.fetchval(
        """
        WITH thread AS (
            UPDATE conversations.conversation SET
                bot_cursor = greatest(bot_cursor, turn_seq), turn_instance = NULL, turn_seq = NULL, turn_tries = 0,
                last_seq = last_seq + jsonb_array_length($5::jsonb),
                slots = coalesce($6::jsonb, slots), carry = coalesce($7::jsonb, carry),
                session_events = coalesce($8, session_events), session = session + $9::int,
                active_form = CASE WHEN $6::jsonb IS NULL THEN active_form ELSE $10 END,
                language = CASE WHEN language_locked AND NOT $13 THEN language ELSE coalesce($11, language) END,
                language_locked = language_locked OR $13
            WHERE id = $1 AND turn_instance = $2 AND turn_seq = $3
            RETURNING id, epoch, last_seq - jsonb_array_length($5::jsonb) AS base, via,
                      last_patient_seq > bot_cursor AS more,
                      epoch = $4 AND (state = 'bot' OR (state = 'waiting' AND bot_ok)) AS may_speak
        ), said AS (
            SELECT thread.*, base + part + 1 AS seq, s.id AS message_id, s.*,
                   CASE WHEN may_speak THEN $12 ELSE 'suppressed' END AS status
            FROM thread, jsonb_to_recordset($5::jsonb) AS s(
                part int, id uuid, text text, language text, buttons jsonb, attachment jsonb, offered jsonb)
        ), offered AS (
            INSERT INTO conversations.button (conversation_id, id, seq, title, intent, entities)
            SELECT $1, b.id, said.seq, b.title, b.intent, b.entities FROM said,
                jsonb_to_recordset(said.offered) AS b(id text, title text, intent text, entities jsonb)
        ), written AS (
            INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, language, buttons,
                                               attachment, answers, part, status, sent_at, due_at, via)
            SELECT $1, seq, message_id, 'bot', epoch, text, language, buttons, nullif(attachment, 'null'), $3, part,
                   status, CASE WHEN status = 'sent' THEN now() END, CASE WHEN status = 'queued' THEN now() END,
                   CASE WHEN status = 'queued' THEN 'own' ELSE via END
            FROM said
        )
        SELECT more FROM thread
        """,
        uuid.UUID(turn.conversation.id),
        instance,
        turn.seq,
        turn.conversation.epoch,
        [_message(part, one, turn.conversation.language) for part, one in enumerate(said)],
        dict(reply.slots) if reply else None,
        dict(reply.carry) if reply else None,
        (0 if fresh_session else reply.events) if reply else None,
        int(fresh_session),
        reply.active_form if reply else None,
        reply.language if reply else None,
        "sent" if turn.conversation.shows_at_once else "queued",
        reply is not None and reply.intent.get("name") == SWITCH,
    )
    return more


def _message(part: int, said: Outbound, language: str) -> dict[str, Any]:
    shown, kept = rows.offered(said)
    return {
        "part": part,
        "id": str(uuid.uuid4()),
        "text": said.text,
        "language": said.language or language,
        "buttons": shown,
        "attachment": asdict(said.attachment) if said.attachment else None,
        "offered": kept,
    }
