"""What staff do to a conversation: parse, call, answer. Refusals are translated in app.py."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.conversations import store_desk, store_leases, store_reading, store_saying
from frontdoor.conversations.model import Conversation
from frontdoor.desk import store_people, store_presence, views
from frontdoor.desk.bodies import Body, path_id
from frontdoor.desk.context import desk, doer, me
from frontdoor.desk.errors import BadRequest, Unknown
from frontdoor.desk.guard import allowed
from frontdoor.privacy import audit

DISPOSITIONS = ("answered", "booked", "referred", "emergency", "no_answer", "spam", "other")
NOTE_MOST_CHARS, SUMMARY_MOST_CHARS, REASON_MOST_CHARS, ID_MOST_CHARS = 2_000, 600, 300, 64

Done: TypeAlias = Awaitable[HTTPResponse]

acting = Blueprint("acting", url_prefix="/desk")


def action(
    name: str, *, active: bool = True, needs: str = "", on: Blueprint = acting, fresh: bool = False
) -> Callable[[Callable[[Request, str, Body], Done]], Any]:
    """Make `POST /desk/conversations/<id>/<name>` of a handler, for those whose role allows *needs* (else *name*)."""

    def wrap(handler: Callable[[Request, str, Body], Done]) -> Any:
        @allowed(needs or name, active=active, fresh=fresh)
        async def handle(request: Request, conversation_id: str) -> HTTPResponse:
            return await handler(request, path_id(conversation_id), Body(request))

        on.add_route(handle, f"/conversations/<conversation_id>/{name}", methods=["POST"], name=name)
        return handle

    return wrap


@action("claim")
async def claim(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Take a waiting conversation. 409 names who was faster."""
    return _now(await store_desk.claim(desk(request).pool, doer(request), identifier, body.whole("epoch")))


