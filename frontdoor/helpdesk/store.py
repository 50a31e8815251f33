"""Tokens and webhooks. Each change has its audit row in the same transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.errors import Unknown
from frontdoor.desk.secrets import digest, new_token
from frontdoor.helpdesk.model import CONVERSATIONS, TOKEN_PREFIX, Caller, Webhook
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor
from frontdoor.sealing import Seal

USED_EVERY = timedelta(minutes=1)  # the last use of a token is noted no oftener
MOST = 200


async def create_token(
    connection: Connection, name: str, scopes: Sequence[str], queues: Sequence[str], by: Actor, at: datetime, *,
    days: int = 0,
) -> tuple[str, str]:  # fmt: skip
    """Make a token for *days* (0: until it is revoked); return its id and its text, which is nowhere else."""
    identifier, text = uuid.uuid4(), TOKEN_PREFIX + new_token().text
    await connection.execute(
        "INSERT INTO helpdesk.token (id, name, token_sha256, scopes, queues, created_at, created_by, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        identifier, name, digest(text), list(scopes), list(queues), at, by.name or by.id,
        at + timedelta(days=days) if days else None,
    )  # fmt: skip
    after = {"name": name, "scopes": list(scopes), "queues": list(queues), "days": days}
    await audit.record(connection, by, "token.create", f"token:{identifier}", after=after)
    return str(identifier), text


async def caller(pool: Pool, text: str, at: datetime, address: str) -> Caller | None:
    """Return the program with this token, unless it was revoked or is over."""
    row = await pool.fetchrow(
        "SELECT * FROM helpdesk.token WHERE token_sha256 = $1 AND revoked_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > $2)",
        digest(text),
        at,
    )
    if row is None:
        return None
    if row["used_at"] is None or at - row["used_at"] > USED_EVERY:
        await pool.execute("UPDATE helpdesk.token SET used_at = $2 WHERE id = $1", row["id"], at)
    return replace(_caller(row), address=address)


async def tokens(pool: Pool) -> list[Caller]:
    """Return all tokens, those in use first."""
    found = await pool.fetch(
        "SELECT * FROM helpdesk.token ORDER BY revoked_at IS NOT NULL, created_at DESC LIMIT $1", MOST
    )
    return [_caller(row) for row in found]


async def revoke_token(connection: Connection, token_id: str, by: Actor, at: datetime) -> None:
    """Let a token open nothing more, from this moment.

    Raises:
        Unknown: There is no such token, or it was revoked before.
    """
    revoke = "UPDATE helpdesk.token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING true"
    if not await connection.fetchval(revoke, uuid.UUID(token_id), at):
        raise Unknown("token")
    await audit.record(connection, by, "token.revoke", f"token:{token_id}")


async def create_webhook(
    connection: Connection, seal: Seal, url: str, events: Sequence[str], queues: Sequence[str], by: Actor,
    at: datetime, *, with_text: bool,
) -> tuple[str, str]:  # fmt: skip
    """Tell *url* from now on; return its id and the secret that signs what we send, which is shown once."""
    identifier, secret = uuid.uuid4(), new_token().text
    await connection.execute(
        "INSERT INTO helpdesk.webhook (id, url, secret, events, queues, with_text, created_at, created_by) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        identifier, url, seal.seal(secret, about(str(identifier))), list(events), list(queues), with_text, at,
        by.name or by.id,
    )  # fmt: skip
    after = {"events": list(events), "queues": list(queues), "with_text": with_text}
    await audit.record(connection, by, "webhook.create", f"webhook:{identifier}", after=after)
    return str(identifier), secret


async def webhooks(pool: Pool) -> list[Webhook]:
    """Return everybody who is told or was, those in use first."""
    found = await pool.fetch(
        "SELECT * FROM helpdesk.webhook ORDER BY ended_at IS NOT NULL, created_at DESC LIMIT $1", MOST
    )
    return [webhook(row) for row in found]


async def end_webhook(connection: Connection, webhook_id: str, by: Actor, at: datetime) -> None:
    """Tell it nothing more, also nothing that waits.

    Raises:
        Unknown: There is no such webhook, or it was ended before.
    """
    end = "UPDATE helpdesk.webhook SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING true"
    if not await connection.fetchval(end, uuid.UUID(webhook_id), at):
        raise Unknown("webhook")
    await connection.execute(
        "UPDATE helpdesk.delivery SET status = 'failed', answer = 'ended' WHERE webhook_id = $1 AND status = 'waiting'",
        uuid.UUID(webhook_id),
    )
    await audit.record(connection, by, "webhook.end", f"webhook:{webhook_id}")


async def keep_chatwoot(pool: Pool, url: str, queues: Sequence[str], at: datetime) -> None:
    """Let what Chatwoot is to hear be noted; an empty *url*: nothing any more."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE helpdesk.webhook IN SHARE ROW EXCLUSIVE MODE")
        await connection.execute(
            "UPDATE helpdesk.webhook SET ended_at = $1 WHERE kind = 'chatwoot' AND ended_at IS NULL "
            "AND (url <> $2 OR queues <> $3)",
            at, url, list(queues),
        )  # fmt: skip
        if url and not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM helpdesk.webhook WHERE kind = 'chatwoot' AND ended_at IS NULL)"
        ):
            await connection.execute(
                "INSERT INTO helpdesk.webhook (id, kind, url, secret, events, queues, with_text, created_at, "
                "created_by) VALUES ($1, 'chatwoot', $2, '', $3, $4, true, $5, 'settings')",
                uuid.uuid4(), url, list(CONVERSATIONS), list(queues), at,
            )  # fmt: skip


def about(webhook_id: str) -> str:
    """Return what the secret of a webhook is sealed for."""
    return f"secret of webhook {webhook_id}"


def webhook(row: Any) -> Webhook:
    """Read a webhook."""
    return Webhook(
        id=str(row["id"]), kind=row["kind"], url=row["url"], secret=row["secret"], events=tuple(row["events"]),
        queues=tuple(row["queues"]), with_text=row["with_text"], created_at=row["created_at"],
        created_by=row["created_by"], ended_at=row["ended_at"],
    )  # fmt: skip


def _caller(row: Any) -> Caller:
    return Caller(
        id=str(row["id"]), name=row["name"], scopes=frozenset(row["scopes"]), queues=tuple(row["queues"]),
        created_at=row["created_at"], created_by=row["created_by"], expires_at=row["expires_at"],
        used_at=row["used_at"], revoked_at=row["revoked_at"],
    )  # fmt: skip
