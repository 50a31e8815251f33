"""The work list of who wants to be called back: shown, called, done or not reached."""

from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.conversations import store_callbacks
from frontdoor.conversations.store_callbacks import Callback
from frontdoor.desk import views
from frontdoor.desk.bodies import path_id
from frontdoor.desk.context import desk, me
from frontdoor.desk.guard import allowed

callbacks = Blueprint("callbacks", url_prefix="/desk/callbacks")


@callbacks.get("/")
@allowed("callbacks")
async def listed(request: Request) -> HTTPResponse:
    """Return who is to be called back, the longest waiting first; numbers are shown on request."""
    person = me(request)
    found = await store_callbacks.listed(desk(request).pool, person.scope, person.actor)
    return json_response({"callbacks": [_shown(one) for one in found]})


@callbacks.post("/<callback_id>/reveal")
@allowed("callbacks", fresh=True)
async def reveal(request: Request, callback_id: str) -> HTTPResponse:
    """Return the number. One audit row."""
    person = me(request)
    phone = await store_callbacks.phone(desk(request).pool, person.scope, person.actor, path_id(callback_id))
    return json_response({"phone": phone})


@callbacks.post("/<callback_id>/done")
@allowed("callbacks")
async def done(request: Request, callback_id: str) -> HTTPResponse:
    """The patient was reached: the line leaves the list."""
    return await _settle(request, callback_id, reached=True)


@callbacks.post("/<callback_id>/not_reached")
@allowed("callbacks")
async def not_reached(request: Request, callback_id: str) -> HTTPResponse:
    """Nobody answered: the line stays, with how often that was so."""
    return await _settle(request, callback_id, reached=False)


async def _settle(request: Request, callback_id: str, *, reached: bool) -> HTTPResponse:
    context, person = desk(request), me(request)
    await store_callbacks.settle(
        context.pool, person.scope, person.actor, path_id(callback_id), context.clock(), reached=reached
    )
    return json_response({})


def _shown(one: Callback) -> dict[str, Any]:
    return {
        "id": one.id, "conversation": one.conversation_id, "name": one.name, "channel": one.channel,
        "language": one.language, "queue": one.queue, "how": one.how, "has_phone": bool(one.phone),
        "wanted": one.wanted, "asked_at": views.when(one.asked_at), "tries": one.tries,
        "tried_at": views.when(one.tried_at),
    }  # fmt: skip
