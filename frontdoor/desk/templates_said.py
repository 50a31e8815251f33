"""Approved forms of words: what the platform takes when it takes nothing else."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor.channels import store_templates
from frontdoor.channels.placeholders import one_line
from frontdoor.conversations import store_reading, store_saying
from frontdoor.desk import views
from frontdoor.desk.acting import ID_MOST_CHARS, action
from frontdoor.desk.bodies import Body, clean, path_id
from frontdoor.desk.context import desk, doer, me
from frontdoor.desk.errors import BadRequest, Unknown
from frontdoor.desk.guard import allowed

VALUE_MOST_CHARS, VALUES_MOST = 600, 20
NOT_TEMPLATED = ("twilio", "+")  # SMS through Twilio: it takes any words at any time

templates_said = Blueprint("templates_said", url_prefix="/desk")


@templates_said.get("/conversations/<conversation_id>/templates")
@allowed("reply", active=False)
async def templates(request: Request, conversation_id: str) -> HTTPResponse:
    """Return what may be said in this conversation at any time, the patient's language first."""
    context = desk(request)
    async with context.pool.acquire() as connection:
        found = await store_reading.one(connection, me(request).scope, path_id(conversation_id))
    if found is None:
        raise Unknown("conversation")
    now = found.conversation
    channel, begins = NOT_TEMPLATED
    if now.channel == channel and now.address.startswith(begins):
        return json_response({"templates": []})
    known = await store_templates.of_channel(context.pool, now.channel, now.account, now.language)
    return json_response({"templates": [views.template(one) for one in known]})


@action("template", needs="reply", on=templates_said)
async def say(request: Request, identifier: str, body: Body) -> HTTPResponse:
    """Say one of them; `client_message_id` makes a repetition harmless."""
    seq = await store_saying.say_template(
        desk(request).pool, doer(request), identifier, body.text("template", most=ID_MOST_CHARS), _values(body),
        body.whole("epoch"), body.text("client_message_id", most=ID_MOST_CHARS),
    )  # fmt: skip
    return json_response({"seq": seq})


def _values(body: Body) -> dict[str, str]:
    """Return what stands in the places: a line each, none of them empty.

    Raises:
        BadRequest: values — it is something else.
    """
    given = body.given.get("values", {})
    if not isinstance(given, dict) or len(given) > VALUES_MOST:
        raise BadRequest("values")
    values = {name: one_line(clean(text)) if isinstance(text, str) else "" for name, text in given.items()}
    if not all(0 < len(text) <= VALUE_MOST_CHARS for text in values.values()):
        raise BadRequest("values")
    return values
