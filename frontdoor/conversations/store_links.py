"""One-time links from a platform to the web chat. Of a token only its digest is stored."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation
from frontdoor.database.pool import Connection, Pool

TOKEN_BYTES = 32
LINK_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=24)  # of the web chat that a link opened: the device may be shared


@dataclass(frozen=True)
class Opened:
    """A link that was used just now: the conversation goes on under *session_token*."""

    conversation: Conversation
    purpose: str
    session_token: str


async def mint(connection: Connection, conversation_id: str, purpose: str, now: datetime) -> str:
    """Return the token of a fresh link to this conversation."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await connection.execute(
        "INSERT INTO conversations.link (token_sha256, conversation_id, purpose, expires_at) VALUES ($1, $2, $3, $4)",
        digest(token), uuid.UUID(conversation_id), purpose, now + LINK_LASTS,
    )  # fmt: skip
    return token


async def look(pool: Pool, token: str, now: datetime) -> Conversation | None:
    """Return the conversation of a link that can still be used; nothing happens to the link."""
    row = await pool.fetchrow(
        """
        SELECT c.* FROM conversations.link l JOIN conversations.conversation c ON c.id = l.conversation_id
        WHERE l.token_sha256 = $1 AND l.used_at IS NULL AND l.expires_at > $2
        """,
        digest(token),
        now,
    )
    return rows.conversation(row) if row else None


async def use(pool: Pool, token: str, now: datetime) -> Opened | None:
    """Use the link up and open a session of the web chat; None: it was used, is too old, or never was.

    The session shows what is said in the web chat from now on: neither what stands on the platform nor what an
    earlier session was told. The link's address goes from the message that it was in.
    """
    session_token = secrets.token_urlsafe(TOKEN_BYTES)
    async with pool.acquire() as connection, connection.transaction():
        link = await connection.fetchrow(
            """
            UPDATE conversations.link SET used_at = $2
            WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2 RETURNING conversation_id, purpose
            """,
            digest(token),
            now,
        )
        if link is None:
            return None
        row = await connection.fetchrow(
            """
            WITH forgotten AS (
                UPDATE conversations.message SET text = replace(text, $4, '…')
                WHERE conversation_id = $1 AND author IN ('bot', 'system') AND position($4 IN text) > 0
            ), session AS (
                INSERT INTO conversations.web_session (token_sha256, conversation_id, expires_at, from_seq)
                SELECT $2, id, $3, last_seq FROM conversations.conversation WHERE id = $1
            )
            SELECT * FROM conversations.conversation WHERE id = $1
            """,
            link["conversation_id"], digest(session_token), now + SESSION_LASTS, token,
        )  # fmt: skip
    return Opened(rows.conversation(row), link["purpose"], session_token)


def digest(token: str) -> bytes:
    """Return what is stored of *token*."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
