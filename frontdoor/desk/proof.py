"""Showing again that it is you: asked for before an export or a masked answer, when the last time is too long ago."""

import asyncio
import re
from urllib.parse import urlencode

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect
from sanic.response import json as json_response

from frontdoor.desk import secrets, store_secrets, store_sessions
from frontdoor.desk.access import Me
from frontdoor.desk.bodies import Body
from frontdoor.desk.context import desk, me
from frontdoor.desk.errors import BadRequest, TooMany
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import address, allowed

BACK = re.compile(r"/(?!/)[a-z_.]*(?:/[a-z_.-]+)*(?:\?[\w=&%.:-]*)?")  # an address of ours

proof = Blueprint("proof")


@proof.get("/prove")
@allowed("account", page=True)
async def prove_page(request: Request) -> HTTPResponse:
    """Ask for the password, or a code of who has a second factor, or lead to the OpenID provider."""
    return _form(request, request.args.get("back", ""))


@proof.post("/prove")
@allowed("account", page=True)
async def prove(request: Request) -> HTTPResponse:
    """Go on to where the proof was wanted."""
    given = fields(request)
    if not await _fits(request, given.get("password", "")):
        return _form(request, given.get("back", ""), wrong=True)
    return redirect(way_back(given.get("back", "")))


@proof.post("/desk/prove")
@allowed("account")
async def prove_on_the_page(request: Request) -> HTTPResponse:
    """Do the same from the desk's page: `{secret}`."""
    if not await _fits(request, Body(request).text("secret", most=secrets.PASSWORD_MOST_CHARS)):
        raise BadRequest("secret")
    return json_response({})


def way_back(given: str) -> str:
    """Return *given* if it is an address of ours, else that of the desk."""
    return given if BACK.fullmatch(given) else "/desk"


async def _fits(request: Request, secret: str) -> bool:
    """Check what was given against how this person proves themselves, and note it.

    Raises:
        TooMany: There were too many tries.
    """
    context, person, at = desk(request), me(request), desk(request).clock()
    keys = {"person": person.login, "address": address(request)}
    if await store_sessions.too_many(context.pool, keys, at):
        raise TooMany
    async with context.pool.acquire() as connection, connection.transaction():
        if person.proves_by == "code":
            fits = await store_secrets.second_factor_fits(connection, context.seal, person.id, secret, at)
        else:
            stored = await store_secrets.password_hash(connection, person.id)
            fits = await asyncio.to_thread(secrets.password_fits, secret, stored)
        if fits:
            await store_sessions.proved(connection, person.session_id, person.actor, at)
    if not fits:
        await store_sessions.failed(context.pool, keys, at)
    return fits


def _form(request: Request, back: str, *, wrong: bool = False) -> HTTPResponse:
    person: Me = me(request)
    return page(
        request, "prove.html", status=401 if wrong else 200, csrf=person.csrf, wrong=wrong, back=way_back(back),
        again=f"/login/oidc?{urlencode({'back': way_back(back)})}",
    )  # fmt: skip
