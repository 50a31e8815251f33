"""Appointments in the database: read, search, create, change. Each write is one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import asyncpg

from frontdoor.database.pool import Connection, Pool
from frontdoor.scheduling import store_patients, store_slots, store_visits
from frontdoor.scheduling.fhir import CANCELLATION, Resource, concept, hold_hash
from frontdoor.scheduling.refusals import Malformed, RuleBroken, Stale, Unknown
from frontdoor.scheduling.statuses import LIVE, may_change
from frontdoor.scheduling.store import transaction

# $1 is now: a hold that has expired reads as cancelled.
SELECT = """SELECT a.*, CASE WHEN a.status = 'pending' AND a.hold_expires_at <= $1 THEN 'cancelled' ELSE a.status END
    AS effective FROM scheduling.appointment a"""
ORDERS = {"date": "starts_at NULLS LAST, id", "-date": "starts_at DESC NULLS LAST, id"}


@dataclass(frozen=True)
class Draft:
    """An appointment as asked for, checked for form only. *key*: the identifier that makes it idempotent."""

    resource: Resource
    status: str
    slot_id: str | None = None
    patient_id: str | None = None
    practitioner_id: str | None = None
    state: str | None = None
    replaces_id: str | None = None
    key: store_patients.Key | None = None
    hold: bool = False  # pending, and gone after ten minutes
    key_hashes: Sequence[str] = ()  # proofs of holds
    span: tuple[datetime, datetime] | None = None  # of one that has no slot yet


@dataclass(frozen=True)
class AppointmentQuery:
    """What to look for; None is anything. *date* holds (comparison, instant) pairs over the start."""

    ids: Sequence[str] | None = None
    patient_ids: Sequence[str] | None = None
    practitioner_ids: Sequence[str] | None = None
    slot_ids: Sequence[str] | None = None
    service_codes: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    date: Sequence[tuple[str, datetime]] = field(default=())
    order: str = "date"
    count: int = 50
    offset: int = 0


async def read(source: Pool | Connection, appointment_id: str, now: datetime) -> asyncpg.Record:
    """Return one appointment. Raises Unknown."""
    row = await source.fetchrow(f"{SELECT} WHERE a.id = $2", now, appointment_id)
    if row is None:
        raise Unknown("There is no such Appointment.")
    return row


async def search(pool: Pool, query: AppointmentQuery, now: datetime) -> tuple[list[asyncpg.Record], int]:
    """Return one page of appointments, each with its `effective` status, and how many there are in all."""
    values: list[object] = [now]
    conditions = ["true"]
    for column, wanted in (
        ("id", query.ids),
        ("patient_id", query.patient_ids),
        ("practitioner_id", query.practitioner_ids),
        ("slot_id", query.slot_ids),
        ("service_code", query.service_codes),
        ("effective", query.statuses),
    ):
        if wanted is not None:
            values.append(list(wanted))
            conditions.append(f"{column} = ANY(${len(values)}::text[])")
    for comparison, instant in query.date:
        values.append(instant)
        conditions.append(f"starts_at {comparison} ${len(values)}")
    found = f"FROM ({SELECT}) a WHERE {' AND '.join(conditions)}"
    total = await pool.fetchval(f"SELECT count(*) {found}", *values)
    page = f"SELECT * {found} ORDER BY {ORDERS[query.order]} LIMIT {query.count:d} OFFSET {query.offset:d}"
    return (await pool.fetch(page, *values) if query.count else []), total


async def create(pool: Pool, draft: Draft, new_id: str, now: datetime) -> tuple[str, bool]:
    """Write an appointment unless one has the identifier `draft.key`; return its id, and whether it is new.

    With `replaces_id` the old appointment is cancelled in the same transaction: there are never none and never two.
    Raises SlotTaken, RuleBroken, Unknown, Stale, Malformed.
    """

    async def work(connection: Connection) -> tuple[str, bool]:
        existing = await store_patients.existing_id(connection, "Appointment", draft.key)
        if existing:
            return existing, False
        old = await _make_way(connection, draft, [draft.slot_id], now)
        values: dict[str, Any] = {"id": new_id, "status": draft.status, "resource": draft.resource}
        if draft.slot_id:
            values |= await _occupy(connection, draft, new_id, now)
        values |= {
            "patient_id": draft.patient_id,
            "uid": old["uid"] if old else new_id,
            "replaces_id": draft.replaces_id,
        }
        values |= {"sequence": old["sequence"] + 1 if old else 0, "created_at": now, "updated_at": now}
        await _insert(connection, values)
        await store_patients.write_identifiers(connection, "Appointment", new_id, draft.resource)
        await _event(connection, new_id, None, draft.status, "replaces" if old else "", now)
        return new_id, True

    return await transaction(pool, work)


async def change(pool: Pool, appointment_id: str, draft: Draft, version: int | None, now: datetime) -> None:
    """Change an appointment from *version* (None: whichever) to *draft*.

    Only the status and descriptive elements change; a time is changed by a new appointment that replaces this one.
    Raises Stale, RuleBroken, SlotTaken, Unknown.
    """

    async def work(connection: Connection) -> None:
        row = await connection.fetchrow(f"{SELECT} WHERE a.id = $2 FOR UPDATE", now, appointment_id)
        if row is None:
            raise Unknown("There is no such Appointment.")
        if version is not None and row["version"] != version:
            raise Stale("If-Match names a version that is not the newest.")
        old, new = row["effective"], draft.status
        if not may_change(old, new) and not _rebook(row, draft):
            raise RuleBroken(
                "status", f"An appointment cannot go from {old} to {new}.", expression="Appointment.status"
            )
        if new == "cancelled" and old != new and row["ends_at"] and row["ends_at"] <= now:
            raise RuleBroken("cancel_window", "The visit is over.", expression="Appointment.status")
        values: dict[str, Any] = {"hold_expires_at": row["hold_expires_at"]}
        if _needs_slot(row, draft):
            await _make_way(connection, draft, [draft.slot_id or row["slot_id"]], now)
            proof = replace(draft, slot_id=draft.slot_id or row["slot_id"], key_hashes=_proofs(appointment_id, draft))
            values = await _occupy(connection, proof, appointment_id, now)
        elif new in ("cancelled", "entered-in-error") and old != new:
            await _end(connection, row, new, "", now)
        elif new in ("fulfilled", "noshow"):
            await store_visits.end(connection, appointment_id, "over")
        await _update(connection, row, draft, values, now)
        if old != new and new not in ("cancelled", "entered-in-error"):
            await _event(connection, appointment_id, old, new, "", now)

    await transaction(pool, work)


def _needs_slot(row: asyncpg.Record, draft: Draft) -> bool:
    """Whether the change takes a slot: a waitlisted one gets its time, or a held one its patient."""
    has_time = row["status"] in LIVE and row["hold_expires_at"] is None and row["slot_id"] is not None
    return draft.status in ("pending", "booked") and not has_time and bool(draft.slot_id or row["slot_id"])


def _rebook(row: asyncpg.Record, draft: Draft) -> bool:
    """Whether a hold that has expired is booked after all; the slot decides whether it still can be."""
    return bool(row["status"] == "pending" and row["hold_expires_at"] and draft.status == "booked")


def _proofs(appointment_id: str, draft: Draft) -> list[str]:
    return [hold_hash(f"Appointment/{appointment_id}"), *draft.key_hashes]


async def _make_way(
    connection: Connection, draft: Draft, slot_ids: Sequence[str | None], now: datetime
) -> asyncpg.Record | None:
    """Lock the slots, and cancel and return the appointment that *draft* replaces."""
    old = await _replaced(connection, draft, now)
    await store_slots.lock(connection, [id_ for id_ in (*slot_ids, old and old["slot_id"]) if id_])
    if old:
        await _end(connection, old, "cancelled", "replaced", now)
    return old


async def _replaced(connection: Connection, draft: Draft, now: datetime) -> asyncpg.Record | None:
    """Return the appointment that *draft* replaces, locked, if it may be replaced."""
    if draft.replaces_id is None:
        return None
    old = await connection.fetchrow(f"{SELECT} WHERE a.id = $2 FOR UPDATE", now, draft.replaces_id)
    if old is None or old["patient_id"] != draft.patient_id:
        raise Unknown("There is no such Appointment of this Patient to replace.")
    if old["effective"] not in ("pending", "booked") or old["ends_at"] <= now:
        raise RuleBroken("status", f"An appointment that is {old['effective']} or over cannot be replaced.")
    return old


async def _occupy(connection: Connection, draft: Draft, appointment_id: str, now: datetime) -> dict[str, Any]:
    """Check the rules and take the slot (or hold it, for a hold); return the columns that follow from it."""
    assert draft.slot_id is not None
    slot = await store_slots.read(connection, draft.slot_id, now)
    if draft.practitioner_id not in (None, slot["practitioner_id"]):
        raise Malformed(
            "The practitioner is not the one of the slot.", expression="Appointment.participant", issue="value"
        )
    expires = None
    if draft.hold:
        key_hash = hold_hash(f"Appointment/{appointment_id}")
        expires = await store_slots.hold(connection, slot, now, version=None, key_hash=key_hash)
    else:
        await _check_rules(connection, draft, slot, now)
        await store_slots.take(connection, slot, now, patient_id=draft.patient_id or "", key_hashes=draft.key_hashes)
    return {
        "slot_id": slot["id"],
        "practitioner_id": slot["practitioner_id"],
        "service_code": slot["service_code"],
        "starts_at": slot["starts_at"],
        "ends_at": slot["ends_at"],
        "hold_expires_at": expires,
    }


async def _check_rules(connection: Connection, draft: Draft, slot: asyncpg.Record, now: datetime) -> None:
    if not draft.patient_id:
        raise Malformed("A booked appointment has a Patient.", expression="Appointment.participant", issue="required")
    patient = await store_patients.read(connection, draft.patient_id)
    free = slot["status"] in ("free", "busy-tentative")
    held = slot["effective"] == "busy-tentative" and (
        slot["hold_hash"] is None or slot["hold_hash"] in draft.key_hashes
    )
    if free:  # of a taken one the other rules do not matter
        store_slots.check_bookable(slot, now, held=held)
    local_day = slot["starts_at"].date()
    if draft.state and not await connection.fetchval(
        "SELECT true FROM scheduling.license WHERE practitioner_id = $1 AND state = $2 AND expires_on >= $3",
        slot["practitioner_id"], draft.state, local_day,
    ):  # fmt: skip
        raise RuleBroken(
            "licence", "The practitioner is not licensed in the patient's state.", expression="Appointment"
        )
    age = _age(patient["birth_date"], local_day)
    if age is not None and not slot["least_age"] <= age <= slot["most_age"]:
        raise RuleBroken("age", "The service is not for patients of this age.", expression="Appointment.participant")


def _age(birth_date: date | None, on: date) -> int | None:
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


async def _end(connection: Connection, row: asyncpg.Record, status: str, detail: str, now: datetime) -> None:
    """Free an appointment's time and end its links; when it was replaced, write that too."""
    holding = row["status"] in LIVE and (row["hold_expires_at"] is None or row["hold_expires_at"] > now)
    if row["slot_id"] and holding:
        await store_slots.free(connection, row["slot_id"], now)
    await store_visits.end(connection, row["id"], "replaced" if detail == "replaced" else "cancelled")
    if detail == "replaced":
        resource = {**row["resource"], "cancelationReason": concept(CANCELLATION, "pat", "Patient")}
        await connection.execute(
            """UPDATE scheduling.appointment SET status = $2, resource = $3, version = version + 1, updated_at = $4
               WHERE id = $1""",
            row["id"], status, resource, now,
        )  # fmt: skip
    await _event(connection, row["id"], row["effective"], status, detail, now)


