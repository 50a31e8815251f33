"""Slots in the database: what is free at an instant, who holds it, and the cells that make an overlap impossible.

A slot's `status` column is what was last written; what a reader sees also depends on the time: a hold that has
expired is free again, and a free slot whose clinician is busy, or that starts too soon or too far ahead, is
`busy-unavailable`. No sweeper is needed, and `free` always means that it can be booked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from frontdoor.database.pool import Connection, Pool
from frontdoor.scheduling.fhir import format_instant
from frontdoor.scheduling.refusals import RuleBroken, SlotTaken, Unknown

HOLD = timedelta(minutes=10)
LONGEST_HOLD = timedelta(minutes=30)  # through extensions
CELL = timedelta(minutes=5)
HELD_UNTIL = re.compile(r"\bheld-until=\S+")  # what our client writes into a comment; we know better until when
CELLS = "date_bin('5 minutes', s.starts_at, timestamptz '2000-01-01')"

# $1 is now.
EFFECTIVE = f"""CASE
    WHEN s.status NOT IN ('free', 'busy-tentative') THEN s.status
    WHEN s.status = 'busy-tentative' AND s.hold_expires_at > $1 THEN s.status
    WHEN s.starts_at < $1 + make_interval(mins => c.lead_minutes)
      OR s.starts_at > $1 + make_interval(days => c.horizon_days + 1) OR NOT c.active THEN 'busy-unavailable'
    WHEN EXISTS (
        SELECT 1 FROM scheduling.busy_cell b WHERE b.actor = 'Practitioner/' || c.practitioner_id
        AND b.cell >= {CELLS} AND b.cell < s.ends_at AND (b.expires_at IS NULL OR b.expires_at > $1)
    ) THEN 'busy-unavailable'
    ELSE 'free' END"""  # noqa: S608  # no input in it
SELECT = f"""SELECT s.*, c.practitioner_id, c.service_code, c.lead_minutes, c.horizon_days, c.least_age, c.most_age,
    c.time_zone, c.active, {EFFECTIVE} AS effective
    FROM scheduling.slot s JOIN scheduling.schedule c ON c.id = s.schedule_id"""  # noqa: S608  # no input in it
ORDERS = {"start": "s.starts_at, s.id", "-start": "s.starts_at DESC, s.id"}


@dataclass(frozen=True)
class SlotQuery:
    """What to look for; None is anything. *start* holds (comparison, instant) pairs with one of < <= > >=."""

    ids: Sequence[str] | None = None
    schedule_ids: Sequence[str] | None = None
    practitioner_ids: Sequence[str] | None = None
    service_codes: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    start: Sequence[tuple[str, datetime]] = ()
    order: str = "start"
    count: int = 50
    offset: int = 0


async def search(pool: Pool, query: SlotQuery, now: datetime) -> tuple[list[asyncpg.Record], int]:
    """Return one page of slots, each with its `effective` status, and how many there are in all."""
    values: list[object] = [now]
    conditions = []
    for column, wanted in (
        ("id", query.ids),
        ("schedule_id", query.schedule_ids),
        ("practitioner_id", query.practitioner_ids),
        ("service_code", query.service_codes),
        ("effective", query.statuses),
    ):
        if wanted is not None:
            values.append(list(wanted))
            conditions.append(f"{column} = ANY(${len(values)}::text[])")
    limits = []
    for comparison, instant in query.start:
        values.append(instant)
        limits.append(f"s.starts_at {comparison} ${len(values)}")
    inner = SELECT + (f" WHERE {' AND '.join(limits)}" if limits else "")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    found = f"FROM ({inner}) s{where}"
    total = await pool.fetchval(f"SELECT count(*) {found}", *values)
    page = f"SELECT * {found} ORDER BY {ORDERS[query.order]} LIMIT {query.count:d} OFFSET {query.offset:d}"
    return (await pool.fetch(page, *values) if query.count else []), total


async def read(source: Pool | Connection, slot_id: str, now: datetime) -> asyncpg.Record:
    """Return one slot. Raises Unknown."""
    row = await source.fetchrow(f"{SELECT} WHERE s.id = $2", now, slot_id)
    if row is None:
        raise Unknown("There is no such Slot.")
    return row


async def lock(connection: Connection, slot_ids: Sequence[str]) -> None:
    """Lock slots for this transaction, always in the same order, so that two moves never wait for each other."""
    await connection.fetch("SELECT 1 FROM scheduling.slot WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE", slot_ids)


async def hold(
    connection: Connection,
    slot: asyncpg.Record,
    now: datetime,
    *,
    version: int | None,
    key_hash: str | None,
    comment: str = "",
) -> datetime:
    """Hold a slot, or extend the hold of the same key; return until when. Raises SlotTaken, RuleBroken."""
    mine = slot["effective"] == "busy-tentative" and key_hash is not None and slot["hold_hash"] == key_hash
    check_bookable(slot, now, held=mine)
    since = slot["held_since"] if mine else now
    expires = max(min(now + HOLD, since + LONGEST_HOLD), slot["hold_expires_at"] if mine else now)
    comment = HELD_UNTIL.sub(f"held-until={format_instant(expires)}", comment)
    changed = await connection.execute(
        """UPDATE scheduling.slot SET status = 'busy-tentative', version = version + 1, hold_hash = $4, held_since = $5,
               hold_expires_at = $6, comment = $7, updated_at = $3
           WHERE id = $1 AND ($2::bigint IS NULL OR version = $2)
             AND (status = 'free' OR status = 'busy-tentative' AND (hold_expires_at <= $3 OR hold_hash = $4))""",
        slot["id"], version, now, key_hash, since, expires, comment or None,
    )  # fmt: skip
    if changed != "UPDATE 1":
        raise SlotTaken(slot["id"])
    await occupy(connection, slot, [f"Practitioner/{slot['practitioner_id']}"], now, expires=expires)
    return expires


async def take(
    connection: Connection, slot: asyncpg.Record, now: datetime, *, patient_id: str, key_hashes: Sequence[str]
) -> None:
    """Make a slot busy for an appointment: compare-and-set on the slot, then the cells of both people.

    A live hold lets only its holder pass: who shows its key, or anybody when the hold named no key.
    Raises SlotTaken; RuleBroken when the patient is busy.
    """
    changed = await connection.execute(
        """UPDATE scheduling.slot SET status = 'busy', version = version + 1, hold_hash = NULL, held_since = NULL,
               hold_expires_at = NULL, comment = NULL, updated_at = $2
           WHERE id = $1 AND (status = 'free' OR status = 'busy-tentative'
             AND (hold_expires_at <= $2 OR hold_hash IS NULL OR hold_hash = ANY($3::text[])))""",
        slot["id"], now, list(key_hashes),
    )  # fmt: skip
    if changed != "UPDATE 1":
        raise SlotTaken(slot["id"])
    actors = [f"Practitioner/{slot['practitioner_id']}", f"Patient/{patient_id}"]
    await occupy(connection, slot, actors, now, expires=None)


async def occupy(
    connection: Connection, slot: asyncpg.Record, actors: Sequence[str], now: datetime, *, expires: datetime | None
) -> None:
    """Write the cells of *actors* for the time of *slot* instead of those that the slot had; expired ones give way.

    Raises SlotTaken when the practitioner has one of them, RuleBroken when the patient has.
    """
    cells = cells_of(slot["starts_at"], slot["ends_at"])
    await connection.execute("DELETE FROM scheduling.busy_cell WHERE slot_id = $1", slot["id"])
    await connection.execute(
        """DELETE FROM scheduling.busy_cell WHERE (actor, cell) IN (
               SELECT actor, cell FROM scheduling.busy_cell
               WHERE actor = ANY($1::text[]) AND cell = ANY($2::timestamptz[]) AND expires_at <= $3
               ORDER BY actor, cell FOR UPDATE)""",
        actors, cells, now,
    )  # fmt: skip
    made = await connection.fetch(
        """INSERT INTO scheduling.busy_cell (actor, cell, slot_id, expires_at)
           SELECT actor, cell, $3, $4 FROM unnest($1::text[]) actor CROSS JOIN unnest($2::timestamptz[]) cell
           ORDER BY actor, cell ON CONFLICT (actor, cell) DO NOTHING RETURNING actor""",
        actors, cells, slot["id"], expires,
    )  # fmt: skip
    written = [row["actor"] for row in made]
    for actor in actors:
        if written.count(actor) < len(cells):
            if actor.startswith("Patient/"):
                raise RuleBroken("patient_busy", "The patient has another appointment then.", expression="Appointment")
            raise SlotTaken(slot["id"])


async def free(connection: Connection, slot_id: str, now: datetime) -> None:
    """Free a slot and its cells."""
    await connection.execute(
        """UPDATE scheduling.slot SET status = 'free', version = version + 1, hold_hash = NULL, held_since = NULL,
               hold_expires_at = NULL, comment = NULL, updated_at = $2 WHERE id = $1""",
        slot_id, now,
    )  # fmt: skip
    await connection.execute("DELETE FROM scheduling.busy_cell WHERE slot_id = $1", slot_id)


async def nearest(pool: Pool, slot_id: str, now: datetime, limit: int) -> tuple[str, ...]:
    """Return ids of free slots of the same service, nearest in time first."""
    rows = await pool.fetch(
        f"""SELECT id FROM ({SELECT} WHERE s.starts_at > $1) s
            JOIN (SELECT w.starts_at AS at, k.service_code AS code FROM scheduling.slot w
                  JOIN scheduling.schedule k ON k.id = w.schedule_id WHERE w.id = $2) wanted ON code = service_code
            WHERE abs(extract(epoch FROM s.starts_at - wanted.at)) < 1209600 AND effective = 'free'
            ORDER BY abs(extract(epoch FROM s.starts_at - wanted.at)), id LIMIT $3""",  # noqa: S608  # no input in it
        now, slot_id, limit,
    )  # fmt: skip
    return tuple(row["id"] for row in rows)


def check_bookable(slot: asyncpg.Record, now: datetime, *, held: bool) -> None:
    """Raise RuleBroken when the slot starts too soon (unless *held* in time) or too far ahead."""
    lead = timedelta() if held else timedelta(minutes=slot["lead_minutes"])
    if slot["starts_at"] < now + lead:
        raise RuleBroken("lead_time", f"A visit is booked at least {slot['lead_minutes']} minutes ahead.")
    if slot["starts_at"] > now + timedelta(days=slot["horizon_days"] + 1) or not slot["active"]:
        raise RuleBroken("horizon", f"A visit is booked at most {slot['horizon_days']} days ahead.")


def cells_of(start: datetime, end: datetime) -> list[datetime]:
    """Return the starts of the five-minute cells that [start, end) touches."""
    cell = start - timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)
    found = []
    while cell < end:
        found.append(cell)
        cell += CELL
    return found
