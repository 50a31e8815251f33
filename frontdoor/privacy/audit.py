"""The audit log: every read and every change, append-only, each row carrying the hash of the one before.

A row is written in the transaction of what it records: if it cannot be written, the action does not happen.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from frontdoor.database.pool import Connection

LOCK = 0x41554449  # one writer at a time, until its transaction ends: the chain has no forks
FIRST = bytes(32)
PAGE = 1_000  # rows read at once when verifying
SHOWN = 100  # rows on an auditor's page
EXPORTED = 10_000  # rows in one file; "before" goes on from there


@dataclass(frozen=True)
class Actor:
    """Who does something. *id* is a staff id, or one of patient, bot, system."""

    id: str
    name: str = ""
    session_id: str = ""
    address: str = ""


@dataclass(frozen=True)
class Filter:
    """What an auditor looks for; what is empty or None is any. Instants are aware UTC."""

    actor: str = ""  # an id or a name
    target: str = ""
    action: str = ""  # whole, or its first part: conversation, login …
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Filter()


@dataclass(frozen=True)
class Row:
    """One line of the log, for an auditor."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    session_id: str
    address: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


SYSTEM, BOT, PATIENT = Actor("system"), Actor("bot"), Actor("patient")


async def record(
    connection: Connection,
    actor: Actor,
    action: str,
    target: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append one row, inside the caller's transaction. *before* and *after* hold no patient text.

    Raises:
        RuntimeError: There is no transaction, so the row would not share the action's fate.
    """
    if not connection.is_in_transaction():
        raise RuntimeError("an audit row belongs to the transaction of what it records")
    await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
    last = await connection.fetchrow("SELECT id, hash FROM privacy.audit ORDER BY id DESC LIMIT 1")
    number, previous = (last["id"] + 1, last["hash"]) if last else (1, FIRST)
    at = datetime.now(timezone.utc)
    columns = (actor.id, actor.name, actor.session_id, actor.address, action, target, before, after)
    await connection.execute(
        """
        INSERT INTO privacy.audit (id, at, actor, actor_name, session_id, address, action, target, before, after,
                                   previous_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        number, at, *columns, previous, _hash(previous, number, at, columns),
    )  # fmt: skip


async def page(connection: Connection, *, before: int, wanted: Filter = EVERYTHING, limit: int = SHOWN) -> list[Row]:
    """Return up to *limit* rows older than the one with the id *before*, newest first."""
    found = await connection.fetch(
        "SELECT * FROM privacy.audit WHERE id < $1 AND ($2 = '' OR actor = $2 OR actor_name = $2) "
        "AND ($3 = '' OR target = $3) AND ($4 = '' OR action = $4 OR starts_with(action, $4 || '.')) "
        "AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6) ORDER BY id DESC LIMIT $7",
        before, wanted.actor, wanted.target, wanted.action, wanted.since, wanted.until, limit,
    )  # fmt: skip
    return [Row(**{name: row[name] for name in Row.__dataclass_fields__}) for row in found]


async def count(connection: Connection) -> int:
    """Return how many rows there are."""
    return int(await connection.fetchval("SELECT count(*) FROM privacy.audit"))


async def first_broken(connection: Connection) -> int | None:
    """Return the id of the first row that is missing or was changed, or None: the chain is whole."""
    expected, previous = 1, FIRST
    async for row in _rows(connection):
        columns = tuple(
            row[name]
            for name in ("actor", "actor_name", "session_id", "address", "action", "target", "before", "after")
        )
        if row["id"] != expected or row["previous_hash"] != previous:
            return expected
        if row["hash"] != _hash(previous, row["id"], row["at"], columns):
            return int(row["id"])
        expected, previous = row["id"] + 1, row["hash"]
    return None


async def head(connection: Connection) -> str:
    """Return the last row's id and hash, "123:ab…", to be kept elsewhere; "0:" for an empty log."""
    row = await connection.fetchrow("SELECT id, hash FROM privacy.audit ORDER BY id DESC LIMIT 1")
    return f"{row['id']}:{row['hash'].hex()}" if row else "0:"


async def has(connection: Connection, head: str) -> bool:
    """Tell whether the row of a *head* that was kept elsewhere is still there, as it was.

    The chain alone does not show that its end was cut off, or that all of it was written anew.
    """
    number, _, digest = head.partition(":")
    if number == "0":
        return True
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return False
    found = await connection.fetchval("SELECT hash FROM privacy.audit WHERE id = $1", int(number))
    return found is not None and found.hex() == digest


async def _rows(connection: Connection) -> AsyncIterator[Any]:
    last = 0
    while rows := await connection.fetch("SELECT * FROM privacy.audit WHERE id > $1 ORDER BY id LIMIT $2", last, PAGE):
        for row in rows:
            yield row
        last = rows[-1]["id"]


def _hash(previous: bytes, number: int, at: datetime, columns: tuple[Any, ...]) -> bytes:
    body = json.dumps([number, at.isoformat(), *columns], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(previous + body.encode("ascii")).digest()