async def _insert(connection: Connection, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    statement = f"INSERT INTO scheduling.appointment ({names}) VALUES ({places})"  # noqa: S608 - our names
    await connection.execute(statement, *values.values())


async def _update(
    connection: Connection, row: asyncpg.Record, draft: Draft, values: dict[str, Any], now: datetime
) -> None:
    patient_id = draft.patient_id or row["patient_id"]
    values = {"status": draft.status, "resource": draft.resource, "patient_id": patient_id, "updated_at": now, **values}
    settings = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 2))
    await connection.execute(
        f"UPDATE scheduling.appointment SET {settings}, version = version + 1 WHERE id = $1",  # noqa: S608 - our names
        row["id"], *values.values(),
    )  # fmt: skip
    await connection.execute("DELETE FROM scheduling.identifier WHERE kind = 'Appointment' AND id = $1", row["id"])
    await store_patients.write_identifiers(connection, "Appointment", row["id"], draft.resource)


async def _event(
    connection: Connection, appointment_id: str, old: str | None, new: str, detail: str, now: datetime
) -> None:
    await connection.execute(
        """INSERT INTO scheduling.appointment_event (appointment_id, at, actor, from_status, to_status, detail)
           VALUES ($1, $2, 'api', $3, $4, $5)""",
        appointment_id, now, old, new, detail,
    )  # fmt: skip
