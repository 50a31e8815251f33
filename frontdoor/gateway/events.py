"""Web chat as server-sent events: every message after the last one the client has, then each new one.

`id: <seq>` and the message as JSON; `event: typing` and `event: state` say what goes on and carry no id.
"""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from sanic import Request, Sanic

from frontdoor.conversations.views import PAGE_MESSAGES, View
from frontdoor.gateway import chat, reading
from frontdoor.gateway.errors import NotSignedIn, TooMany
from frontdoor.gateway.hub import Watch
from frontdoor.gateway.parts import Gateway

HEARTBEAT_SECONDS = 15.0
STREAMS_PER_SESSION = 8
QUIET: dict[str, object] = {"typing": False}
RETRY_MS = 2000  # how long a browser waits before it opens the stream again by itself


def add_to(app: Sanic) -> None:
    """Serve the stream."""
    app.add_route(stream, "/chat/events", methods=["GET"])


async def stream(request: Request) -> None:
    """Follow the caller's conversation until they leave, it is erased, or the gateway stops."""
    gateway, session = await chat.signed_in(request)
    given = reading.after(request.headers.get("last-event-id") or request.args.get("after"))
    after = max(session.from_seq, given)
    if gateway.hub.count(session.conversation_id) >= STREAMS_PER_SESSION:
        raise TooMany(HEARTBEAT_SECONDS)
    with gateway.hub.watch(session.conversation_id, after) as watch:
        view = await _look(gateway, session.conversation_id, watch)
        if view is None:
            raise NotSignedIn
        response = await request.respond(
            content_type="text/event-stream; charset=utf-8",
            headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
        )
        with request.app.ctx.metrics.streams.track_inprogress():
            async for part in _follow(gateway, session.conversation_id, watch, view):
                await response.send(part)
    await response.eof()


async def _follow(gateway: Gateway, conversation_id: str, watch: Watch, first: View) -> AsyncIterator[str]:
    """Give what there is in *first* and what changes after it, as parts of the stream."""
    yield f"retry: {RETRY_MS}\n\n"
    seen: dict[str, object] = {"typing": QUIET}
    view: View | None = first
    while not gateway.hub.closing:
        view = view or await _look(gateway, conversation_id, watch)
        if view is None:
            return
        watch.read(view.mark)
        messages = watch.unseen(view)
        if part := "".join(_parts(view, messages, seen)):
            yield part
        if len(messages) < PAGE_MESSAGES and not await watch.news(HEARTBEAT_SECONDS):
            yield ": still here\n\n"
        view = None


async def _look(gateway: Gateway, conversation_id: str, watch: Watch) -> View | None:
    """Return what *watch* was given, or else what there is to see now; None: the conversation was erased."""
    view = watch.given()
    if view is None:
        watch.reading()
        view = await gateway.web.view(conversation_id, watch.after)
    if view is None:
        gateway.sessions.forget(conversation_id)
    return view


def _parts(view: View, messages: list[dict[str, Any]], seen: dict[str, object]) -> list[str]:
    """Write *messages* and what else is new in *view*; *seen* remembers what was last said of typing and state."""
    parts = [f"id: {message['seq']}\ndata: {orjson.dumps(message).decode()}\n\n" for message in messages]
    now = {
        "state": {"state": view.state, "name": view.owner_name},
        "typing": _typing(view),
    }
    for name, value in now.items():
        if seen.get(name) != value:
            seen[name] = value
            parts.append(f"event: {name}\ndata: {orjson.dumps(value).decode()}\n\n")
    return parts


def _typing(view: View) -> dict[str, object]:
    """Tell who is writing: the bot, or with their name the person who has the conversation."""
    if view.state == "staff":
        return {"typing": True, "name": view.owner_name} if view.typing else QUIET
    return {"typing": view.answering and view.state in ("bot", "waiting")}
