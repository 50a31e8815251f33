"""Web chat sessions, and what a patient may see of a conversation. Each method is one statement."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.channels.contract import Recipient
from frontdoor.conversations.model import WEB
from frontdoor.conversations.store import instance_key
from frontdoor.conversations.views import COLUMNS, PAGE_MESSAGES, SHOWN, View, message
from frontdoor.database.pool import Connection, Pool

SESSION_LASTS = timedelta(days=30)
TOKEN_BYTES = 32
ACCOUNT = "web"  # the one account of this channel
TYPING_LASTS = timedelta(seconds=12)  # after a page said so; it says so again every few seconds


@dataclass(frozen=True)
class Session:
    """Who is calling: the conversation that a token stands for, and the language spoken there.

    A one-time link opens a session of a platform's conversation: *channel*, *account* and *address* are the
    platform's then, and nothing up to the message *from_seq* is shown.
    """

    conversation_id: str
    language: str
    channel: str
    account: str
    address: str
    phi: str
    from_seq: int
    expires_at: datetime


class WebStore:
    """The web chat's rows in PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def open_session(self, language: str, campaign: str | None, now: datetime) -> tuple[str, str]:
        """Begin a conversation; return its token, of which only a digest is stored, and its id."""
        token, conversation_id = secrets.token_urlsafe(TOKEN_BYTES), uuid.uuid4()
        expires_at = now + SESSION_LASTS
        await self.pool.execute(
            """
            WITH begun AS (
                INSERT INTO conversations.conversation (id, channel, account, address, language, campaign, phi)
                VALUES ($1, $2, $3, $4, $5, $6, 'allow') RETURNING id
            )
            INSERT INTO conversations.web_session (token_sha256, conversation_id, expires_at)
            SELECT $7, id, $8 FROM begun
            """,
            conversation_id, WEB, ACCOUNT, str(conversation_id), language, campaign, digest(token), expires_at,
        )  # fmt: skip
        return token, str(conversation_id)

    async def session(self, token_sha256: bytes, now: datetime) -> Session | None:
        """Return the session of the token with this digest, if there is one that has not expired."""
        row = await self.pool.fetchrow(
            """
            SELECT c.id, c.language, c.channel, c.account, c.address, c.phi, s.from_seq, s.expires_at
            FROM conversations.web_session s
            JOIN conversations.conversation c ON c.id = s.conversation_id
            WHERE s.token_sha256 = $1 AND s.expires_at > $2
            """,
            token_sha256,
            now,
        )
        if row is None:
            return None
        where = (row["channel"], row["account"], row["address"])
        return Session(str(row["id"]), row["language"], *where, row["phi"], row["from_seq"], row["expires_at"])

    async def choose_language(self, conversation_id: str, language: str) -> None:
        """Keep the language that the patient chose."""
        await self.pool.execute(
            "UPDATE conversations.conversation SET language = $2, language_locked = true WHERE id = $1",
            uuid.UUID(conversation_id),
            language,
        )

    async def view(self, conversation_id: str, after: int, *, limit: int = PAGE_MESSAGES) -> View | None:
        """Return the conversation with its next messages after *after*, or None when it was erased.

        Notes and what was kept from the patient are not among them; of a platform's conversation, what was said
        in the web chat is.
        """
        found = await self.pool.fetch(
            f"""
            SELECT c.changed_xid::text AS mark, c.state, c.owner_name, c.turn_seq IS NOT NULL AS answering, EXISTS (
                       SELECT FROM desk.viewing v WHERE v.conversation_id = c.id AND v.staff_id = c.owner_id
                       AND v.typing AND v.at > now() - $5::interval) AS typing, m.*
            FROM conversations.conversation c
            LEFT JOIN LATERAL (
                SELECT {COLUMNS} FROM conversations.message
                WHERE conversation_id = c.id AND seq > $2 AND (c.channel = $4 OR via = 'web') AND {SHOWN}
                ORDER BY seq LIMIT $3
            ) m ON true
            WHERE c.id = $1 ORDER BY m.seq
            """,  # noqa: S608  # constants of ours
            uuid.UUID(conversation_id),
            after,
            limit,
            WEB,
            TYPING_LASTS,
        )
        if not found:
            return None
        messages = [message(row) for row in found if row["seq"] is not None]
        first = found[0]
        return View(first["state"], first["owner_name"], first["answering"], first["typing"], first["mark"], messages)

    async def typing_to(self, conversation_id: str) -> tuple[str, Recipient] | None:
        """Return on which platform to whom the owner types now; None: nobody does, or it is read in the web chat."""
        row = await self.pool.fetchrow(
            """
            SELECT c.channel, c.address, (
                SELECT platform_ids[1] FROM conversations.message p
                WHERE p.conversation_id = c.id AND p.author = 'patient' ORDER BY p.seq DESC LIMIT 1) AS last
            FROM conversations.conversation c
            JOIN desk.viewing v ON v.conversation_id = c.id AND v.staff_id = c.owner_id
            WHERE c.id = $1 AND c.state = 'staff' AND c.via = 'own' AND c.channel <> $2 AND c.stopped_at IS NULL
                  AND v.typing AND v.at > now() - $3::interval
            """,
            uuid.UUID(conversation_id),
            WEB,
            TYPING_LASTS,
        )
        return (row["channel"], Recipient(row["address"], last_platform_id=row["last"] or "")) if row else None

    async def writes(self, conversation_id: str) -> None:
        """Tell the desk that the patient is typing; nothing is kept of it."""
        await self.pool.execute(
            "SELECT pg_notify('frontdoor', 'writing ' || id) FROM conversations.conversation "
            "WHERE id = $1 AND state IN ('waiting', 'staff')",
            uuid.UUID(conversation_id),
        )

    async def changes(self, conversation_ids: list[str]) -> dict[str, str]:
        """Return a mark for each conversation that differs after every change of it."""
        found = await self.pool.fetch(
            "SELECT id, changed_xid::text AS mark FROM conversations.conversation WHERE id = ANY($1)",
            [uuid.UUID(conversation_id) for conversation_id in conversation_ids],
        )
        return {str(row["id"]): row["mark"] for row in found}

    async def answers(self) -> None:
        """Return if the database answers, else raise what it raises."""
        await self.pool.fetchval("SELECT 1")

    async def queue(self) -> dict[tuple[str, bool], int]:
        """Return how many conversations there are by state and by whether they are an emergency, closed ones aside."""
        found = await self.pool.fetch(
            "SELECT state, priority = 0 AS urgent, count(*) FROM conversations.conversation "
            "WHERE state IN ('waiting', 'staff', 'returning') GROUP BY 1, 2"
        )
        return {(row["state"], row["urgent"]): row["count"] for row in found}

    async def turns(self) -> int:
        """Return how many turns are at the bot, of every process."""
        return int(
            await self.pool.fetchval("SELECT count(*) FROM conversations.conversation WHERE turn_instance IS NOT NULL")
        )


async def hold_instance(connection: Connection, instance: uuid.UUID) -> None:
    """Show that the process *instance* is alive for as long as *connection* lasts."""
    await connection.execute("SELECT pg_advisory_lock($1)", instance_key(instance))


def event_id(conversation_id: str, client_message_id: str) -> str:
    """Return the id of a web message: clients choose theirs freely, so it counts only within a conversation."""
    return f"{conversation_id}/{client_message_id}"


def digest(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
