"""Staff and the one-time links that make them. Each change has its audit row in the same transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.errors import BadRequest, Unknown
from frontdoor.privacy import audit
from frontdoor.privacy.audit import SYSTEM, Actor

LINK_LIFE = timedelta(hours=24)
ONLINE_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Person:
    """A member of staff, as people's lists show them."""

    id: str
    name: str
    login: str
    role: str
    queues: tuple[str, ...]
    disabled: bool
    second_factor: bool
    online: bool = False
    speaks: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = 0
    conversations: int = 0
    openid: bool = False  # comes in through the clinic's OpenID provider


@dataclass(frozen=True)
class Invitation:
    """What a one-time link makes."""

    name: str
    role: str
    queues: tuple[str, ...]
    first: bool


async def exist(connection: Connection) -> bool:
    """Tell whether there is any staff."""
    return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM desk.staff)"))


async def replace_first(connection: Connection, sha256: bytes, at: datetime) -> None:
    """Store the link that makes the first member of staff; an older one is void."""
    await connection.execute("DELETE FROM desk.invitation WHERE first")
    await _insert(connection, sha256, Invitation("", "admin", (), first=True), at)
    await audit.record(connection, SYSTEM, "staff.first_link", "staff:first")


async def invite(connection: Connection, sha256: bytes, wanted: Invitation, at: datetime, by: Actor) -> None:
    """Store a link that makes a member of staff."""
    await _insert(connection, sha256, wanted, at)
    await audit.record(connection, by, "staff.invite", "staff:new", after={"name": wanted.name, "role": wanted.role})


async def _insert(connection: Connection, sha256: bytes, wanted: Invitation, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO desk.invitation (code_sha256, name, role, queues, first, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        sha256, wanted.name, wanted.role, list(wanted.queues), wanted.first, at, at + LINK_LIFE,
    )  # fmt: skip


async def invitation(connection: Connection, sha256: bytes, at: datetime) -> Invitation:
    """Return what the link makes, and hold it until the transaction ends.

    Raises:
        Unknown: There is no such link, it was used, or it is too old.
    """
    row = await connection.fetchrow(
        "SELECT name, role, queues, first FROM desk.invitation "
        "WHERE code_sha256 = $1 AND used_at IS NULL AND expires_at > $2 "
        "AND NOT (first AND EXISTS (SELECT FROM desk.staff)) FOR UPDATE",
        sha256,
        at,
    )
    if row is None:
        raise Unknown("code")
    return Invitation(row["name"], row["role"], tuple(row["queues"]), row["first"])


async def join(
    connection: Connection, sha256: bytes, *, name: str, login: str, password_hash: str, language: str,
    at: datetime, address: str,
) -> str:  # fmt: skip
    """Make the member of staff that a link was for; return their id. The link is used up.

    Raises:
        Unknown: The link is void.
        BadRequest: login — somebody has that one.
    """
    await connection.execute("LOCK TABLE desk.staff IN SHARE ROW EXCLUSIVE MODE")  # two first ones, or one login twice
    wanted = await invitation(connection, sha256, at)
    if await connection.fetchval("SELECT EXISTS (SELECT FROM desk.staff WHERE login = $1)", login.lower()):
        raise BadRequest("login")
    identifier = uuid.uuid4()
    await connection.execute(
        "INSERT INTO desk.staff (id, name, login, role, queues, language, password_hash, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        identifier, name, login.lower(), wanted.role, list(wanted.queues), language, password_hash, at,
    )  # fmt: skip
    await connection.execute("UPDATE desk.invitation SET used_at = $2 WHERE code_sha256 = $1", sha256, at)
    actor = Actor(str(identifier), name, address=address)
    await audit.record(connection, actor, "staff.join", f"staff:{identifier}", after={"role": wanted.role})
    return str(identifier)


async def credentials(pool: Pool, login: str) -> Any:
    """Return the row of the one who may sign in as *login*, or None."""
    return await pool.fetchrow(
        "SELECT id, name, version, password_hash, totp_secret FROM desk.staff "
        "WHERE login = $1 AND disabled_at IS NULL AND password_hash IS NOT NULL",
        login.lower(),
    )


async def people(pool: Pool, at: datetime, *, limit: int = 500) -> list[Person]:
    """Return all staff by name: who is at the desk now, and with how many conversations."""
    found = await pool.fetch(
        """
        SELECT s.id, s.name, s.login, s.role, s.queues, s.speaks, s.skills, s.capacity,
               s.disabled_at IS NOT NULL AS disabled, s.totp_secret IS NOT NULL AS second_factor,
               s.oidc_subject IS NOT NULL AS openid,
               EXISTS (SELECT FROM desk.session d WHERE d.staff_id = s.id AND d.ended_at IS NULL
                       AND d.staff_version = s.version AND d.streamed_at > $1) AND s.disabled_at IS NULL AS online,
               (SELECT count(*) FROM conversations.conversation c WHERE c.owner_id = s.id
                AND c.state IN ('staff', 'returning')) AS conversations
        FROM desk.staff s ORDER BY lower(s.name), s.id LIMIT $2
        """,
        at - ONLINE_WITHIN,
        limit,
    )
    return [_person(row) for row in found]


async def change(
    connection: Connection, staff_id: str, by: Actor, at: datetime, *, role: str, queues: list[str], disabled: bool
) -> None:
    """Change what somebody may do; their sessions end.

    Raises:
        Unknown: There is nobody of that id.
        BadRequest: last_admin — nobody would be left who can do this.
    """
    await connection.execute("LOCK TABLE desk.staff IN SHARE ROW EXCLUSIVE MODE")
    row = await connection.fetchrow(
        "SELECT role, queues, disabled_at FROM desk.staff WHERE id = $1", uuid.UUID(staff_id)
    )
    if row is None:
        raise Unknown("staff")
    before = {"role": row["role"], "queues": list(row["queues"]), "disabled": row["disabled_at"] is not None}
    after = {"role": role, "queues": queues, "disabled": disabled}
    if before == after:
        return
    await connection.execute(
        "UPDATE desk.staff SET role = $2, queues = $3, version = version + 1, "
        "disabled_at = CASE WHEN $4 THEN coalesce(disabled_at, $5) END, disabled_by = CASE WHEN $4 THEN 'admin' END "
        "WHERE id = $1",
        uuid.UUID(staff_id), role, queues, disabled, at,
    )  # fmt: skip
    if not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM desk.staff WHERE role = 'admin' AND disabled_at IS NULL)"
    ):
        raise BadRequest("last_admin")
    await audit.record(connection, by, "staff.change", f"staff:{staff_id}", before=before, after=after)


