"""Tokens of channels, sealed: the only SQL about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdoor.database.pool import Connection, Pool


@dataclass(frozen=True)
class Kept:
    """A token as it is kept, and how it fares. Instants are aware UTC."""

    sealed: str
    since: datetime  # we have had it
    expires_at: datetime | None
    tried_at: datetime | None  # to renew it, in vain


async def lock(connection: Connection, channel: str, account: str, *, given: bytes, sealed: str, at: datetime) -> Kept:
    """Return what is kept, its row locked. *given* is a digest of the settings' token; another one begins anew."""
    row = await connection.fetchrow(
        """
        INSERT INTO channels.token AS t (channel, account, given_sha256, sealed, since) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (channel, account) DO UPDATE SET
            sealed = CASE WHEN t.given_sha256 = $3 THEN t.sealed ELSE $4 END,
            since = CASE WHEN t.given_sha256 = $3 THEN t.since ELSE $5 END,
            expires_at = CASE WHEN t.given_sha256 = $3 THEN t.expires_at END,
            tried_at = CASE WHEN t.given_sha256 = $3 THEN t.tried_at END,
            error_class = CASE WHEN t.given_sha256 = $3 THEN t.error_class END,
            error_code = CASE WHEN t.given_sha256 = $3 THEN t.error_code END,
            given_sha256 = $3
        RETURNING *
        """,
        channel, account, given, sealed, at,
    )  # fmt: skip
    return Kept(row["sealed"], row["since"], row["expires_at"], row["tried_at"])


async def keep(
    connection: Connection, channel: str, account: str, sealed: str, at: datetime, expires_at: datetime | None
) -> None:
    """Keep a token that we have from now on."""
    await connection.execute(
        "UPDATE channels.token SET sealed = $3, since = $4, expires_at = $5, tried_at = NULL, error_class = NULL, "
        "error_code = NULL WHERE channel = $1 AND account = $2",
        channel, account, sealed, at, expires_at,
    )  # fmt: skip


async def failed(connection: Connection, channel: str, account: str, at: datetime, error: str, code: str) -> None:
    """Note that it could not be renewed."""
    await connection.execute(
        "UPDATE channels.token SET tried_at = $3, error_class = $4, error_code = $5 "
        "WHERE channel = $1 AND account = $2",
        channel, account, at, error, code,
    )  # fmt: skip


async def sealed(pool: Pool, channel: str, account: str, given: bytes) -> str | None:
    """Return what is kept in place of the settings' token with the digest *given*."""
    found: str | None = await pool.fetchval(
        "SELECT sealed FROM channels.token WHERE channel = $1 AND account = $2 AND given_sha256 = $3",
        channel, account, given,
    )  # fmt: skip
    return found


async def all_of_them(pool: Pool) -> list[dict[str, Any]]:
    """Return how every kept token fares, without the token."""
    found = await pool.fetch("SELECT channel, account, since, expires_at, error_class, error_code FROM channels.token")
    return [dict(row) for row in found]
