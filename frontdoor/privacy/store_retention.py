"""What is forgotten, when, and all that is forgotten of one sender.

The audit log is not swept: it holds no words of patients and is the proof of who read them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

BATCH = 500  # rows in one statement: nobody waits long for a lock

# What belongs to the conversations in `gone` and does not go with them by itself.
_REST = """
, trackers AS (DELETE FROM rasa.tracker t USING gone, generate_series(1, gone.session) AS n
               WHERE t.sender_id = gone.id || '.' || n)
, aliases AS (DELETE FROM channels.alias a USING gone
              WHERE (a.channel, a.account, a.address) = (gone.channel, gone.account, gone.address))
SELECT count(*) FROM gone
"""
_GONE = "RETURNING id, session, channel, account, address"
# name -> (statement, how long it is kept; None: as long as the clinic says). $1 is the age, $2 the batch.
_RULES: dict[str, tuple[str, timedelta | None]] = {
    "conversations": (
        f"""WITH gone AS (DELETE FROM conversations.conversation WHERE id IN (
                SELECT id FROM conversations.conversation
                WHERE updated_at < now() - $1::interval AND state IN ('bot', 'closed')
                ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED) {_GONE}) {_REST}""",  # noqa: S608 - pieces of our own
        None,
    ),
    "chats in which nobody wrote": (
        f"""WITH gone AS (DELETE FROM conversations.conversation WHERE id IN (
                SELECT id FROM conversations.conversation
                WHERE updated_at < now() - $1::interval AND channel = 'web' AND last_patient_seq = 0 AND state = 'bot'
                ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED) {_GONE}) {_REST}""",  # noqa: S608
        timedelta(days=2),
    ),
    "trackers": (
        """WITH gone AS (DELETE FROM rasa.tracker WHERE sender_id IN (
               SELECT sender_id FROM rasa.tracker WHERE updated_at < now() - $1::interval
               ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1) SELECT count(*) FROM gone""",
        timedelta(days=30),
    ),
    "events": (
        """WITH gone AS (DELETE FROM conversations.received WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM conversations.received WHERE at < now() - $1::interval LIMIT $2)) RETURNING 1)
           SELECT count(*) FROM gone""",
        timedelta(days=30),  # platforms repeat for up to seven
    ),
    "web sessions": (
        """WITH gone AS (DELETE FROM conversations.web_session WHERE token_sha256 IN (
               SELECT token_sha256 FROM conversations.web_session WHERE expires_at < now() - $1::interval LIMIT $2)
               RETURNING 1) SELECT count(*) FROM gone""",
        timedelta(days=1),
    ),
    "links": (
        """WITH gone AS (DELETE FROM conversations.link WHERE token_sha256 IN (
               SELECT token_sha256 FROM conversations.link WHERE expires_at < now() - $1::interval LIMIT $2)
               RETURNING 1) SELECT count(*) FROM gone""",
        timedelta(days=1),
    ),
    "sessions of staff": (
        """WITH gone AS (DELETE FROM desk.session WHERE id IN (
               SELECT id FROM desk.session WHERE created_at < now() - $1::interval LIMIT $2) RETURNING 1)
           SELECT count(*) FROM gone""",
        timedelta(days=90),
    ),
    "failed sign-ins": (
        """WITH gone AS (DELETE FROM desk.attempt WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM desk.attempt WHERE at < now() - $1::interval LIMIT $2)) RETURNING 1)
           SELECT count(*) FROM gone""",
        timedelta(days=1),
    ),
}
_FIND = """
SELECT id, state, turn_instance IS NOT NULL AS in_turn FROM conversations.conversation
WHERE id::text = $1 OR channel || ':' || account || ':' || address = $1
"""
_ERASE = f"WITH gone AS (DELETE FROM conversations.conversation WHERE id = $1 {_GONE}) {_REST}"  # noqa: S608


@dataclass(frozen=True)
class Found:
    """A conversation that an operator named. *busy*: a person or the assistant is at it now."""

    id: UUID
    busy: bool


class Retention:
    """Forgets what is old. *keep* is how long a conversation is kept after anything last happened in it."""

    def __init__(self, pool: Pool, keep: timedelta) -> None:
        self._pool = pool
        self._keep = keep

    async def sweep(self) -> dict[str, int]:
        """Delete all that is past its time; return how many of each kind, those with any."""
        counts = {name: await self._delete(statement, age or self._keep) for name, (statement, age) in _RULES.items()}
        return {name: count for name, count in counts.items() if count}

    async def _delete(self, statement: str, age: timedelta) -> int:
        total = 0
        while count := await self._pool.fetchval(statement, age, BATCH):
            total += count
            if count < BATCH:
                break
        return total


async def find(pool: Pool, named: str) -> Found | None:
    """Return the conversation *named* by its id or its sender (`channel:account:address`), None: there is none."""
    row = await pool.fetchrow(_FIND, named)
    return row and Found(row["id"], row["in_turn"] or row["state"] not in ("bot", "closed"))


async def erase(pool: Pool, conversation: UUID, reason: str, actor: Actor) -> bool:
    """Delete all that is kept of a conversation but its rows in the audit log; False: it is gone already."""
    async with pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval(_ERASE, conversation):
            return False
        await audit.record(
            connection, actor, "conversation.erase", f"conversation:{conversation}", after={"reason": reason}
        )
        return True


async def export(pool: Pool, conversation: UUID, actor: Actor) -> dict[str, Any]:
    """Return all that a sender may have of what is kept about them, as JSON values; the log says who took it."""
    async with pool.acquire() as connection, connection.transaction():
        await audit.record(connection, actor, "conversation.export", f"conversation:{conversation}")
        about = await connection.fetchrow(
            """SELECT channel, account, address, display_name, campaign, language, stopped_at, state, summary, slots,
                      created_at FROM conversations.conversation WHERE id = $1""", conversation)  # fmt: skip
        messages = await _rows(
            connection,
            """SELECT seq, created_at AS at, author, author_name, text, attachment, status
               FROM conversations.message WHERE conversation_id = $1 AND author <> 'note' ORDER BY seq""",
            conversation,
        )
        consents = await _rows(
            connection,
            "SELECT kind, source, detail, at FROM conversations.consent WHERE conversation_id = $1 ORDER BY id",
            conversation,
        )
        callbacks = await _rows(
            connection,
            "SELECT how, phone, wanted, asked_at, status FROM desk.callback WHERE conversation_id = $1 "
            "ORDER BY asked_at",
            conversation,
        )
        feedback = await _rows(
            connection,
            "SELECT score, asked_at, answered_at FROM desk.feedback WHERE conversation_id = $1 ORDER BY asked_at",
            conversation,
        )
    found = {"messages": messages, "consents": consents, "callbacks": callbacks, "feedback": feedback}
    return {"conversation": str(conversation), **_plain(dict(about)), **found}


async def _rows(connection: Connection, statement: str, conversation: UUID) -> list[dict[str, Any]]:
    return [_plain(dict(row)) for row in await connection.fetch(statement, conversation)]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
