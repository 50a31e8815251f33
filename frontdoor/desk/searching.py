"""Searching from the page. What is looked for is in the body: an address is logged."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.conversations import store_search
from frontdoor.conversations.states import State
from frontdoor.conversations.store_search import Wanted
from frontdoor.desk import store_presence, views
from frontdoor.desk.bodies import Body
from frontdoor.desk.context import desk, me
from frontdoor.desk.errors import BadRequest
from frontdoor.desk.guard import allowed

WORDS_CHARS = (2, 100)
NAME_MOST_CHARS = 40

searching = Blueprint("searching", url_prefix="/desk")


@searching.post("/search")
@allowed("search")
async def search(request: Request) -> HTTPResponse:
    """Return conversations that fit all that is given: words, state, queue, channel, language, person, from, to."""
    context, person = desk(request), me(request)
    wanted = _wanted(Body(request), context.clinic.time_zone)
    if wanted.empty:
        raise BadRequest("words")
    found = await store_search.search(context.pool, person.scope, wanted)
    async with context.pool.acquire() as connection, connection.transaction():
        await store_presence.searched(connection, person, len(found))
    return json_response(
        {"found": [views.listed(one, {}, context.lateness) | {"found_seq": seq} for one, seq in found]}
    )


def _wanted(body: Body, zone: ZoneInfo) -> Wanted:
    state = _name(body, "state")
    if state is not None and state not in {one.value for one in State}:
        raise BadRequest("state")
    until = _midnight(body, "to", zone)
    return Wanted(
        words=body.text("words", least=WORDS_CHARS[0], most=WORDS_CHARS[1]) if body.given.get("words") else None,
        state=state,
        queue=_name(body, "queue"),
        channel=_name(body, "channel"),
        language=_name(body, "language"),
        staff_id=body.identifier("person") if body.given.get("person") else None,
        since=_midnight(body, "from", zone),
        until=until + timedelta(days=1) if until else None,  # that day too
    )


def _name(body: Body, field: str) -> str | None:
    return body.text(field, least=0, most=NAME_MOST_CHARS) or None


def _midnight(body: Body, field: str, zone: ZoneInfo) -> datetime | None:
    """Return when the day begins at the clinic."""
    given = body.text(field, least=0, most=10)
    if not given:
        return None
    try:
        return datetime.combine(date.fromisoformat(given), time(), zone)
    except ValueError:
        raise BadRequest(field) from None
