"""REST for other helpdesks: `/api/v1`, described by `openapi.yml`. What they may do is decided by the same rules as for
staff: the token's queues (`conversations/scope.py`), the states of a conversation, the audit log.
"""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import yaml
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.conversations import store_desk, store_leases, store_reading, store_saying
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.states import State
from frontdoor.desk.acting import DISPOSITIONS, ID_MOST_CHARS, NOTE_MOST_CHARS, SUMMARY_MOST_CHARS
from frontdoor.desk.bodies import Body, clean, number, path_id
from frontdoor.desk.context import as_doer, desk
from frontdoor.desk.errors import BadRequest, Forbidden, SignedOut, Unknown
from frontdoor.desk.guard import Handler, address, check_rate
from frontdoor.helpdesk import payloads, store, store_reading_outside
from frontdoor.helpdesk.model import Caller
from frontdoor.privacy import audit

DOCUMENT = Path(__file__).parent / "openapi.yml"
LIST_MOST, NAME_MOST_CHARS = 200, 60

api = Blueprint("api", url_prefix="/api/v1")


def called(scope: str) -> Callable[[Handler], Handler]:
    """Let only programs run the handler whose token has *scope*."""

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            context = desk(request)
            found = None
            if kind.lower() == "bearer":
                found = await store.caller(context.pool, token.strip(), context.clock(), address(request))
            if found is None:
                check_rate(request, "api", f"without a token from {address(request)}")
                raise SignedOut
            if not found.may(scope):
                raise Forbidden(scope)
            check_rate(request, "api", found.id)
            request.ctx.caller = found
            return await handler(request, *args, **kwargs)

        return guarded

    return wrap


@api.get("/openapi.json")
async def document(request: Request) -> HTTPResponse:
    """Return the description of all this. Needs no token: nothing in it is a secret."""
    return json_response(_document())


@api.get("/conversations")
@called("conversations:read")
async def conversations(request: Request) -> HTTPResponse:
    """Return a page of conversations, in the order of their ids: `?state=`, `?after=<id>`, `?limit=`."""
    state, after = request.args.get("state", ""), request.args.get("after", "")
    if state and state not in {one.value for one in State}:
        raise BadRequest("state")
    limit = number(request, "limit", 50)
    if not 1 <= limit <= LIST_MOST:
        raise BadRequest("limit")
    found = await store_reading_outside.page(
        desk(request).pool, _caller(request).scope, state, path_id(after) if after else None, limit
    )
    more = found[-1].id if len(found) == limit else None
    return json_response({"conversations": [_shown(request, one) for one in found], "next": more})


@api.get("/changes")
@called("conversations:read")
async def changes(request: Request) -> HTTPResponse:
    """Return what changed since `?cursor=`; `reset`: too much, read the list anew."""
    context, scope = desk(request), _caller(request).scope
    found = await store_reading.changed(context.pool, number(request, "cursor", 2**62))
    shown = [
        _shown(request, one.conversation) for one in found.listed or ()
        if scope.covers(one.conversation.ownership.queue, one.conversation.ownership.owner_id)
    ]  # fmt: skip
    return json_response({"cursor": str(found.cursor), "reset": found.listed is None, "conversations": shown})


@api.get("/conversations/<conversation_id>")
@called("conversations:read")
async def conversation(request: Request, conversation_id: str) -> HTTPResponse:
    """Return one conversation: who may speak, not what was said."""
    async with desk(request).pool.acquire() as connection:
        found = await store_reading.one(connection, _caller(request).scope, path_id(conversation_id))
    if found is None:
        raise Unknown("conversation")
    return json_response(_shown(request, found.conversation))


