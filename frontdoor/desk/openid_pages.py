"""Coming in through the clinic's OpenID provider, showing again who one is there, and being signed out from there.

What has to be remembered on the way is in a cookie that only we can read (sealed). It is Lax: a Strict one would not
come along when the provider sends the browser back. The session's own cookie stays Strict, so after that way back a
small page of ours leads on.
"""

import asyncio
import json
import secrets as random
from datetime import timedelta
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, redirect

from frontdoor.desk import secrets, store_openid, store_sessions
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk
from frontdoor.desk.errors import BadRequest, Unknown
from frontdoor.desk.forms import fields, page, signed_out_page
from frontdoor.desk.guard import address, is_fresh, secure, set_cookie, who
from frontdoor.desk.openid import LEEWAY_SECONDS, Identity, OpenId, OpenIdError
from frontdoor.desk.proof import way_back
from frontdoor.desk.sessions import attempt, begin, carry
from frontdoor.desk.words import preferred
from frontdoor.privacy.audit import Actor
from frontdoor.sealing import Unsealable

ABOUT = "on the way to the provider"
WAY_SECONDS = 600

openid_pages = Blueprint("openid", url_prefix="/login/oidc")


@openid_pages.get("/")
async def leave(request: Request) -> HTTPResponse:
    """Send the browser to the provider. Who is signed in comes back with a fresh proof, or (`link`) linked to it."""
    provider, person = _provider(request), await who(request)
    if person and person.method != "oidc" and not is_fresh(request, person):
        return redirect("/prove?back=/login/oidc")  # before another way in is opened
    way: dict[str, Any] = {
        "state": random.token_urlsafe(32), "nonce": random.token_urlsafe(32), "verifier": random.token_urlsafe(48),
        "at": desk(request).clock().timestamp(), "back": way_back(request.args.get("back", "")),
    }  # fmt: skip
    if person and not person.pending:
        way |= {"session": person.session_id, "staff": person.id, "link": person.method != "oidc"}
    try:
        where = await asyncio.to_thread(
            provider.address, state=way["state"], nonce=way["nonce"], verifier=way["verifier"],
            again="session" in way,
        )  # fmt: skip
    except OpenIdError:
        return _failed(request)
    response = redirect(where)
    sealed = desk(request).seal.seal(json.dumps(way), ABOUT)
    set_cookie(request, response, _cookie(request), sealed, WAY_SECONDS)
    response.cookies[_cookie(request)]["samesite"] = "Lax"
    return response


@openid_pages.get("/callback")
async def come_back(request: Request) -> HTTPResponse:
    """Take what the provider says. Nothing that was not begun in this browser is listened to."""
    provider, context = _provider(request), desk(request)
    tried = await attempt(request, None)
    try:
        way = _way(request)
        if request.args.get("iss", provider.issuer).rstrip("/") != provider.issuer.rstrip("/"):
            raise OpenIdError("issuer")
        identity = await asyncio.to_thread(
            provider.identify, request.args.get("code", ""), nonce=way["nonce"], verifier=way["verifier"],
            now=context.clock(),
        )  # fmt: skip
        response = await (_again if "session" in way else _in)(request, provider, identity, way)
        await tried.settle(True)
    except OpenIdError:
        await tried.settle(False)
        response = _failed(request)
    set_cookie(request, response, _cookie(request), "", 0)
    return response


@openid_pages.post("/logout")
async def signed_out_there(request: Request) -> HTTPResponse:
    """Hear from the provider itself that somebody's session there is over (back-channel logout)."""
    provider, context = _provider(request), desk(request)
    try:
        token = fields(request, most=8_000).get("logout_token", "")
        subject = await asyncio.to_thread(provider.logged_out, token, context.clock())
        async with context.pool.acquire() as connection, connection.transaction():
            await store_openid.log_out(connection, provider.issuer, subject, context.clock())
    except (OpenIdError, Unknown):
        raise BadRequest("logout_token") from None
    return empty(200)


async def _in(request: Request, provider: OpenId, identity: Identity, way: dict[str, Any]) -> HTTPResponse:
    """Begin a session, if the person's groups give them something to do here."""
    context = desk(request)
    language = preferred(request.headers.get("accept-language", ""))
    async with context.pool.acquire() as connection, connection.transaction():
        row = await store_openid.admit(
            connection, identity, provider.rights(identity), context.clock(), language=language,
            address=address(request),
        )  # fmt: skip
    if row is None:
        return signed_out_page(request, "login.html", status=403, fault="openid_no_access", login="")
    response = page(request, "onward.html", where="/login")
    second = row["totp_secret"] is not None
    await begin(request, response, str(row["id"]), row["version"], second_factor=second, method="oidc")
    return response


async def _again(request: Request, provider: OpenId, identity: Identity, way: dict[str, Any]) -> HTTPResponse:
    """Note the fresh proof of a session that is open, or link the provider's person to its member of staff."""
    context, at = desk(request), desk(request).clock()
    fresh_from = way["at"] - LEEWAY_SECONDS
    if identity.proved_at is None or identity.proved_at.timestamp() < fresh_from:
        raise OpenIdError("not_fresh")
    session, actor = path_id(way["session"]), Actor(way["staff"], session_id=way["session"], address=address(request))
    if way["link"] and provider.rights(identity) is None:  # whose next sign-in there would shut them out here
        return signed_out_page(request, "login.html", status=403, fault="openid_no_access", login="")
    async with context.pool.acquire() as connection, connection.transaction():
        if way["link"]:
            if not await store_openid.link(connection, identity, way["staff"], actor):
                raise OpenIdError("linked")
            return page(request, "onward.html", where="/account")
        if not await store_openid.is_theirs(connection, identity, session):
            raise OpenIdError("other")
        token = await store_sessions.proved(connection, session, actor, at)
    response = page(request, "onward.html", where=way["back"])
    carry(request, response, token)
    return response


def _way(request: Request) -> dict[str, Any]:
    """Return what was remembered, if this is the answer to it.

    Raises:
        OpenIdError: state — it was not begun here, or too long ago.
    """
    try:
        way = json.loads(desk(request).seal.open(request.cookies.get(_cookie(request), ""), ABOUT))
    except (Unsealable, ValueError):
        raise OpenIdError("state") from None
    age = timedelta(seconds=desk(request).clock().timestamp() - way["at"])
    if not secrets.same(request.args.get("state", ""), way["state"]) or age > timedelta(seconds=WAY_SECONDS):
        raise OpenIdError("state")
    found: dict[str, Any] = way
    return found


def _provider(request: Request) -> OpenId:
    provider = desk(request).openid
    if provider is None:
        raise Unknown("openid")
    return provider


def _failed(request: Request) -> HTTPResponse:
    return signed_out_page(request, "login.html", status=502, fault="openid_failed", login="")


def _cookie(request: Request) -> str:
    return "__Host-desk-way" if secure(request) else "desk-way"
