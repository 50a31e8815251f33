"""Who wants to be called back: asked for by patients out of hours, worked off at the desk."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from frontdoor.conversations.model import Conversation
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.states import Refused
from frontdoor.conversations.store_reading import VISIBLE
from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

MOST = 300  # in the list


@dataclass(frozen=True)
class Callback:
    """One line of the work list. *how*: phone, or here: in the chat; *wanted*: when, in a word or the patient's own."""

    id: str
    conversation_id: str
    name: str
    channel: str
    language: str
    queue: str
    how: str
    phone: str
    wanted: str
    asked_at: datetime
    tries: int
    tried_at: datetime | None


async def begin(connection: Connection, now: Conversation, *, how: str, phone: str, awaits: str, at: datetime) -> None:
    """Note that the patient wants to be called back, and what their next line is taken for. Again: anew."""
    await connection.execute(
        """
        INSERT INTO desk.callback AS b (id, conversation_id, how, phone, asked_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (conversation_id) WHERE status = 'open'
            DO UPDATE SET how = excluded.how, phone = excluded.phone, wanted = ''
        """,
        uuid.uuid4(), uuid.UUID(now.id), how, phone, at,
    )  # fmt: skip
    await connection.execute(
        "UPDATE conversations.conversation SET awaits = $2, awaits_at = $3, callback_at = coalesce(callback_at, $3) "
        "WHERE id = $1",
        uuid.UUID(now.id), awaits, at,
    )  # fmt: skip


async def told_phone(connection: Connection, now: Conversation, phone: str, at: datetime) -> None:
    """Keep the number; the next line is when to call."""
    await connection.execute(
        "UPDATE desk.callback SET phone = $2 WHERE conversation_id = $1 AND status = 'open'", uuid.UUID(now.id), phone
    )
    await await_next(connection, now.id, "callback_when", at)


async def told_when(connection: Connection, now: Conversation, wanted: str) -> bool:
    """Keep when to call; False: there is no open request."""
    kept = await connection.fetchval(
        "UPDATE desk.callback SET wanted = $2 WHERE conversation_id = $1 AND status = 'open' RETURNING true",
        uuid.UUID(now.id), wanted,
    )  # fmt: skip
    await await_next(connection, now.id, None, None)
    return bool(kept)


async def await_next(connection: Connection, conversation_id: str, awaits: str | None, at: datetime | None) -> None:
    """Note what the patient's next line is taken for; None: nothing but itself."""
    await connection.execute(
        "UPDATE conversations.conversation SET awaits = $2, awaits_at = $3 WHERE id = $1",
        uuid.UUID(conversation_id), awaits, at,
    )  # fmt: skip


async def cancel(connection: Connection, conversation_id: str) -> None:
    """The patient needs nobody any more."""
    await connection.execute(
        "UPDATE desk.callback SET status = 'cancelled' WHERE conversation_id = $1 AND status = 'open'",
        uuid.UUID(conversation_id),
    )
    await connection.execute(
        "UPDATE conversations.conversation SET callback_at = NULL, awaits = NULL WHERE id = $1 "
        "AND (callback_at IS NOT NULL OR awaits IS NOT NULL)",
        uuid.UUID(conversation_id),
    )


async def listed(pool: Pool, scope: Scope, actor: Actor) -> list[Callback]:
    """Return who is to be called back, the longest waiting first. One audit row."""
    async with pool.acquire() as connection, connection.transaction():
        found = await connection.fetch(
            f"""
            SELECT b.*, c.display_name AS name, c.channel, c.language, c.queue
            FROM desk.callback b JOIN conversations.conversation c ON c.id = b.conversation_id
            WHERE b.status = 'open' AND {VISIBLE} ORDER BY b.asked_at LIMIT $3
            """,  # noqa: S608 - our own
            None if scope.queues is None else list(scope.queues),
            uuid.UUID(scope.staff_id),
            MOST,
        )
        await audit.record(connection, actor, "callback.list", "callbacks", after={"found": len(found)})
    return [_callback(row) for row in found]


async def phone(pool: Pool, scope: Scope, actor: Actor, callback_id: str) -> str:
    """Return the number to call. One audit row.

    Raises:
        Refused: unknown — not there, or not for them.
    """
    async with pool.acquire() as connection, connection.transaction():
        found = await _locked(connection, scope, callback_id)
        await audit.record(connection, actor, "callback.reveal", f"conversation:{found.conversation_id}")
        return found.phone


async def settle(pool: Pool, scope: Scope, actor: Actor, callback_id: str, at: datetime, *, reached: bool) -> None:
    """Note that somebody called: it is done, or nobody was *reached* and it stays.

    Raises:
        Refused: unknown — not there, not for them, or settled already.
    """
    async with pool.acquire() as connection, connection.transaction():
        found = await _locked(connection, scope, callback_id)
        if reached:
            await connection.execute(
                "UPDATE desk.callback SET status = 'done', done_by = $2, done_at = $3 WHERE id = $1",
                uuid.UUID(callback_id), uuid.UUID(actor.id), at,
            )  # fmt: skip
        else:
            await connection.execute(
                "UPDATE desk.callback SET tries = tries + 1, tried_at = $2 WHERE id = $1", uuid.UUID(callback_id), at
            )
        await connection.execute(  # wakes the pages as well
            "UPDATE conversations.conversation SET callback_at = CASE WHEN $2 THEN NULL ELSE callback_at END "
            "WHERE id = $1",
            uuid.UUID(found.conversation_id), reached,
        )  # fmt: skip
        what = "callback.done" if reached else "callback.not_reached"
        await audit.record(connection, actor, what, f"conversation:{found.conversation_id}")


async def _locked(connection: Connection, scope: Scope, callback_id: str) -> Callback:
    row = await connection.fetchrow(
        """
        SELECT b.*, c.display_name AS name, c.channel, c.language, c.queue, c.owner_id
        FROM desk.callback b JOIN conversations.conversation c ON c.id = b.conversation_id
        WHERE b.id = $1 AND b.status = 'open' FOR UPDATE OF c, b
        """,
        uuid.UUID(callback_id),
    )
    owner = str(row["owner_id"]) if row and row["owner_id"] else None
    if row is None or not scope.covers(row["queue"], owner, str(row["conversation_id"])):
        raise Refused("unknown")
    return _callback(row)


def _callback(row: object) -> Callback:
    values = {name: row[name] for name in Callback.__dataclass_fields__}  # type: ignore[index]
    return Callback(**{**values, "id": str(values["id"]), "conversation_id": str(values["conversation_id"])})
