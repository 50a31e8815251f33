"""Emergency access: a conversation outside one's queues, for a while, with a reason, an alert and a review.

45 CFR 164.312(a)(2)(ii) wants such a way; that it is used without need is what the alert and the review are for.
"""

import logging
from datetime import timedelta

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from frontdoor.desk import store_break_glass
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.privacy import audit

REASON_CHARS, FINDING_CHARS = (10, 300), (2, 300)

break_glass = Blueprint("break_glass", url_prefix="/break-glass")
logger = logging.getLogger(__name__)


@break_glass.get("/")
@allowed("break_glass", page=True, counted="account")
async def form(request: Request) -> HTTPResponse:
    """Ask who it is about, and why."""
    return _form(request)


@break_glass.post("/")
@allowed("break_glass", page=True, fresh=True)
async def use(request: Request) -> HTTPResponse:
    """Open what was asked for, if it is one patient's; also what was not found is recorded."""
    context, person, given = desk(request), me(request), fields(request)
    wanted, reason = given.get("wanted", ""), given.get("reason", "")
    if not wanted or not REASON_CHARS[0] <= len(reason) <= REASON_CHARS[1]:
        return _form(request, fault="glass_incomplete", given=given)
    at = context.clock()
    until = at + timedelta(minutes=context.settings.break_glass_minutes)
    async with context.pool.acquire() as connection, connection.transaction():
        found = await store_break_glass.find(connection, wanted)
        if not found or len(found) > store_break_glass.MOST_FOUND:
            await audit.record(connection, person.actor, "break_glass.nothing", "conversations")
            return _form(request, fault="glass_many" if found else "glass_none", given=given)
        for conversation in found:
            await store_break_glass.use(connection, person, conversation, reason, at, until)
            logger.error("break-glass was used: staff %s, conversation %s", person.id, conversation)
    return _form(request, found=found, until=until)


@break_glass.get("/review")
@allowed("review", page=True)
async def uses(request: Request) -> HTTPResponse:
    """Show every use with its reason."""
    found = await store_break_glass.uses(desk(request).pool)
    return page(request, "break_glass_review.html", csrf=me(request).csrf, uses=found)


@break_glass.post("/review/<use_id>")
@allowed("review", page=True)
async def review(request: Request, use_id: str) -> HTTPResponse:
    """Note what came of looking at one."""
    context, finding = desk(request), fields(request).get("finding", "")
    if FINDING_CHARS[0] <= len(finding) <= FINDING_CHARS[1]:
        async with context.pool.acquire() as connection, connection.transaction():
            await store_break_glass.review(connection, me(request), path_id(use_id), finding, context.clock())
    return redirect("/break-glass/review")


def _form(request: Request, *, fault: str = "", **shown: object) -> HTTPResponse:
    values = {"given": {}, "found": [], "until": None, **shown}
    minutes = desk(request).settings.break_glass_minutes
    return page(
        request, "break_glass.html", status=400 if fault else 200, csrf=me(request).csrf, fault=fault, minutes=minutes,
        **values,
    )  # fmt: skip
