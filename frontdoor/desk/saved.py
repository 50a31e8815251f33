"""Saved replies: the desk page reads them, supervisors keep them on a page of their own."""

from dataclasses import asdict

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect
from sanic.response import json as json_response

from frontdoor.desk import store_saved
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.desk.words import LANGUAGES

SHORTCUT_MOST_CHARS = 30

saved = Blueprint("saved")


@saved.get("/desk/saved")
@allowed("reply", active=False)
async def listed(request: Request) -> HTTPResponse:
    """Return all saved replies."""
    return json_response({"saved": [asdict(one) for one in await store_saved.every(desk(request).pool)]})


@saved.get("/replies")
@allowed("saved", page=True)
async def replies_page(request: Request) -> HTTPResponse:
    """Show them, with a form for one more."""
    return await _page(request)


@saved.post("/replies")
@allowed("saved", page=True)
async def keep(request: Request) -> HTTPResponse:
    """Add one, or replace the one of this shortcut and language."""
    given, context = fields(request), desk(request)
    shortcut, text = given.get("shortcut", "").strip("/ ").lower(), given.get("text", "")
    if not 1 <= len(shortcut) <= SHORTCUT_MOST_CHARS or not text or given.get("language") not in LANGUAGES:
        return await _page(request, status=400, fault="saved_incomplete")
    async with context.pool.acquire() as connection, connection.transaction():
        await store_saved.keep(
            connection, me(request).actor, shortcut=shortcut, language=given["language"], text=text
        )  # fmt: skip
    return redirect("/replies")


@saved.post("/replies/<saved_id>/remove")
@allowed("saved", page=True)
async def remove(request: Request, saved_id: str) -> HTTPResponse:
    """Remove one."""
    async with desk(request).pool.acquire() as connection, connection.transaction():
        await store_saved.remove(connection, me(request).actor, path_id(saved_id))
    return redirect("/replies")


async def _page(request: Request, *, status: int = 200, fault: str = "") -> HTTPResponse:
    found = await store_saved.every(desk(request).pool)
    return page(request, "replies.html", status=status, csrf=me(request).csrf, saved=found, fault=fault)
