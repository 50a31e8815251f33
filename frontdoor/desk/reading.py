"""What the page reads: the lists, one conversation, its messages; and the stream that keeps them fresh."""

import json
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.channels.registry import CHANNELS
from frontdoor.conversations import store_feedback, store_leases, store_reading, store_story
from frontdoor.conversations.model import WEB
from frontdoor.conversations.routing import GENERAL
from frontdoor.conversations.store_reading import Listed
from frontdoor.database.pool import Connection
from frontdoor.desk import store_people, store_presence, views
from frontdoor.desk.bodies import number, path_id
from frontdoor.desk.context import desk, doer, me, templated
from frontdoor.desk.errors import BadRequest, NotOpened, Unknown
from frontdoor.desk.feed import News
from frontdoor.desk.guard import allowed

reading = Blueprint("reading", url_prefix="/desk")


@reading.get("/state")
@allowed("desk", active=False)
async def state(request: Request) -> HTTPResponse:
    """Return everything that the page shows at first, and the cursor from which the stream goes on."""
    context = desk(request)
    found = await store_reading.lists(context.pool, me(request).scope)
    return json_response({
        "cursor": str(found.cursor),
        "now": views.when(context.clock()),
        "me": views.myself(me(request), context.openid.name if context.openid else ""),
        "clinic": context.clinic.name,
        "services": {one.code: dict(one.names) for one in context.clinic.services},
        "limits": views.limits(context.settings),
        "templated": sorted(templated(context.settings)),
        "states": list(context.clinic.states),
        "channels": [views.trouble(one) for one in context.feed.troubles],
        "platforms": [WEB, *sorted(CHANNELS)],
        "glass": views.reviewable(me(request), context.feed.uses),
        "conversations": [views.listed(one, context.feed.viewers, context.lateness) for one in found.listed or ()],
    })  # fmt: skip


@reading.get("/events")
@allowed("desk", active=False)
async def events(request: Request) -> None:
    """Stream what changed after `?after=<cursor>` (or Last-Event-ID), until the session is over."""
    context, person = desk(request), me(request)
    after = request.headers.get("last-event-id") or request.args.get("after") or "0"
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        raise BadRequest("after")
    with context.feed.subscribed(person) as subscription:
        await store_leases.keep_all(context.pool, doer(request))  # a page that was gone has what is theirs again
        missed = await store_reading.changed(context.pool, int(after))
        response = await request.respond(
            content_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
        )
        if missed.listed is None:
            await response.send(_event("reset"))
            return
        await response.send(_conversations(request, News("conversations", missed.cursor, tuple(missed.listed))))
        await response.send(_event("viewers", context.feed.viewers))
        await response.send(_event("channels", [views.trouble(one) for one in context.feed.troubles]))
        await response.send(_event("glass", views.reviewable(person, context.feed.uses)))
        over = False
        while not over:
            found = await subscription.everything()  # what gathered meanwhile goes out at once
            over = any(news.kind in ("reset", "end") for news in found)
            await response.send("".join(_news(request, news) for news in found))


@reading.get("/conversations/<conversation_id>")
@allowed("read")
async def conversation(request: Request, conversation_id: str) -> HTTPResponse:
    """Open a conversation: its last messages, the answers, the history. One audit row."""
    context, person, identifier = desk(request), me(request), path_id(conversation_id)
    async with context.pool.acquire() as connection, connection.transaction():
        found = await store_reading.one(connection, person.scope, identifier)
        if found is None:
            raise Unknown("conversation")
        await store_presence.opened(connection, person, identifier, context.clock())
        messages = await store_reading.messages(connection, identifier, before=2**62)
        about = await _about(connection, found)
        answered = await store_feedback.of_conversation(connection, identifier)
    return json_response({
        "conversation": views.listed(found, context.feed.viewers, context.lateness),
        "feedback": [views.feedback(one) for one in answered],
        "messages": [views.message(one) for one in messages],
        "more": len(messages) == store_reading.PAGE,
        **about,
    })  # fmt: skip


@reading.get("/conversations/<conversation_id>/messages")
@allowed("read", active=False)
async def messages(request: Request, conversation_id: str) -> HTTPResponse:
    """Return messages `?after=` or `?before=` a seq, and how the latest ones that went out fare."""
    context, person, identifier = desk(request), me(request), path_id(conversation_id)
    async with context.pool.acquire() as connection:
        found = await store_reading.one(connection, person.scope, identifier)
        if found is None:
            raise Unknown("conversation")
        if not await store_presence.has_opened(connection, person, identifier):
            raise NotOpened
        before = number(request, "before", 0) or None
        page = await store_reading.messages(connection, identifier, after=number(request, "after", 0), before=before)
        statuses = await store_reading.statuses(connection, identifier)
        about = await _about(connection, found)
    return json_response({
        "conversation": views.listed(found, context.feed.viewers, context.lateness),
        "messages": [views.message(one) for one in page],
        "more": len(page) == store_reading.PAGE,
        "statuses": {str(seq): list(status) for seq, status in statuses.items()},
        **about,
    })  # fmt: skip


@reading.get("/colleagues")
@allowed("transfer", active=False)
async def colleagues(request: Request) -> HTTPResponse:
    """Return to whom a conversation can be given, and the queues there are."""
    context = desk(request)
    people = await store_people.people(context.pool, context.clock())
    others = [one for one in people if not one.disabled and one.role != "auditor" and one.id != me(request).id]
    named = {queue for one in people for queue in one.queues} | {rule.queue for rule in context.clinic.queues}
    queues = sorted({GENERAL} | named)
    return json_response({"people": [views.colleague(one) for one in others], "queues": queues})


async def _about(connection: Connection, found: Listed) -> dict[str, Any]:
    """Return what stands beside the transcript."""
    conversation = found.conversation
    return {
        "answers": views.answers(conversation),
        "summary": conversation.summary,
        "campaign": conversation.campaign,
        "flags": [views.flag(one) for one in await store_story.flags(connection, conversation.id)],
        "cases": [views.case(one) for one in await store_story.cases(connection, conversation.id)],
        "history": [views.transition(one) for one in await store_reading.transitions(connection, conversation.id)],
    }


def _news(request: Request, news: News) -> str:
    """Write one piece of news as an event."""
    match news.kind:
        case "conversations":
            return _conversations(request, news)
        case "viewers":
            return _event("viewers", news.viewers)
        case "channels":
            return _event("channels", [views.trouble(one) for one in news.troubles])
        case "glass":
            return _event("glass", views.reviewable(me(request), news.uses))
        case "writing":
            return _event("writing", {"id": news.conversation})
        case "nothing":  # so that whatever stands between knows that the stream lives
            return ": still here\n\n"
    return _event(news.kind)


def _conversations(request: Request, news: News) -> str:
    """Write changed conversations; of those that this person may not see (any more), only that they are gone."""
    context, scope = desk(request), me(request).scope

    def shown(one: Listed) -> str:
        now, identifier = one.conversation.ownership, one.conversation.id
        if not scope.covers(now.queue, now.owner_id, identifier):
            return json.dumps({"id": identifier, "xid": str(one.xid), "gone": True})
        if identifier not in news.written:  # the same for every page: written once
            news.written[identifier] = json.dumps(views.listed(one, context.feed.viewers, context.lateness))
        return news.written[identifier]

    rows = ", ".join(shown(one) for one in news.listed)
    return f"id: {news.cursor}\nevent: conversations\ndata: [{rows}]\n\n"


def _event(name: str, data: Any = None) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