@api.get("/conversations/<conversation_id>/messages")
@called("messages:read")
async def messages(request: Request, conversation_id: str) -> HTTPResponse:
    """Return messages `?after=` a seq. One audit row for each call."""
    context, caller, identifier = desk(request), _caller(request), path_id(conversation_id)
    async with context.pool.acquire() as connection, connection.transaction():
        if await store_reading.one(connection, caller.scope, identifier) is None:
            raise Unknown("conversation")
        after = number(request, "after", 0)
        await audit.record(connection, caller.actor, "conversation.read", f"conversation:{identifier}")
        found = await store_reading.messages(connection, identifier, after=after)
    shown = [payloads.message(one, with_text=True) for one in found if one.author != "note"]
    return json_response({"messages": shown, "more": len(found) == store_reading.PAGE})


async def _claim(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    return _now(request, await store_desk.claim(desk(request).pool, who, identifier, body.whole("epoch")))


async def _heartbeat(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    return _now(request, await store_leases.heartbeat(desk(request).pool, who, identifier))


async def _release(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    return _now(request, await store_desk.release(desk(request).pool, who, identifier))


async def _reply(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    seq = await store_saying.reply(
        desk(request).pool, who, identifier, text=body.text("text"), epoch=body.whole("epoch"),
        client_message_id=f"api:{body.text('client_message_id', most=ID_MOST_CHARS)}",
    )  # fmt: skip
    return json_response({"seq": seq})


async def _note(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    seq = await store_saying.note(
        desk(request).pool, who, identifier, text=body.text("text", most=NOTE_MOST_CHARS),
        client_message_id=f"api:{body.text('client_message_id', most=ID_MOST_CHARS)}",
    )  # fmt: skip
    return json_response({"seq": seq})


async def _return(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    summary = body.text("summary", least=0, most=SUMMARY_MOST_CHARS)
    return _now(
        request,
        await store_desk.give_back(
            desk(request).pool, who, identifier, slots=body.names("slots"), summary=summary,
            seen_seq=body.whole("seen"),
        ),
    )  # fmt: skip


async def _close(request: Request, who: Doer, identifier: str, body: Body) -> HTTPResponse:
    disposition = body.text("disposition", most=ID_MOST_CHARS)
    if disposition not in DISPOSITIONS:
        raise BadRequest("disposition")
    pool, seen_seq = desk(request).pool, body.whole("seen")
    return _now(request, await store_desk.close(pool, who, identifier, disposition, seen_seq=seen_seq))


ACTIONS = {
    "claim": _claim, "heartbeat": _heartbeat, "release": _release, "reply": _reply, "notes": _note,
    "return": _return, "close": _close,
}  # fmt: skip


def _act(name: str, do: Callable[[Request, Doer, str, Body], Awaitable[HTTPResponse]]) -> None:
    """Make `POST /conversations/<id>/<name>`: what a member of staff does, in the name of `agent`."""

    @called("conversations:write")
    async def act(request: Request, conversation_id: str) -> HTTPResponse:
        body = Body(request)
        return await do(request, _doer(request, body), path_id(conversation_id), body)

    api.add_route(act, f"/conversations/<conversation_id>/{name}", methods=["POST"], name=name)


for _name, _do in ACTIONS.items():
    _act(_name, _do)


def _doer(request: Request, body: Body) -> Doer:
    """Read `agent`: {id, name}. Every person there is one person here."""
    given = body.given.get("agent")
    if not isinstance(given, dict):
        raise BadRequest("agent")
    identifier, name = (clean(str(given.get(key) or "")) for key in ("id", "name"))
    if not 1 <= len(identifier) <= ID_MOST_CHARS or not 1 <= len(name) <= NAME_MOST_CHARS:
        raise BadRequest("agent")
    context = desk(request)
    return as_doer(context.settings, *_caller(request).person(identifier, name), context.clock())


def _now(request: Request, after: Conversation) -> HTTPResponse:
    return json_response(_shown(request, after))


def _shown(request: Request, one: Conversation) -> dict[str, Any]:
    may = _caller(request).may("messages:read")
    return payloads.conversation(one, with_text=may, desk_url=desk(request).settings.desk_url)


def _caller(request: Request) -> Caller:
    caller: Caller = request.ctx.caller
    return caller


@functools.lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return found
