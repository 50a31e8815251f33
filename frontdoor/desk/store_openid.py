"""Staff who come in through the clinic's OpenID provider: known by its subject, with what it says at each sign-in."""

import uuid
from datetime import datetime
from typing import Any

from frontdoor.database.pool import Connection
from frontdoor.desk.errors import Unknown
from frontdoor.desk.openid import Identity, Rights
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

PROVIDER = Actor("oidc", "OpenID provider")


async def admit(
    connection: Connection, who: Identity, rights: Rights | None, at: datetime, *, language: str, address: str
) -> Any:
    """Return the staff row (id, version, totp_secret) of *who*, made or brought up to date; None: no access.

    A person without rights any more is let in no more from now on, and their sessions end. Whom an admin has shut out
    stays out, whatever the groups say.
    """
    await connection.execute("LOCK TABLE desk.staff IN SHARE ROW EXCLUSIVE MODE")
    row = await _of(connection, who)
    if rights is None:
        if row and row["disabled_at"] is None:
            await _shut_out(connection, row, at)
        else:
            await audit.record(connection, _at(address), "login.refused", "desk", after={"by": "oidc"})
        return None
    if row is None:
        await _join(connection, who, rights, at, language=language, address=address)
    elif row["disabled_by"] == "admin":
        await audit.record(connection, _at(address), "login.refused", f"staff:{row['id']}", after={"by": "oidc"})
        return None
    else:
        await _update(connection, row, who, rights)
    return await _of(connection, who)


async def link(connection: Connection, who: Identity, staff_id: str, by: Actor) -> bool:
    """Let the member of staff also come in as *who*; False: somebody else does already."""
    if await connection.fetchval(
        "SELECT EXISTS (SELECT FROM desk.staff WHERE oidc_issuer = $1 AND oidc_subject = $2 AND id <> $3)",
        who.issuer, who.subject, uuid.UUID(staff_id),
    ):  # fmt: skip
        return False
    await connection.execute(
        "UPDATE desk.staff SET oidc_issuer = $2, oidc_subject = $3 WHERE id = $1",
        uuid.UUID(staff_id), who.issuer, who.subject,
    )  # fmt: skip
    await audit.record(connection, by, "staff.link", f"staff:{staff_id}", after={"issuer": who.issuer})
    return True


async def is_theirs(connection: Connection, who: Identity, session_id: str) -> bool:
    """Tell whether the session is one of *who*."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM desk.session d JOIN desk.staff s ON s.id = d.staff_id "
            "WHERE d.id = $1 AND s.oidc_issuer = $2 AND s.oidc_subject = $3 AND d.ended_at IS NULL)",
            uuid.UUID(session_id), who.issuer, who.subject,
        )
    )  # fmt: skip


async def log_out(connection: Connection, issuer: str, subject: str, at: datetime) -> None:
    """End the sessions that began with the provider, since the person signed out there or was taken away."""
    staff_id = await connection.fetchval(
        "SELECT id FROM desk.staff WHERE oidc_issuer = $1 AND oidc_subject = $2", issuer, subject
    )
    if staff_id is None:
        raise Unknown("subject")
    await connection.execute(
        "UPDATE desk.session SET ended_at = $2 WHERE staff_id = $1 AND method = 'oidc' AND ended_at IS NULL",
        staff_id, at,
    )  # fmt: skip
    await audit.record(connection, PROVIDER, "logout.all", f"staff:{staff_id}")


async def _of(connection: Connection, who: Identity) -> Any:
    return await connection.fetchrow(
        "SELECT id, name, version, totp_secret, role, queues, disabled_at, disabled_by FROM desk.staff "
        "WHERE oidc_issuer = $1 AND oidc_subject = $2",
        who.issuer, who.subject,
    )  # fmt: skip


async def _join(
    connection: Connection, who: Identity, rights: Rights, at: datetime, *, language: str, address: str
) -> None:
    identifier, login = uuid.uuid4(), who.login[:80]
    if await connection.fetchval("SELECT EXISTS (SELECT FROM desk.staff WHERE login = $1)", login):
        login = f"{login[:70]}-{identifier.hex[:8]}"  # a like name is not the same person
    await connection.execute(
        "INSERT INTO desk.staff (id, name, login, role, queues, language, created_at, oidc_issuer, oidc_subject) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        identifier, who.name[:60], login, rights.role, list(rights.queues), language, at, who.issuer, who.subject,
    )  # fmt: skip
    actor = Actor(str(identifier), who.name[:60], address=address)
    after = {"role": rights.role, "queues": list(rights.queues), "by": "oidc"}
    await audit.record(connection, actor, "staff.join", f"staff:{identifier}", after=after)


async def _update(connection: Connection, row: Any, who: Identity, rights: Rights) -> None:
    before = {"role": row["role"], "queues": list(row["queues"]), "disabled": row["disabled_at"] is not None}
    after = {"role": rights.role, "queues": list(rights.queues), "disabled": False}
    await connection.execute("UPDATE desk.staff SET name = $2 WHERE id = $1", row["id"], who.name[:60])
    if before == after:
        return
    await connection.execute(
        "UPDATE desk.staff SET role = $2, queues = $3, disabled_at = NULL, disabled_by = NULL, version = version + 1 "
        "WHERE id = $1",
        row["id"], rights.role, list(rights.queues),
    )  # fmt: skip
    await audit.record(connection, PROVIDER, "staff.change", f"staff:{row['id']}", before=before, after=after)


async def _shut_out(connection: Connection, row: Any, at: datetime) -> None:
    await connection.execute(
        "UPDATE desk.staff SET disabled_at = $2, disabled_by = 'oidc', version = version + 1 WHERE id = $1",
        row["id"], at,
    )  # fmt: skip
    await audit.record(
        connection, PROVIDER, "staff.change", f"staff:{row['id']}", before={"disabled": False}, after={"disabled": True}
    )


def _at(address: str) -> Actor:
    return Actor("system", address=address)
