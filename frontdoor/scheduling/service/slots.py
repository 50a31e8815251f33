"""Slot: search, read, hold and release."""

import re
from typing import Any

from frontdoor.database.pool import Connection
from frontdoor.scheduling import fhir, store, store_slots
from frontdoor.scheduling.fhir import parse_instant, reference_id
from frontdoor.scheduling.refusals import Malformed, RuleBroken, SlotTaken, Stale
from frontdoor.scheduling.resources import directory_resource, slot
from frontdoor.scheduling.service.call import Answer, Call, Search, one
from frontdoor.scheduling.service.patch import apply
from frontdoor.scheduling.shapes import check
from frontdoor.scheduling.store_slots import SlotQuery

HOLDER = re.compile(r"\bkey=([0-9a-f]{32})\b")


async def search(call: Call) -> Answer:
    """Return a page of slots; `free` ones can be booked now."""
    search = Search(call)
    actors = search.any_of("schedule.actor", "schedule:Schedule.actor")
    practitioners = search.ids("Practitioner", "schedule.actor:Practitioner", "schedule:Schedule.actor:Practitioner")
    schedules = search.ids("Schedule", "schedule")
    if actors is not None:
        owned = await _schedules_of(call, actors)
        schedules = owned if schedules is None else [id_ for id_ in schedules if id_ in owned]
    query = SlotQuery(
        ids=_described(search, search.any_of("_id")),
        schedule_ids=schedules,
        practitioner_ids=practitioners,
        service_codes=_of_specialty(search.tokens("specialty"), search.codes("service-type")),
        statuses=search.codes("status"),
        start=search.dates("start"),
        order=search.order(store_slots.ORDERS, "start"),
        count=search.count,
        offset=search.offset,
    )
    include = "Slot:schedule" in search.all("_include")
    rows, total = await store_slots.search(call.pool, query, call.now)
    wanted = {row["schedule_id"] for row in rows} if include else set()
    included = [row for row in await store.directory(call.pool, "Schedule") if row["id"] in wanted] if wanted else []
    return search.bundle([slot(row) for row in rows], total, [directory_resource(row) for row in included])


def _described(search: Search, ids: list[str] | None) -> list[str] | None:
    """Return the ids that are left by what all slots have in common: their type, and no identifier."""
    types, identifiers = search.tokens("appointment-type"), search.tokens("identifier")
    routine = types is None or any(_is(one, fhir.APPOINTMENT_TYPE, fhir.ROUTINE) for one in types)
    return ids if routine and identifiers is None else []


def _of_specialty(wanted: list[tuple[str, str]] | None, services: list[str] | None) -> list[str] | None:
    """Return the kinds of visit with one of the specialties; of *services*, where those are asked for too."""
    if wanted is None:
        return services
    found = [
        kind for kind, (code, _) in fhir.SPECIALTIES.items() if any(_is(one, fhir.SPECIALTY, code) for one in wanted)
    ]
    found += [code for system, code in wanted if system in ("", fhir.SERVICE_TYPE) and code not in fhir.SPECIALTIES]
    return found if services is None else [kind for kind in found if kind in services]


def _is(token: tuple[str, str], system: str, code: str) -> bool:
    return token[0] in ("", system) and token[1] in ("", code)


async def _schedules_of(call: Call, actors: list[str]) -> list[str]:
    wanted = set(actors)
    found = []
    for row in await store.directory(call.pool, "Schedule"):
        references = [actor["reference"] for actor in row["resource"]["actor"]]
        if wanted & {*references, *(text.partition("/")[2] for text in references)}:
            found.append(row["id"])
    return found


async def read(call: Call) -> Answer:
    """Return one slot."""
    return one(slot(await store_slots.read(call.pool, call.id, call.now)))


async def update(call: Call) -> Answer:
    """Hold a free slot (`busy-tentative`), extend the own hold, or give it back (`free`); nothing else changes."""
    return await _change(call, call.version(), check(call.body, "Slot"))


async def patch(call: Call) -> Answer:
    """The same by JSON Patch."""
    version = call.version()
    current = slot(await store_slots.read(call.pool, call.id, call.now))
    return await _change(call, version, check(apply(current, call.body), "Slot"))


async def _change(call: Call, version: int | None, wanted: dict[str, Any]) -> Answer:
    async def work(connection: Connection) -> None:
        await store_slots.lock(connection, [call.id])
        row = await store_slots.read(connection, call.id, call.now)
        if version is not None and version != row["version"]:
            raise Stale("If-Match names a version that is not the newest.")
        _check_same(slot(row), wanted)
        old, new = row["effective"], wanted["status"]
        comment = str(wanted.get("comment", ""))[:200]
        holder = HOLDER.search(comment)
        if new == "busy-tentative":
            if old not in ("free", "busy-tentative", "busy-unavailable"):
                raise SlotTaken(call.id)
            key_hash = holder[1] if holder else None
            await store_slots.hold(connection, row, call.now, version=version, key_hash=key_hash, comment=comment)
        elif new == "free" and old == "busy-tentative":
            await store_slots.free(connection, call.id, call.now)
        elif old != new:
            raise RuleBroken("status", f"A Slot cannot be written from {old} to {new}.", expression="Slot.status")

    await store.transaction(call.pool, work)
    return await read(call)


def _check_same(current: dict[str, Any], wanted: dict[str, Any]) -> None:
    same = (
        wanted.get("id", current["id"]) == current["id"]
        and reference_id(wanted["schedule"], "Schedule") == reference_id(current["schedule"], "Schedule")
        and parse_instant(wanted["start"]) == parse_instant(current["start"])
        and parse_instant(wanted["end"]) == parse_instant(current["end"])
    )
    if not same:
        raise Malformed("Only status and comment of a Slot can be written.", expression="Slot", issue="value")
