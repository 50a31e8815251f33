"""Passwords and second factors of staff, in the database."""

import uuid
from datetime import datetime

from frontdoor.database.pool import Connection
from frontdoor.desk import secrets
from frontdoor.desk.access import Me
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor
from frontdoor.sealing import Seal


async def second_factor_fits(connection: Connection, seal: Seal, staff_id: str, code: str, at: datetime) -> bool:
    """Use up *code*, of the app or of the recovery list; return whether it was right. Inside a transaction."""
    row = await connection.fetchrow(
        "SELECT totp_secret, totp_step FROM desk.staff WHERE id = $1 FOR UPDATE", uuid.UUID(staff_id)
    )
    code = code.strip().replace(" ", "").lower()
    step = None
    if row["totp_secret"]:
        secret = seal.open(row["totp_secret"], _about(staff_id))
        step = secrets.totp_step(secret, code, at.timestamp(), row["totp_step"])
    if step:
        await connection.execute("UPDATE desk.staff SET totp_step = $2 WHERE id = $1", uuid.UUID(staff_id), step)
        return True
    used = await connection.fetchval(
        "UPDATE desk.staff SET recovery_hashes = array_remove(recovery_hashes, $2) "
        "WHERE id = $1 AND $2 = ANY(recovery_hashes) RETURNING true",
        uuid.UUID(staff_id),
        secrets.digest(code),
    )
    return bool(used)


async def set_second_factor(
    connection: Connection, seal: Seal, me: Me, secret: str | None, codes: list[str], step: int
) -> None:
    """Keep the app's secret and the recovery codes (their hashes), or forget them. Other sessions end."""
    sealed = seal.seal(secret, _about(me.id)) if secret else None
    await connection.execute(
        "UPDATE desk.staff SET totp_secret = $2, totp_step = $3, recovery_hashes = $4, version = version + 1 "
        "WHERE id = $1",
        uuid.UUID(me.id), sealed, step, [secrets.digest(code) for code in codes],
    )  # fmt: skip
    await _keep_this_session(connection, me)
    action = "staff.second_factor_on" if secret else "staff.second_factor_off"
    await audit.record(connection, me.actor, action, f"staff:{me.id}")


async def forget_second_factor(connection: Connection, staff_id: str, by: Actor) -> None:
    """Let somebody who lost phone and paper come in with the password alone; all their sessions end."""
    await connection.execute(
        "UPDATE desk.staff SET totp_secret = NULL, totp_step = 0, recovery_hashes = '{}', version = version + 1 "
        "WHERE id = $1",
        uuid.UUID(staff_id),
    )
    await audit.record(connection, by, "staff.second_factor_reset", f"staff:{staff_id}")


async def password_hash(connection: Connection, staff_id: str) -> str | None:
    """Return the stored hash of somebody's password."""
    found: str | None = await connection.fetchval(
        "SELECT password_hash FROM desk.staff WHERE id = $1", uuid.UUID(staff_id)
    )
    return found


async def set_password(connection: Connection, me: Me, hashed: str) -> None:
    """Change the password; other sessions end."""
    await connection.execute(
        "UPDATE desk.staff SET password_hash = $2, version = version + 1 WHERE id = $1", uuid.UUID(me.id), hashed
    )
    await _keep_this_session(connection, me)
    await audit.record(connection, me.actor, "staff.password", f"staff:{me.id}")


async def _keep_this_session(connection: Connection, me: Me) -> None:
    await connection.execute(
        "UPDATE desk.session SET staff_version = (SELECT version FROM desk.staff WHERE id = $2) WHERE id = $1",
        uuid.UUID(me.session_id),
        uuid.UUID(me.id),
    )


def _about(staff_id: str) -> str:
    return f"second factor of {staff_id}"
