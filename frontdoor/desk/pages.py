"""Signing in and out, the second factor, the welcome of new staff, and the desk page itself."""

import asyncio

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect
from sanic.response import json as json_response

from frontdoor.desk import secrets, store_people, store_secrets, store_sessions
from frontdoor.desk.access import Me
from frontdoor.desk.context import Context, desk, me
from frontdoor.desk.errors import BadRequest, Forbidden, TooMany, Unknown
from frontdoor.desk.forms import check_signed_out, fields, page, signed_out_page
from frontdoor.desk.guard import address, allowed, check_token, cookie_name, set_cookie, who
from frontdoor.desk.sessions import attempt, begin
from frontdoor.desk.words import LANGUAGES, preferred, words

LOGIN_CHARS, NAME_CHARS = (2, 80), (2, 60)

pages = Blueprint("pages")


@pages.get("/")
async def home(request: Request) -> HTTPResponse:
    """Go to the desk."""
    return redirect("/desk")


@pages.get("/desk")
@allowed("desk", page=True)
async def desk_page(request: Request) -> HTTPResponse:
    """Return the desk: one page, which its scripts fill."""
    return page(request, "desk.html", csrf=me(request).csrf)


@pages.get("/desk/texts/<language>")
async def texts(request: Request, language: str) -> HTTPResponse:
    """Return the sentences of the desk page."""
    if language not in LANGUAGES:
        raise Unknown("language")
    return json_response(words(language))


@pages.get("/login")
async def login_page(request: Request) -> HTTPResponse:
    """Show the form for the password, or for the second factor of who has passed that."""
    person = await who(request)
    if person and person.pending:
        return page(request, "second.html", csrf=person.csrf, wrong=False)
    if person:
        return redirect(_home(person))
    return signed_out_page(request, "login.html", fault="", login="")


@pages.post("/login")
async def login(request: Request) -> HTTPResponse:
    """Begin a session. A wrong name and a wrong password look and take the same."""
    check_signed_out(request)
    context, given = _with_passwords(request), fields(request)
    name = given.get("login", "")
    try:
        tried = await attempt(request, name)
    except TooMany:
        return _too_many(request, name)
    row = await store_people.credentials(context.pool, name)
    stored = row["password_hash"] if row else None
    if not await tried.settle(await asyncio.to_thread(secrets.password_fits, given.get("password", ""), stored)):
        return signed_out_page(request, "login.html", status=401, fault="login_wrong", login=name)
    second = row["totp_secret"] is not None
    if not second:  # else whoever has the password could guess codes without end
        await tried.forgive()
    return await _begin(request, str(row["id"]), row["version"], second_factor=second, method="password")


@pages.post("/login/code")
async def second_factor(request: Request) -> HTTPResponse:
    """Finish a login with a code of the app, or one from paper."""
    person = await who(request)
    if person is None or not person.pending:
        return redirect("/login")
    check_token(request, person.csrf)
    context, at = desk(request), desk(request).clock()
    try:
        tried = await attempt(request, person.login)
    except TooMany:
        return _too_many(request, "")
    code = fields(request).get("code", "")
    async with context.pool.acquire() as connection, connection.transaction():
        fits = await store_secrets.second_factor_fits(connection, context.seal, person.id, code, at)
        if fits:
            await store_sessions.end(connection, person, person.session_id, at)
    if not await tried.settle(fits):
        return page(request, "second.html", status=401, csrf=person.csrf, wrong=True)
    await tried.forgive()
    return await _begin(request, person.id, person.version, second_factor=False, method=person.method)


@pages.post("/logout")
@allowed("account", page=True)
async def logout(request: Request) -> HTTPResponse:
    """End the session here and forget what the browser kept."""
    context, person = desk(request), me(request)
    async with context.pool.acquire() as connection, connection.transaction():
        await store_sessions.end(connection, person, person.session_id, context.clock())
    response = redirect("/login")
    set_cookie(request, response, cookie_name(request), "", 0)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


@pages.get("/welcome")
async def welcome_page(request: Request) -> HTTPResponse:
    """Show the form behind a one-time link; the code stands behind the # and the page's script fills it in."""
    _with_passwords(request)
    return signed_out_page(request, "welcome.html", faults={}, given={})


@pages.post("/welcome")
async def welcome(request: Request) -> HTTPResponse:
    """Make the member of staff that the link was for, and sign them in."""
    check_signed_out(request)
    context, given = _with_passwords(request), fields(request)
    if faults := _faults(given, context.clinic.name):
        return signed_out_page(request, "welcome.html", status=400, faults=faults, given=given)
    try:
        tried = await attempt(request, None)
    except TooMany:
        return signed_out_page(request, "welcome.html", status=429, faults={"code": "login_too_many"}, given=given)
    hashed = await asyncio.to_thread(secrets.hash_password, given["password"])
    try:
        async with context.pool.acquire() as connection, connection.transaction():
            staff_id = await store_people.join(
                connection, secrets.digest(given["code"]), name=given["name"], login=given["login"],
                password_hash=hashed, language=preferred(request.headers.get("accept-language", "")),
                at=context.clock(), address=address(request),
            )  # fmt: skip
    except Unknown:
        await tried.settle(False)
        return signed_out_page(request, "welcome.html", status=400, faults={"code": "code_void"}, given=given)
    except BadRequest:
        await tried.settle(True)
        return signed_out_page(request, "welcome.html", status=400, faults={"login": "login_taken"}, given=given)
    await tried.settle(True)
    return await _begin(request, staff_id, 1, second_factor=False, method="password")


def _too_many(request: Request, login: str) -> HTTPResponse:
    return signed_out_page(request, "login.html", status=429, fault="login_too_many", login=login)


def _faults(given: dict[str, str], clinic: str) -> dict[str, str]:
    """Return what is wrong with the welcome form: {field: key of the sentence}."""
    name, login_name = given.get("name", ""), given.get("login", "")
    faults = {}
    if not NAME_CHARS[0] <= len(name) <= NAME_CHARS[1]:
        faults["name"] = "name_length"
    if not LOGIN_CHARS[0] <= len(login_name) <= LOGIN_CHARS[1]:
        faults["login"] = "login_length"
    if fault := secrets.password_fault(given.get("password", ""), [name, login_name, clinic]):
        faults["password"] = f"password_{fault}"
    return faults


async def _begin(request: Request, staff_id: str, version: int, *, second_factor: bool, method: str) -> HTTPResponse:
    """Open a session and go on."""
    response = redirect("/login")  # which shows the way: to the second factor, or to where the role works
    await begin(request, response, staff_id, version, second_factor=second_factor, method=method)
    return response


def _with_passwords(request: Request) -> Context:
    """Return the parts, where the clinic lets staff come in with passwords.

    Raises:
        Forbidden: It does not.
    """
    if not desk(request).settings.password_login:
        raise Forbidden("password_login")
    return desk(request)


def _home(person: Me) -> str:
    return "/desk" if person.may("desk") else "/audit"
