"""Web chat over HTTP: sessions, messages in, messages out. docs/web-chat.md is the agreement with clients."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

from asyncpg import NoDataFoundError
from sanic import HTTPResponse, Request, Sanic

from frontdoor.conversations.model import WEB, Inbound
from frontdoor.gateway import reading, store
from frontdoor.gateway.errors import JSON, Bad, NotAllowed, NotSignedIn, TooMany, WrongType, json
from frontdoor.gateway.parts import Gateway, now
from frontdoor.gateway.store import SESSION_LASTS, Session

COOKIE = "frontdoor_chat"
TOKEN_MAX_CHARS = 200


def add_to(app: Sanic) -> None:
    """Serve the web chat."""
    app.add_route(open_session, "/chat/sessions", methods=["POST"])
    app.add_route(change_session, "/chat/sessions", methods=["PATCH"], name="change_session")
    app.add_route(send, "/chat/messages", methods=["POST"])
    app.add_route(read, "/chat/messages", methods=["GET"], name="read")
    app.add_route(writes, "/chat/typing", methods=["POST"], name="typing")


async def open_session(request: Request) -> HTTPResponse:
    """Begin a conversation: 201 with its token. With `{"cookie": true}` the token is in the cookie only."""
    gateway: Gateway = request.app.ctx.gateway
    if request.body.strip():
        _must_be_json(request)
    wanted = reading.session(request.body)
    if wanted.cookie:
        must_be_ours(request)
        _must_be_json(request)
        if (mine := await _session(request)) is not None:
            return json({"conversation": mine.conversation_id})
    if wait := gateway.sessions_per_address.wait_seconds(caller(request), time.monotonic()):
        raise TooMany(wait)
    language = wanted.language or gateway.settings.language
    token, conversation_id = await gateway.web.open_session(language, wanted.campaign, now())
    if not wanted.cookie:
        return json({"token": token, "conversation": conversation_id}, 201)
    return json({"conversation": conversation_id}, 201, {"Set-Cookie": cookie(gateway, token, SESSION_LASTS)})


async def change_session(request: Request) -> HTTPResponse:
    """Keep the language that the patient chose; 200."""
    gateway, session = await signed_in(request)
    _must_be_json(request)
    language = reading.session(request.body).language
    if language is None:
        raise Bad("bad_language", f"language takes one of {', '.join(reading.LANGUAGES)}.")
    _count(gateway, request, session)
    await gateway.web.choose_language(session.conversation_id, language)
    gateway.sessions.forget(session.conversation_id)
    return json({"language": language})


async def send(request: Request) -> HTTPResponse:
    """Store what the patient wrote or pressed, once; 202 with its number."""
    gateway, session = await signed_in(request)
    _must_be_json(request)
    given = reading.message(request.body, most_chars=gateway.settings.chat_text_max_chars)
    _count(gateway, request, session)
    event = await _inbound(gateway, session, given)
    turn = None
    gateway.hub.thinks(session.conversation_id)
    try:
        receipt = await gateway.intake.take(event)
        turn = receipt.turn
    except NoDataFoundError:  # it was erased
        gateway.sessions.forget(session.conversation_id)
        raise NotSignedIn from None
    finally:
        if turn is None:
            gateway.hub.answered(session.conversation_id)
    if turn is not None:
        gateway.dispatcher.start(turn)  # the bot thinks while the disk writes
    await gateway.intake.settled()
    return json({"seq": receipt.seq}, 202)


async def read(request: Request) -> HTTPResponse:
    """Return the next messages after the one with the number `after`."""
    gateway, session = await signed_in(request)
    after = max(session.from_seq, reading.after(request.args.get("after")))
    view = await gateway.web.view(session.conversation_id, after)
    if view is None:
        gateway.sessions.forget(session.conversation_id)
        raise NotSignedIn
    return json({"messages": view.messages})


async def writes(request: Request) -> HTTPResponse:
    """Tell the person who has the conversation that the patient is typing; 204, also where nobody looks."""
    gateway, session = await signed_in(request)
    _must_be_json(request)
    if not gateway.typing_per_session.wait_seconds(session.conversation_id, time.monotonic()):
        await gateway.web.writes(session.conversation_id)
    return HTTPResponse(status=204)


async def _inbound(gateway: Gateway, session: Session, given: reading.Typed | reading.Pressed) -> Inbound:
    text, press = (given.text, None) if isinstance(given, reading.Typed) else ("", None)
    if isinstance(given, reading.Pressed):
        press = await gateway.intake.store.pressed(session.conversation_id, given.payload)
        if press is None:
            raise Bad("not_offered", "This choice was not offered in this conversation.")
        text = press.title
    return Inbound(
        channel=session.channel,
        account=session.account,
        address=session.address,
        event_id=store.event_id(session.conversation_id, given.client_message_id),
        text=text,
        press=press,
        language=session.language,
        phi=session.phi,
        via="own" if session.channel == WEB else "web",
        known=True,
    )


async def signed_in(request: Request) -> tuple[Gateway, Session]:
    """Return the caller's session.

    Raises:
        NotSignedIn: There is none.
        NotAllowed: It is in a cookie, and the request may come from somebody else's page.
    """
    session = await _session(request)
    if session is None:
        raise NotSignedIn
    if not _bearer(request) and request.method != "GET":
        must_be_ours(request)
    return request.app.ctx.gateway, session


async def _session(request: Request) -> Session | None:
    token = _bearer(request) or request.cookies.get(COOKIE) or ""
    if not 0 < len(token) <= TOKEN_MAX_CHARS:
        return None
    found: Session | None = await request.app.ctx.gateway.sessions.of(token, now())
    return found


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _must_be_json(request: Request) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise WrongType


def must_be_ours(request: Request) -> None:
    """Refuse what a browser sends from another site; a browser always says from where it sends."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = {request.host, urlsplit(request.app.ctx.gateway.settings.public_url).netloc}
    if (site == "same-origin") if site else (origin is not None and urlsplit(origin).netloc in ours):
        return
    raise NotAllowed("cross_site", "This page may not write here.")


def _count(gateway: Gateway, request: Request, session: Session) -> None:
    at = time.monotonic()
    wait = gateway.per_session.wait_seconds(session.conversation_id, at)
    wait = wait or gateway.per_address.wait_seconds(caller(request), at)
    if wait:
        raise TooMany(wait)


def caller(request: Request) -> str:
    """Return the address of the caller: behind proxies that we were told of, the one they name."""
    return request.remote_addr or request.ip


def cookie(gateway: Gateway, token: str, lasts: timedelta) -> str:
    """Write the cookie that stands for a session; on other sites' pages only where the clinic allows embedding."""
    seconds = int(lasts.total_seconds())
    plain = f"{COOKIE}={token}; Max-Age={seconds}; Path=/chat; HttpOnly"
    if not gateway.settings.secure_cookies:
        return f"{plain}; SameSite=Strict"
    if gateway.settings.text("FRONTDOOR_EMBED_ORIGINS"):
        return f"{plain}; Secure; SameSite=None; Partitioned"
    return f"{plain}; Secure; SameSite=Strict"
