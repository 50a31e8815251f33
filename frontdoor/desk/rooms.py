"""Pages beside the desk: people (for admins), and the audit log (for auditors)."""

import json
from datetime import datetime, timedelta, timezone

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect
from sanic.response import json as json_response

from frontdoor.desk import people as joining
from frontdoor.desk import store_people, store_secrets, store_sessions
from frontdoor.desk.access import ROLES
from frontdoor.desk.board import csv_file
from frontdoor.desk.bodies import number, path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.errors import BadRequest
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.desk.words import LANGUAGES
from frontdoor.privacy import audit, fhir_audit

QUEUE_MOST_CHARS = 40
CAPACITY_MOST = 99
FILTERS = ("actor", "target", "action", "since", "until")  # of the audit log

rooms = Blueprint("rooms")


@rooms.get("/people")
@allowed("people", page=True)
async def people_page(request: Request) -> HTTPResponse:
    """Show who works here."""
    return await _people(request)


@rooms.post("/people/invite")
@allowed("people", page=True)
async def invite(request: Request) -> HTTPResponse:
    """Make a one-time link for a new colleague; it is shown once."""
    given = fields(request)
    if not given.get("name") or given.get("role") not in ROLES:
        return await _people(request, status=400, fault="invite_incomplete")
    context = desk(request)
    wanted = store_people.Invitation(given["name"], given["role"], names_given(given, "queues"), first=False)
    link = await joining.invite(context.pool, context.settings, wanted, me(request).actor)
    return await _people(request, link=link, invited=given["name"])


@rooms.post("/people/<staff_id>")
@allowed("people", page=True)
async def change(request: Request, staff_id: str) -> HTTPResponse:
    """Change somebody's role and queues, or let them in no more."""
    context, given = desk(request), fields(request)
    if given.get("role") not in ROLES:
        raise BadRequest("role")
    try:
        async with context.pool.acquire() as connection, connection.transaction():
            await store_people.change(
                connection, path_id(staff_id), me(request).actor, context.clock(), role=given["role"],
                queues=list(names_given(given, "queues")), disabled=given.get("disabled") == "yes",
            )  # fmt: skip
            await store_people.route(
                connection, path_id(staff_id), me(request).actor, speaks=_speaks(given),
                skills=list(names_given(given, "skills")), capacity=_capacity(given),
            )  # fmt: skip
    except BadRequest:
        return await _people(request, status=400, fault="last_admin")
    return redirect("/people")


@rooms.post("/people/<staff_id>/sign-out")
@allowed("people", page=True)
async def sign_out(request: Request, staff_id: str) -> HTTPResponse:
    """End every session of somebody; they may sign in again."""
    context = desk(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await store_sessions.end_all(connection, path_id(staff_id), me(request).actor, context.clock())
    return redirect("/people")


@rooms.post("/people/<staff_id>/second-factor")
@allowed("people", page=True, fresh=True)
async def reset_second_factor(request: Request, staff_id: str) -> HTTPResponse:
    """Turn the second factor of somebody off who lost phone and paper."""
    context = desk(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await store_secrets.forget_second_factor(connection, path_id(staff_id), me(request).actor)
    return redirect("/people")


@rooms.get("/audit")
@allowed("audit", page=True)
async def audit_page(request: Request) -> HTTPResponse:
    """Show who read and changed what, newest first, and whether the chain is whole."""
    context, before, wanted = desk(request), number(request, "before", 2**62), _wanted(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await audit.record(connection, me(request).actor, "audit.read", "audit")
        rows = await audit.page(connection, before=before, wanted=wanted)
        broken = await audit.first_broken(connection) if request.args.get("verify") else None
    verified = bool(request.args.get("verify"))
    return page(
        request, "audit.html", csrf=me(request).csrf, rows=rows, given=_given(request), broken=broken,
        verified=verified, more=rows[-1].id if len(rows) == audit.SHOWN else None,
    )  # fmt: skip


@rooms.get("/audit.csv")
@allowed("audit", page=True, fresh=True, counted="export")
async def audit_csv(request: Request) -> HTTPResponse:
    """Return the log as CSV, with the page's filters. One audit row."""
    rows = await _exported(request, "csv")
    return csv_file("audit.csv", list(audit.Row.__dataclass_fields__), [_plain(row) for row in rows])


@rooms.get("/audit.json")
@allowed("audit", page=True, fresh=True, counted="export")
async def audit_fhir(request: Request) -> HTTPResponse:
    """Return the log as a FHIR Bundle of AuditEvents, with the page's filters. One audit row."""
    headers = {"content-disposition": 'attachment; filename="audit.json"'}
    found = fhir_audit.bundle(await _exported(request, "json"))
    return json_response(found, headers=headers, content_type="application/fhir+json")


async def _exported(request: Request, kind: str) -> list[audit.Row]:
    context, before, wanted = desk(request), number(request, "before", 2**62), _wanted(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await audit.record(connection, me(request).actor, "audit.export", "audit", after={"as": kind})
        return await audit.page(connection, before=before, wanted=wanted, limit=audit.EXPORTED)


def _given(request: Request) -> dict[str, str]:
    """Return the filters of the page, as they were given."""
    return {name: request.args.get(name, "").strip()[:80] for name in FILTERS}


def _wanted(request: Request) -> audit.Filter:
    """Read the filters; days are whole ones in UTC, both included."""
    given = _given(request)
    until = _day(given, "until")
    return audit.Filter(
        actor=given["actor"], target=given["target"], action=given["action"], since=_day(given, "since"),
        until=until + timedelta(days=1) if until else None,
    )  # fmt: skip


def _day(given: dict[str, str], name: str) -> datetime | None:
    if not given[name]:
        return None
    try:
        return datetime.strptime(given[name], "%Y-%m-%d").replace(tzinfo=timezone.utc)
    except ValueError:
        raise BadRequest(name) from None


def _plain(row: audit.Row) -> list[object]:
    values = {**vars(row), "at": row.at.isoformat()}
    return [json.dumps(value, sort_keys=True) if isinstance(value, dict) else value for value in values.values()]


async def _people(
    request: Request, *, status: int = 200, fault: str = "", link: str = "", invited: str = ""
) -> HTTPResponse:
    context = desk(request)
    everybody = await store_people.people(context.pool, context.clock())
    return page(
        request, "people.html", status=status, csrf=me(request).csrf, people=everybody, roles=ROLES, fault=fault,
        link=link, invited=invited,
    )  # fmt: skip


def _speaks(given: dict[str, str]) -> list[str]:
    """Read "en, es"; unknown ones are left out."""
    return sorted({name.strip().lower() for name in given.get("speaks", "").split(",")} & set(LANGUAGES))


def _capacity(given: dict[str, str]) -> int:
    number_given = given.get("capacity", "0") or "0"
    if not number_given.isdecimal() or int(number_given) > CAPACITY_MOST:
        raise BadRequest("capacity")
    return int(number_given)


def names_given(given: dict[str, str], field: str) -> tuple[str, ...]:
    """Read "general, billing" of queues or of skills."""
    names = (name.strip().lower()[:QUEUE_MOST_CHARS] for name in given.get(field, "").split(","))
    return tuple(sorted({name for name in names if name}))
