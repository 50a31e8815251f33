"""A person's own page: password, second factor, sessions."""

import asyncio

import segno
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from frontdoor.desk import secrets, store_secrets, store_sessions
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.errors import BadRequest, TooMany
from frontdoor.desk.forms import fields, page
from frontdoor.desk.guard import allowed
from frontdoor.desk.sessions import attempt, carry

account = Blueprint("account", url_prefix="/account")


@account.get("/")
@allowed("account", page=True)
async def own(request: Request) -> HTTPResponse:
    """Show the person's sessions and how they sign in."""
    return await _own(request)


@account.post("/sessions/<session_id>/end")
@allowed("account", page=True)
async def end_session(request: Request, session_id: str) -> HTTPResponse:
    """End one of the person's sessions, perhaps on a computer they left."""
    context = desk(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await store_sessions.end(connection, me(request), path_id(session_id), context.clock())
    return redirect("/account")


@account.post("/password")
@allowed("account", page=True)
async def change_password(request: Request) -> HTTPResponse:
    """Change the password after the old one was given; all other sessions end, and this one gets a new token."""
    context, person, given = desk(request), me(request), fields(request)
    try:
        tried = await attempt(request, person.login)
    except TooMany:
        return await _own(request, status=429, fault="login_too_many")
    async with context.pool.acquire() as connection:
        stored = await store_secrets.password_hash(connection, person.id)
    if not await tried.settle(await asyncio.to_thread(secrets.password_fits, given.get("old", ""), stored)):
        return await _own(request, status=400, fault="password_wrong")
    known = [person.name, person.login, context.clinic.name]
    if fault := secrets.password_fault(given.get("password", ""), known):
        return await _own(request, status=400, fault=f"password_{fault}")
    hashed = await asyncio.to_thread(secrets.hash_password, given["password"])
    async with context.pool.acquire() as connection, connection.transaction():
        await store_secrets.set_password(connection, person, hashed)
        token = await store_sessions.proved(connection, person.session_id, person.actor, context.clock())
    response = await _own(request, done="password_changed")
    carry(request, response, token)
    return response


@account.get("/second-factor")
@allowed("account", page=True, fresh=True)
async def second_factor_page(request: Request) -> HTTPResponse:
    """Show a fresh secret as a picture for the app to scan."""
    return _scan(request, secrets.new_totp_secret(), wrong=False)


@account.post("/second-factor")
@allowed("account", page=True, fresh=True)
async def second_factor_on(request: Request) -> HTTPResponse:
    """Turn the second factor on after the app showed a right code; show the codes for paper, once."""
    context, person, given = desk(request), me(request), fields(request)
    secret = given.get("secret", "")
    if not secret.isalnum() or len(secret) != len(secrets.new_totp_secret()):
        raise BadRequest("secret")
    step = secrets.totp_step(secret, given.get("code", "").replace(" ", ""), context.clock().timestamp(), 0)
    if step is None:
        return _scan(request, secret, wrong=True)
    codes = secrets.new_recovery_codes()
    async with context.pool.acquire() as connection, connection.transaction():
        await store_secrets.set_second_factor(connection, context.seal, person, secret, codes, step)
    return page(request, "recovery.html", codes=codes)


@account.post("/second-factor/off")
@allowed("account", page=True)
async def second_factor_off(request: Request) -> HTTPResponse:
    """Turn the second factor off, after a right code."""
    context, person = desk(request), me(request)
    try:
        tried = await attempt(request, person.login)
    except TooMany:
        return await _own(request, status=429, fault="login_too_many")
    async with context.pool.acquire() as connection, connection.transaction():
        code = fields(request).get("code", "")
        fits = await store_secrets.second_factor_fits(connection, context.seal, person.id, code, context.clock())
        if fits:
            await store_secrets.set_second_factor(connection, context.seal, person, None, [], 0)
            token = await store_sessions.proved(connection, person.session_id, person.actor, context.clock())
    if not await tried.settle(fits):
        return await _own(request, status=400, fault="code_wrong")
    response = redirect("/account")
    carry(request, response, token)
    return response


async def _own(request: Request, *, status: int = 200, fault: str = "", done: str = "") -> HTTPResponse:
    context, person = desk(request), me(request)
    sessions = await store_sessions.of_person(context.pool, person.id, context.clock())
    return page(request, "account.html", status=status, csrf=person.csrf, sessions=sessions, fault=fault, done=done)


def _scan(request: Request, secret: str, *, wrong: bool) -> HTTPResponse:
    address = secrets.totp_address(secret, me(request).login, desk(request).clinic.name)
    picture = segno.make(address, error="m").png_data_uri(scale=5, border=4)
    return page(
        request, "scan.html", status=400 if wrong else 200, csrf=me(request).csrf, secret=secret, wrong=wrong,
        picture=picture,
    )  # fmt: skip
