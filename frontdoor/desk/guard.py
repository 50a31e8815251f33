"""Before a handler runs: is somebody signed in, may they, did our own page send it."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from frontdoor.desk import secrets, store_sessions
from frontdoor.desk.access import Me
from frontdoor.desk.context import desk
from frontdoor.desk.errors import Forbidden, SignedOut

Handler: TypeAlias = Callable[..., Any]  # Sanic's decorators are typed too narrowly for more
FOREIGN = ("cross-site", "same-site")  # Sec-Fetch-Site of a request that another page caused


def allowed(action: str, *, active: bool = True, page: bool = False) -> Callable[[Handler], Handler]:
    """Let only those run the handler whose role allows *action*.

    *active*: this shows that the person is there (a stream, a poll is nothing). *page*: who is signed out goes to the
    login instead of getting an error.
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
            if active:
                context = desk(request)
                idle_at = await store_sessions.active(context.pool, person, context.clock())
                person = replace(person, idle_at=idle_at)
            request.ctx.me = person
            return await handler(request, *args, **kwargs)

        return guarded

    return wrap


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
