"""The gate: the bot's answer to a turn, written in one statement that also decides whether it may still be said."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from frontdoor.assistant.protocol import Reply
from frontdoor.conversations import rows, views
from frontdoor.conversations.model import Outbound, Turn
from frontdoor.conversations.states import State
from frontdoor.conversations.views import COLUMNS, PAGE_MESSAGES, SHOWN, View
from frontdoor.database.pool import Connection

BY_BOT = {"author": "bot", "author_name": None}
ANSWER = f"""
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
    RETURNING id, epoch, changed_xid::text AS mark, state, owner_name, via,
              last_seq - jsonb_array_length($5::jsonb) AS base,
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
SELECT thread.more, mark, state, owner_name, may_speak, base, now() AS at, m.*
FROM thread LEFT JOIN LATERAL (
    SELECT {COLUMNS}, {SHOWN} AS shown FROM conversations.message
    WHERE conversation_id = $1 AND seq > $14 ORDER BY seq LIMIT {PAGE_MESSAGES}
) AS m ON true ORDER BY m.seq
"""  # noqa: S608  # constants of ours
SWITCH = "language_switch"  # the patient asked for a language: what they write later does not change it


@dataclass(frozen=True)
class Answered:
    """What became of an answer: whether more waits for the bot, and what the patient sees next, where that is known."""

    more: bool
    view: View | None


async def answer(
    connection: Connection, instance: uuid.UUID, turn: Turn, said: Sequence[Outbound], reply: Reply | None,
    *, fresh_session: bool = False, after: int | None = None,
) -> Answered | None:  # fmt: skip
    """Write what the bot *said* in *turn*, and what it knows since.

    If the bot may no longer speak, or somebody else spoke since the turn began, it is a draft for staff. None: the
    turn is another process's by now, and nothing was written. *reply* None: the bot gave none, and knows what it knew.
    *after*: return also what a web chat that has the messages up to there sees next.
    """
    written = [_message(part, one, turn.conversation.language) for part, one in enumerate(said)]
    found = await connection.fetch(
        ANSWER,
        uuid.UUID(turn.conversation.id),
        instance,
        turn.seq,
        turn.conversation.epoch,
        written,
        dict(reply.slots) if reply else None,
        dict(reply.carry) if reply else None,
        (0 if fresh_session else reply.events) if reply else None,
        int(fresh_session),
        reply.active_form if reply else None,
        reply.language if reply else None,
        "sent" if turn.conversation.shows_at_once else "queued",
        reply is not None and reply.intent.get("name") == SWITCH,
        after,
    )
    return Answered(found[0]["more"], _view(found, written, after)) if found else None


def _view(found: Sequence[Any], written: Sequence[dict[str, Any]], after: int | None) -> View | None:
    """Put together what the patient sees next, where nothing else needs to be read for it.

    What others wrote while the statement waited for them is counted in *base*, but the statement does not see it.
    """
    now = found[0]
    before = [row for row in found if row["seq"] is not None]
    if after is None or now["state"] not in (State.BOT, State.WAITING) or len(before) != now["base"] - after:
        return None
    messages = [views.message(row) for row in before if row["shown"]]
    if now["may_speak"]:
        for number, said in enumerate(written, now["base"] + 1):
            messages.append(views.message(said | BY_BOT | {"seq": number, "created_at": now["at"]}))
    return View(now["state"], now["owner_name"], False, False, now["mark"], messages)


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
