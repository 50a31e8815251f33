"""Webhooks of the platforms: checked over the raw bytes, stored, and only then answered."""

import asyncio
import contextlib
import logging
import time
from urllib.parse import parse_qsl

from prometheus_client import Counter
from sanic import HTTPResponse, Request, Sanic

from frontdoor.channels.contract import Answer, Channel, Malformed, WebRequest
from frontdoor.channels.registry import CHANNELS
from frontdoor.channels.store import Standings
from frontdoor.conversations.store_turns import DATABASE_ERRORS
from frontdoor.gateway.parts import Gateway

log = logging.getLogger(__name__)
BODY_MAX_BYTES = 512_000
NOTED_EVERY_SECONDS = 10.0
NOT_FOUND, REFUSED, UNREADABLE, TOO_LARGE, LATER = (Answer(status) for status in (404, 401, 400, 413, 503))


def add_to(app: Sanic) -> None:
    """Serve /webhooks/<channel>, and /webhooks/<channel>/status for reports that a platform sends elsewhere."""
    taken = Counter(
        "frontdoor_events", "Events from platforms.", ("channel", "became"), registry=app.ctx.metrics.registry
    )

    async def webhook(request: Request, name: str) -> HTTPResponse:
        gateway: Gateway = request.app.ctx.gateway
        channel = gateway.channels.get(name) if name in CHANNELS else None
        if channel is None:
            return _http(NOT_FOUND)
        if len(request.body) > BODY_MAX_BYTES:
            return _http(TOO_LARGE)
        return _http(await _answer(gateway, channel, _read(request, gateway.settings.public_url), taken))

    app.add_route(webhook, "/webhooks/<name:str>", methods=["GET", "POST"], name="webhook")
    app.add_route(webhook, "/webhooks/<name:str>/status", methods=["POST"], name="webhook_status")


async def _answer(gateway: Gateway, channel: Channel, request: WebRequest, taken: Counter) -> Answer:
    handshake = channel.handshake(request)
    if handshake is not None:
        return handshake
    if request.method != "POST" or not channel.is_authentic(request):
        return REFUSED
    try:
        events = channel.parse(request)
    except Malformed:
        taken.labels(channel.name, "malformed").inc()
        return UNREADABLE
    try:
        # The platform may hang up; what it gave us is stored all the same.
        became = await asyncio.shield(gateway.reception.take(channel, events))
    except Exception as error:  # the database is away: let the platform deliver again
        log.error("%s: not stored: %s", channel.name, type(error).__name__)
        return LATER
    for what in became:
        taken.labels(channel.name, what).inc()
    await _note(gateway, channel)
    return channel.acknowledge()


async def _note(gateway: Gateway, channel: Channel) -> None:
    """Note for operators that something came in; now and then is enough, and it costs no webhook its answer."""
    at = time.monotonic()
    if at < gateway.noted.get(channel.name, 0.0):
        return
    gateway.noted[channel.name] = at + NOTED_EVERY_SECONDS
    with contextlib.suppress(OSError, TimeoutError, *DATABASE_ERRORS):
        await Standings(gateway.pool).came_in(channel.name, channel.account)


def _read(request: Request, public_url: str) -> WebRequest:
    """Return the request as platforms sign it: raw body, public address, blank parameters kept."""
    query = request.query_string
    address = f"{public_url}{request.path}" + (f"?{query}" if query else "")
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    headers = {name.lower(): value for name, value in request.headers.items()}
    return WebRequest(request.method, address, pairs, headers, request.body)


def _http(answer: Answer) -> HTTPResponse:
    return HTTPResponse(answer.body, status=answer.status, content_type=answer.content_type)
