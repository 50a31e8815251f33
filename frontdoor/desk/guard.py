"""Before a handler runs: is somebody signed in, may they, did our own page send it."""

import functools
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import urlencode

from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from frontdoor.desk import secrets, store_sessions
from frontdoor.desk.access import Me
from frontdoor.desk.context import desk
from frontdoor.desk.errors import Forbidden, NotProved, SignedOut, TooMany

Handler: TypeAlias = Callable[..., Any]  # Sanic's decorators are typed too narrowly for more
FOREIGN = ("cross-site", "same-site")  # Sec-Fetch-Site of a request that another page caused
COUNTED_AS = {"takeover": "claim"}  # an action: whose limit it shares


def allowed(
    action: str, *, active: bool = True, page: bool = False, fresh: bool = False, counted: str = ""
) -> Callable[[Handler], Handler]:
    """Let only those run the handler whose role allows *action*, and no oftener than the clinic has set.

    *active*: this shows that the person is there (a stream, a poll is nothing). *page*: who is signed out goes to the
    login instead of getting an error. *fresh*: they showed who they are not long ago. *counted*: whose limit it has,
    if not the action's own.
    """

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
            person = await who(request)
            if person is None or person.pending:
                if page:
                    return redirect("/login")
                raise SignedOut
            if not person.may(action):
                raise Forbidden(action)
            if request.method == "POST":
                check_token(request, person.csrf)
            context = desk(request)
            if action != "account" and _must_enrol(request, person):
                if page:
                    return redirect("/account/second-factor")
                raise Forbidden("second_factor")
            if fresh and not is_fresh(request, person):
                if page:
                    return redirect(f"/prove?{urlencode({'back': _back(request)})}")
                raise NotProved
            check_rate(request, counted or COUNTED_AS.get(action, action), person.id)
            if active:
                idle_at = await store_sessions.active(context.pool, person, context.clock())
                person = replace(person, idle_at=idle_at)
            request.ctx.me = person
            return await handler(request, *args, **kwargs)

        return guarded

    return wrap


def check_rate(request: Request, action: str, key: str) -> None:
    """Count one *action* of *key*, a person or a token.

    Raises:
        TooMany: It was done too often within a minute.
    """
    context = desk(request)
    limiter = context.limiters.get(action)
    seconds = limiter.wait_seconds(key, context.clock().timestamp()) if limiter else 0.0
    if seconds:
        raise TooMany(retry_seconds=math.ceil(seconds))


def is_fresh(request: Request, person: Me) -> bool:
    """Tell whether the person showed who they are not long ago."""
    context = desk(request)
    return context.clock() - person.proved_at <= timedelta(minutes=context.settings.fresh_minutes)


def _must_enrol(request: Request, person: Me) -> bool:
    required = desk(request).settings.second_factor_required
    return required and person.method == "password" and not person.second_factor


def _back(request: Request) -> str:
    """Return where the person wanted to go, or for a form the page that it is on."""
    if request.method == "GET":
        return request.path + (f"?{request.query_string}" if request.query_string else "")
    return "/" + request.path.split("/")[1]


async def who(request: Request) -> Me | None:
    """Return who has the session of this request, also one that awaits its second factor."""
    context = desk(request)
    token = request.cookies.get(cookie_name(request))
    person = await store_sessions.find(context.pool, token, context.clock()) if token else None
    return replace(person, address=address(request)) if person else None


def check_token(request: Request, expected: str) -> None:
    """Refuse a POST that our own page did not send.

    Raises:
        Forbidden: It lacks the session's token, or another site caused it.
    """
    if request.headers.get("sec-fetch-site") in FOREIGN:
        raise Forbidden("origin")
    given = request.headers.get("x-csrf-token") or (request.form or {}).get("csrf") or ""
    if not secrets.same(given, expected):
        raise Forbidden("csrf")


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie: over TLS one that no other host can set."""
    return "__Host-desk" if secure(request) else "desk"


def secure(request: Request) -> bool:
    """Tell whether cookies go over TLS only."""
    settings = desk(request).settings
    return settings.secure_cookies or settings.desk_url.startswith("https://")


def set_cookie(request: Request, response: HTTPResponse, name: str, value: str, seconds: int) -> None:
    """Set a cookie that scripts cannot read and other sites cannot make the browser send."""
    response.cookies[name] = value
    response.cookies[name].update({"httponly": True, "samesite": "Strict", "path": "/", "max-age": seconds})
    if secure(request):
        response.cookies[name]["secure"] = True


def address(request: Request) -> str:
    """Return the network address that asks, as far as we know it."""
    return str(request.remote_addr or request.ip)
