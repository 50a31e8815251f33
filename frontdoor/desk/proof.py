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
from frontdoor.desk.errors import BadRequest
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.desk.secrets import Token
from frontdoor.desk.sessions import attempt, carry

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
    token = await _prove(request, given.get("password", ""))
    if token is None:
        return _form(request, given.get("back", ""), wrong=True)
    response = redirect(way_back(given.get("back", "")))
    carry(request, response, token)
    return response


@proof.post("/desk/prove")
@allowed("account")
async def prove_on_the_page(request: Request) -> HTTPResponse:
    """Do the same from the desk's page: `{secret}`."""
    token = await _prove(request, Body(request).text("secret", most=secrets.PASSWORD_MOST_CHARS))
    if token is None:
        raise BadRequest("secret")
    response = json_response({})
    carry(request, response, token)
    return response


def way_back(given: str) -> str:
    """Return *given* if it is an address of ours, else that of the desk."""
    return given if BACK.fullmatch(given) else "/desk"


async def _prove(request: Request, secret: str) -> Token | None:
    """Check what was given against how this person proves themselves; return the session's new token if it fits.

    Raises:
        TooMany: There were too many tries.
    """
    context, person, at = desk(request), me(request), desk(request).clock()
    tried, token = await attempt(request, person.login), None
    async with context.pool.acquire() as connection, connection.transaction():
        if person.proves_by == "code":
            fits = await store_secrets.second_factor_fits(connection, context.seal, person.id, secret, at)
        else:
            stored = await store_secrets.password_hash(connection, person.id)
            fits = await asyncio.to_thread(secrets.password_fits, secret, stored)
        if fits:
            token = await store_sessions.proved(connection, person.session_id, person.actor, at)
    await tried.settle(fits)
    return token


def _form(request: Request, back: str, *, wrong: bool = False) -> HTTPResponse:
    person: Me = me(request)
    return page(
        request, "prove.html", status=401 if wrong else 200, csrf=person.csrf, wrong=wrong, back=way_back(back),
        again=f"/login/oidc?{urlencode({'back': way_back(back)})}",
    )  # fmt: skip
