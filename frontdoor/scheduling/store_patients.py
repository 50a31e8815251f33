"""Patients and identifiers in the scheduling database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from frontdoor.database.pool import Connection, Pool
from frontdoor.scheduling import fhir
from frontdoor.scheduling.fhir import Resource
from frontdoor.scheduling.refusals import Stale, Unknown
from frontdoor.scheduling.store import transaction

Key = tuple[str, str]  # system and value of an identifier


@dataclass(frozen=True)
class PatientQuery:
    """What to look for; None is anything. *words* are folded starts of words of the name, all of them wanted."""

    ids: Sequence[str] | None = None
    born: tuple[date, date] | None = None  # first day, and the first one that is too late
    words: Sequence[str] = ()
    count: int = 50
    offset: int = 0


async def create(pool: Pool, resource: Resource, new_id: str, key: Key | None, now: datetime) -> tuple[str, bool]:
    """Write a Patient unless one has the identifier *key*; return its id, and whether it is new. Raises Stale."""

    async def work(connection: Connection) -> tuple[str, bool]:
        existing = await existing_id(connection, "Patient", key)
        if existing:
            return existing, False
        words = sorted({word for name in resource.get("name") or () for word in fhir.fold(_text(name))})
        await connection.execute(
            """INSERT INTO scheduling.patient (id, resource, birth_date, names, updated_at)
               VALUES ($1, $2, $3, $4, $5)""",
            new_id, resource, _birth_date(resource), words, now,
        )  # fmt: skip
        await write_identifiers(connection, "Patient", new_id, resource)
        return new_id, True

    return await transaction(pool, work)


def _text(name: Resource) -> str:
    return " ".join([*(name.get("given") or ()), name.get("family") or "", name.get("text") or ""])


def _birth_date(resource: Resource) -> date | None:
    text = str(resource.get("birthDate", ""))
    return date.fromisoformat(text) if len(text) == 10 else None


async def read(source: Pool | Connection, patient_id: str) -> asyncpg.Record:
    """Return one patient. Raises Unknown."""
    row = await source.fetchrow("SELECT * FROM scheduling.patient WHERE id = $1", patient_id)
    if row is None:
        raise Unknown("There is no such Patient.")
    return row


async def search(pool: Pool, query: PatientQuery) -> tuple[list[asyncpg.Record], int]:
    """Return one page of patients by id, and how many there are in all."""
    first, last = query.born or (None, None)
    rows = await pool.fetch(
        """SELECT *, count(*) OVER () AS total FROM scheduling.patient p
           WHERE ($1::text[] IS NULL OR id = ANY($1)) AND ($2::date IS NULL OR birth_date >= $2 AND birth_date < $3)
             AND NOT EXISTS (SELECT 1 FROM unnest($4::text[]) word
                             WHERE NOT EXISTS (SELECT 1 FROM unnest(p.names) name WHERE starts_with(name, word)))
           ORDER BY id LIMIT $5 OFFSET $6""",
        query.ids, first, last, list(query.words), max(query.count, 1), query.offset,
    )  # fmt: skip
    return rows[: query.count], rows[0]["total"] if rows else 0


async def existing_id(connection: Connection, kind: str, key: Key | None) -> str | None:
    """Return the id of what has the identifier *key*, which nobody else can use until this transaction ends.

    Raises:
        Stale: Several have it.
    """
    if key is None:
        return None
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{kind}|{key[0]}|{key[1]}")
    ids = await ids_of(connection, kind, key)
    if len(ids) > 1:
        raise Stale("If-None-Exist matches more than one.")
    return ids[0] if ids else None


async def ids_of(source: Pool | Connection, kind: str, key: tuple[str | None, str]) -> list[str]:
    """Return the ids of everything of *kind* with this identifier; a system of None is any."""
    rows = await source.fetch(
        """SELECT DISTINCT id FROM scheduling.identifier
           WHERE kind = $1 AND value = $3 AND ($2::text IS NULL OR system = $2)""",
        kind, *key,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def write_identifiers(connection: Connection, kind: str, id_: str, resource: Resource) -> None:
    """Make the resource findable by its identifiers."""
    given = {(one.get("system", ""), one["value"]) for one in resource.get("identifier") or () if one.get("value")}
    await connection.executemany(
        "INSERT INTO scheduling.identifier VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [(kind, system, value, id_) for system, value in sorted(given)],
    )
