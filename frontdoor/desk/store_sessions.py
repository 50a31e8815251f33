"""Sessions of staff: who is signed in, until when."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.access import Me
from frontdoor.desk.errors import SignedOut
from frontdoor.desk.secrets import Token, digest, new_token
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

ABSOLUTE, PENDING = timedelta(hours=12), timedelta(minutes=5)
DEVICE_MOST_CHARS = 200

# One condition for everything that asks whether a session is alive. $1 is the instant.
ALIVE = """
    d.ended_at IS NULL AND d.staff_version = s.version AND s.disabled_at IS NULL
    AND d.active_at > $1::timestamptz - CASE WHEN d.pending THEN interval '5 minutes'
                                             ELSE make_interval(mins => d.idle_minutes) END
    AND d.created_at > $1::timestamptz - interval '12 hours'
"""


@dataclass(frozen=True)
class Session:
    """One of a person's sessions, for their own list."""

    id: str
    created_at: datetime
    active_at: datetime
    address: str
    device: str


async def open_session(
    connection: Connection, staff_id: str, version: int, at: datetime, *, address: str, device: str, pending: bool,
    method: str = "password", idle_minutes: int = 15,
) -> Token:  # fmt: skip
    """Begin a session; return the token for the browser. *pending*: until the second factor. *method*: or oidc.

    It is over after *idle_minutes* in which the person did nothing.
    """
    token, identifier = new_token(), uuid.uuid4()
    await connection.execute(
        "INSERT INTO desk.session (id, token_sha256, csrf, staff_id, staff_version, pending, created_at, active_at, "
        "proved_at, address, device, method, idle_minutes) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9, $10, $11)",
        identifier, token.sha256, new_token().text, uuid.UUID(staff_id), version, pending, at, address,
        device[:DEVICE_MOST_CHARS], method, idle_minutes,
    )  # fmt: skip
    if not pending:
        name = await connection.fetchval("SELECT name FROM desk.staff WHERE id = $1", uuid.UUID(staff_id))
        actor = Actor(staff_id, name, str(identifier), address)
        await audit.record(connection, actor, "login", f"staff:{staff_id}", after={"by": method})
    return token


async def find(pool: Pool, token: str, at: datetime) -> Me | None:
    """Return who has this token, unless the session is over."""
    row = await pool.fetchrow(
        f"""
        SELECT d.id AS session_id, d.csrf, d.pending, d.created_at, d.active_at, d.idle_minutes, s.id, s.name,
               s.login, s.role, s.queues, s.language, s.version, s.totp_secret IS NOT NULL AS second_factor,
               d.method, d.proved_at,
               s.password_hash IS NOT NULL AS has_password, s.oidc_subject IS NOT NULL AS linked,
               ARRAY(SELECT g.conversation_id::text FROM desk.break_glass g
                     WHERE g.staff_id = s.id AND g.expires_at > $1 ORDER BY g.id) AS granted,
               ARRAY(SELECT g.expires_at FROM desk.break_glass g
                     WHERE g.staff_id = s.id AND g.expires_at > $1 ORDER BY g.id) AS granted_until
        FROM desk.session d JOIN desk.staff s ON s.id = d.staff_id WHERE d.token_sha256 = $2 AND {ALIVE}
        """,  # noqa: S608 - our own condition
        at,
        digest(token),
    )
    return _me(row) if row else None


async def active(pool: Pool, me: Me, at: datetime) -> datetime:
    """Note that the person did something; return when the session would now end for want of that."""
    await pool.execute("UPDATE desk.session SET active_at = $2 WHERE id = $1", uuid.UUID(me.session_id), at)
    return min(at + me.idle, me.ends_at)


async def proved(connection: Connection, session_id: str, actor: Actor, at: datetime) -> Token:
    """Note that the person showed again who they are; return the session's new token, the old one is void.

    Raises:
        SignedOut: The session ended meanwhile.
    """
    token = new_token()
    found = await connection.fetchval(
        "UPDATE desk.session SET proved_at = $2, token_sha256 = $3 WHERE id = $1 AND ended_at IS NULL RETURNING true",
        uuid.UUID(session_id), at, token.sha256,
    )  # fmt: skip
    if not found:
        raise SignedOut
    await audit.record(connection, actor, "login.again", f"session:{session_id}")
    return token


async def end(connection: Connection, me: Me, session_id: str, at: datetime) -> bool:
    """End one of the person's own sessions; return whether it was there."""
    ended = await connection.fetchval(
        "UPDATE desk.session SET ended_at = $3 WHERE id = $1 AND staff_id = $2 AND ended_at IS NULL RETURNING true",
        uuid.UUID(session_id), uuid.UUID(me.id), at,
    )  # fmt: skip
    if ended:
        await connection.execute("SELECT pg_notify('frontdoor', 'session ' || $1)", session_id)
        await audit.record(connection, me.actor, "logout", f"session:{session_id}")
    return bool(ended)


async def end_all(connection: Connection, staff_id: str, by: Actor, at: datetime) -> None:
    """End every session of somebody."""
    ended = await connection.fetch(
        "UPDATE desk.session SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL RETURNING id",
        uuid.UUID(staff_id),
        at,
    )
    await audit.record(connection, by, "logout.all", f"staff:{staff_id}", after={"sessions": len(ended)})


async def of_person(pool: Pool, staff_id: str, at: datetime) -> list[Session]:
    """Return a person's sessions that are alive, the latest first."""
    found = await pool.fetch(
        f"""
        SELECT d.id, d.created_at, d.active_at, d.address, d.device
        FROM desk.session d JOIN desk.staff s ON s.id = d.staff_id
        WHERE d.staff_id = $2 AND NOT d.pending AND {ALIVE} ORDER BY d.active_at DESC LIMIT 50
        """,  # noqa: S608 - our own condition
        at,
        uuid.UUID(staff_id),
    )
    return [Session(str(r["id"]), r["created_at"], r["active_at"], r["address"], r["device"]) for r in found]


async def streaming(pool: Pool, session_ids: set[str], at: datetime) -> set[str]:
    """Note that these sessions have a stream open; return those of them that are alive."""
    found = await pool.fetch(
        f"""
        UPDATE desk.session d SET streamed_at = $1::timestamptz FROM desk.staff s
        WHERE s.id = d.staff_id AND d.id = ANY($2::uuid[]) AND NOT d.pending AND {ALIVE} RETURNING d.id
        """,  # noqa: S608 - our own condition
        at,
        [uuid.UUID(id_) for id_ in session_ids],
    )
    return {str(row["id"]) for row in found}


def _me(row: Any) -> Me:
    idle = PENDING if row["pending"] else timedelta(minutes=row["idle_minutes"])
    ends = row["created_at"] + ABSOLUTE
    return Me(
        id=str(row["id"]), name=row["name"], login=row["login"], role=row["role"], queues=tuple(row["queues"]),
        language=row["language"], version=row["version"], session_id=str(row["session_id"]), csrf=row["csrf"],
        pending=row["pending"], idle_at=min(row["active_at"] + idle, ends), idle=idle, ends_at=ends,
        second_factor=row["second_factor"], method=row["method"], proved_at=row["proved_at"],
        has_password=row["has_password"], linked=row["linked"],
        granted=tuple(zip(row["granted"], row["granted_until"], strict=True)),
    )  # fmt: skip
