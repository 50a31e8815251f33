"""Changes of who may speak: lock the row, step (states.py), write the difference, the transition and the audit row."""

import uuid
from datetime import datetime

from frontdoor.conversations import rows
from frontdoor.conversations.happenings import Happening, ReturnedToBot
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.states import USUAL, Ownership, Refused, State, Terms, step
from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor


async def lock(connection: Connection, conversation_id: str) -> Conversation:
    """Return the conversation, its row locked until the transaction ends.

    Raises:
        Refused: unknown — there is no such conversation.
    """
    row = await connection.fetchrow(
        "SELECT * FROM conversations.conversation WHERE id = $1 FOR UPDATE", uuid.UUID(conversation_id)
    )
    if row is None:
        raise Refused("unknown")
    return rows.conversation(row)


async def apply(
    connection: Connection, now: Conversation, what: Happening, actor: Actor, terms: Terms = USUAL
) -> Conversation:
    """Let *what* happen to the locked conversation *now*; return it after.

    Where the speaker changes, whatever the bot has not begun to send is kept for staff instead.

    Raises:
        Refused: The state does not allow it; nothing was written.
    """
    before, after = now.ownership, step(now.ownership, what, terms)
    if after == before:
        return now
    row = await _write(connection, now.id, after)
    if after.epoch != before.epoch:
        await _suppress_queued(connection, now.id)
    await _cover(connection, now, what, after)
    if _worth_recording(before, after):
        await _record(connection, now.id, what, actor, before, after)
    return rows.conversation(row)


async def due(pool: Pool, condition: str, at: datetime, *, limit: int = 100) -> list[str]:
    """Return conversations for which a timer has run out. *condition* is a name in `_DUE`."""
    found = await pool.fetch(f"SELECT id FROM conversations.conversation WHERE {_DUE[condition]} LIMIT $2", at, limit)  # noqa: S608 - from the table below
    return [str(row["id"]) for row in found]


async def shorten_leases(pool: Pool, at: datetime, terms: Terms) -> None:
    """Let no lease run longer than one that began at *at*: the clock was set back."""
    await pool.execute(
        """
        UPDATE conversations.conversation c SET lease_expires_at = latest.at FROM (
            SELECT id, $1::timestamptz + CASE WHEN priority = 0 THEN $3::interval ELSE $2::interval END AS at
            FROM conversations.conversation WHERE state = 'staff') latest
        WHERE c.id = latest.id AND c.state = 'staff' AND c.lease_expires_at > latest.at
        """,
        at, terms.lease, terms.emergency_lease,
    )  # fmt: skip


async def position(connection: Connection, conversation: Conversation) -> int:
    """Return how many of the same queue are answered first, plus one."""
    ahead = await connection.fetchval(
        """
        SELECT count(*) FROM conversations.conversation
        WHERE state = 'waiting' AND queue = $1 AND (priority, waiting_since, id) < ($2, $3, $4)
        """,
        conversation.ownership.queue,
        conversation.ownership.priority,
        conversation.ownership.waiting_since,
        uuid.UUID(conversation.id),
    )
    return int(ahead) + 1


_DUE = {
    "lease": "state = 'staff' AND lease_expires_at <= $1",
    "returning": "state = 'returning' AND returning_since <= $1",
    "opened": "state = 'waiting' AND deferred AND waiting_since <= $1",
    "first_reply": "state = 'staff' AND replied_at IS NULL AND claimed_at <= $1",
}


async def _write(connection: Connection, conversation_id: str, after: Ownership) -> object:
    values = [getattr(after, name) for name in rows.OWNERSHIP]
    values[0] = after.state.value
    values[2] = uuid.UUID(after.owner_id) if after.owner_id else None
    assignments = ", ".join(f"{name} = ${number}" for number, name in enumerate(rows.OWNERSHIP, 2))
    return await connection.fetchrow(
        f"UPDATE conversations.conversation SET {assignments} WHERE id = $1 RETURNING *",  # noqa: S608 - our own names
        uuid.UUID(conversation_id),
        *values,
    )


async def _suppress_queued(connection: Connection, conversation_id: str) -> None:
    await connection.execute(
        "UPDATE conversations.message SET status = 'suppressed' "
        "WHERE conversation_id = $1 AND author = 'bot' AND status = 'queued'",
        uuid.UUID(conversation_id),
    )


async def _cover(connection: Connection, now: Conversation, what: Happening, after: Ownership) -> None:
    """Move the bot's cursor past what a person has dealt with."""
    if isinstance(what, ReturnedToBot):  # only what staff have seen: a message they missed is the bot's to answer
        cursor = "greatest(bot_cursor, staff_seen_seq)"
    elif after.state is State.CLOSED:
        cursor = "last_patient_seq"
    else:
        return
    await connection.execute(
        f"UPDATE conversations.conversation SET bot_cursor = {cursor} WHERE id = $1",  # noqa: S608 - one of the two above
        uuid.UUID(now.id),
    )


def _worth_recording(before: Ownership, after: Ownership) -> bool:
    """Tell a change of owner or urgency from a heartbeat."""
    return (before.state, before.epoch, before.priority, before.bot_ok) != (
        after.state, after.epoch, after.priority, after.bot_ok,
    )  # fmt: skip


async def _record(
    connection: Connection, conversation_id: str, what: Happening, actor: Actor, before: Ownership, after: Ownership
) -> None:
    event = type(what).__name__
    await connection.execute(
        """
        INSERT INTO conversations.transition (conversation_id, event, from_state, to_state, epoch, priority, actor,
                                              owner_id, queue, reason, came_of)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        uuid.UUID(conversation_id), event, before.state.value, after.state.value, after.epoch, after.priority,
        actor.id, uuid.UUID(after.owner_id) if after.owner_id else None, after.queue, after.reason,
        after.disposition if after.state is State.CLOSED else None,
    )  # fmt: skip
    await audit.record(
        connection, actor, f"conversation.{event}", f"conversation:{conversation_id}",
        before=_public(before), after=_public(after),
    )  # fmt: skip


def _public(ownership: Ownership) -> dict[str, object]:
    return {
        "state": ownership.state.value, "epoch": ownership.epoch, "owner": ownership.owner_id,
        "priority": ownership.priority, "queue": ownership.queue,
    }  # fmt: skip