@action("takeover")
async def take_over(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Take it from the bot or, as a supervisor, from a colleague; with a first reply, if there is a `text`."""
    text = body.text("text", least=0)
    key = body.text("client_message_id", least=1 if text else 0, most=ID_MOST_CHARS)
    pool, who = desk(request).pool, doer(request)
    return _now(await store_desk.take_over(pool, who, identifier, text=text, client_message_id=key))


@action("assign")
async def assign(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Give a waiting conversation to somebody who is at the desk."""
    return _now(await store_desk.assign(desk(request).pool, doer(request), identifier, _to(body)))


@action("transfer")
async def transfer(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Give it to a colleague who is at the desk (`to`) or to a queue (`queue`), with a note."""
    to = _to(body) if body.given.get("to") else None
    queue = None if to else body.text("queue", most=ID_MOST_CHARS)
    note = body.text("note", least=0, most=NOTE_MOST_CHARS)
    who = doer(request)
    return _now(await store_desk.transfer(desk(request).pool, who, identifier, to=to, queue=queue, note=note))


@action("release")
async def release(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Put it back into its queue, at its place."""
    return _now(await store_desk.release(desk(request).pool, doer(request), identifier))


@action("reply")
async def reply(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Say something to the patient; `client_message_id` makes a repetition harmless."""
    seq = await store_saying.reply(
        desk(request).pool, doer(request), identifier, text=body.text("text"), epoch=body.whole("epoch"),
        client_message_id=body.text("client_message_id", most=ID_MOST_CHARS),
    )  # fmt: skip
    return json_response({"seq": seq})


@action("retry", needs="reply")
async def retry(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Send a message of staff that failed once more."""
    await store_saying.retry(desk(request).pool, doer(request), identifier, body.whole("seq"))
    return json_response({})


@action("note")
async def note(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Write something that only staff see."""
    seq = await store_saying.note(
        desk(request).pool, doer(request), identifier, text=body.text("text", most=NOTE_MOST_CHARS),
        client_message_id=body.text("client_message_id", most=ID_MOST_CHARS),
    )  # fmt: skip
    return json_response({"seq": seq})


@action("merge", needs="transfer")
async def merge(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Answer 409 `not_merged`: conversations are one sender's each, whatever they call themselves."""
    await store_desk.merge(desk(request).pool, doer(request), identifier)
    return json_response({})


@action("seen", active=False)
async def seen(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Note how far the owner has read."""
    await store_desk.seen(desk(request).pool, doer(request), identifier, body.whole("seq"))
    return json_response({})


@action("return")
async def give_back(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Return it to the assistant with the chosen answers; `seen` is the last message that was on the screen."""
    return _now(
        await store_desk.give_back(
            desk(request).pool, doer(request), identifier, slots=body.names("slots"),
            summary=body.text("summary", least=0, most=SUMMARY_MOST_CHARS), seen_seq=body.whole("seen"),
        )
    )  # fmt: skip


@action("close")
async def close(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """End it with one of the dispositions; `seen` is the last message that was on the screen."""
    disposition = body.text("disposition", most=ID_MOST_CHARS)
    if disposition not in DISPOSITIONS:
        raise BadRequest("disposition")
    pool, seen_seq = desk(request).pool, body.whole("seen")
    return _now(await store_desk.close(pool, doer(request), identifier, disposition, seen_seq=seen_seq))


@action("heartbeat", active=False)
async def heartbeat(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Keep it: its owner is there."""
    return _now(await store_leases.heartbeat(desk(request).pool, doer(request), identifier))


@action("priority")
async def priority(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Change how urgent it is, with a reason."""
    reason = body.text("reason", least=0, most=REASON_MOST_CHARS)
    wanted = body.whole("priority", most=3)
    return _now(await store_desk.set_priority(desk(request).pool, doer(request), identifier, wanted, reason))


@action("reveal", fresh=True)
async def reveal(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Return one masked answer; the audit log records which, never what it is."""
    context, person, name = desk(request), me(request), body.text("name", most=ID_MOST_CHARS)
    async with context.pool.acquire() as connection, connection.transaction():
        found = await store_reading.one(connection, person.scope, identifier)
        value = views.revealed(found.conversation, name) if found else None
        if value is None:
            raise Unknown("answer")
        target = f"conversation:{identifier}"
        await audit.record(connection, person.actor, "conversation.reveal", target, after={"answer": name})
    return json_response({"name": name, "value": value})


@acting.post("/presence")
@allowed("desk", active=False)
async def presence(request: Request) -> HTTPResponse:
    """Every 20 s from an open page: what it shows, whether somebody types. Keeps the person's conversations theirs.

    `left` is what it showed when it told last, and shows no more. A hidden page tells only that it is there.
    """
    context, body = desk(request), Body(request)
    if (left := body.identifier("left")) is not None:
        await store_presence.leave(context.pool, me(request), left)
    if (viewing := body.identifier("viewing")) is not None:
        typing, at = body.flag("typing"), context.clock()
        await store_presence.view(context.pool, me(request), viewing, typing=typing, at=at)
    await store_leases.keep_all(context.pool, doer(request))
    return _time(request)


@acting.post("/active")
@allowed("desk")
async def active(request: Request) -> HTTPResponse:
    """Somebody moves the mouse or types: the session goes on."""
    return _time(request)


@acting.post("/language")
@allowed("desk")
async def language(request: Request) -> HTTPResponse:
    """Keep the language of the person's page."""
    wanted = Body(request).text("language", most=2)
    if wanted not in ("en", "es"):
        raise BadRequest("language")
    await store_people.set_language(desk(request).pool, me(request).id, wanted)
    return json_response({})


def _to(body: Body) -> str:
    """Return the id of the one to whom a conversation is to be given."""
    if (staff_id := body.identifier("to")) is None:
        raise BadRequest("to")
    return staff_id


def _time(request: Request) -> HTTPResponse:
    """Return when the session ends unless the person does something, and what time it is here."""
    return json_response({"idle_at": views.when(me(request).idle_at), "now": views.when(desk(request).clock())})


def _now(after: Conversation) -> HTTPResponse:
    owner = after.ownership.owner_name
    return json_response({"state": after.state.value, "epoch": after.epoch, "owner": owner})