async def route(
    connection: Connection, staff_id: str, by: Actor, *, speaks: list[str], skills: list[str], capacity: int
) -> None:
    """Set what is given to somebody: languages and skills (by itself), how many conversations at once.

    Capacity 0: none by itself, and no limit to what colleagues give them.
    """
    row = await connection.fetchrow(
        "SELECT speaks, skills, capacity FROM desk.staff WHERE id = $1", uuid.UUID(staff_id)
    )
    before = {"speaks": list(row["speaks"]), "skills": list(row["skills"]), "capacity": row["capacity"]} if row else {}
    after = {"speaks": speaks, "skills": skills, "capacity": capacity}
    if row is None or before == after:
        return
    await connection.execute(
        "UPDATE desk.staff SET speaks = $2, skills = $3, capacity = $4 WHERE id = $1",
        uuid.UUID(staff_id), speaks, skills, capacity,
    )  # fmt: skip
    await audit.record(connection, by, "staff.route", f"staff:{staff_id}", before=before, after=after)


async def named(connection: Connection, name: str) -> Any:
    """Return id, role and queues of the one whose login or name is *name*.

    Raises:
        Unknown: Nobody is called that, or more than one.
    """
    found = await connection.fetch(
        "SELECT id, role, queues FROM desk.staff WHERE login = lower($1) OR name = $1 LIMIT 2", name
    )
    if len(found) != 1:
        raise Unknown("staff")
    return found[0]


async def set_language(pool: Pool, staff_id: str, language: str) -> None:
    """Keep the language of somebody's page."""
    await pool.execute("UPDATE desk.staff SET language = $2 WHERE id = $1", uuid.UUID(staff_id), language)


def _person(row: Any) -> Person:
    return Person(
        id=str(row["id"]), name=row["name"], login=row["login"], role=row["role"], queues=tuple(row["queues"]),
        speaks=tuple(row["speaks"]), skills=tuple(row["skills"]), capacity=row["capacity"],
        disabled=row["disabled"], second_factor=row["second_factor"], online=row["online"],
        conversations=row["conversations"], openid=row["openid"],
    )  # fmt: skip
