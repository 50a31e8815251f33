"""Webhooks of the platforms: checked over the raw bytes, stored, and only then answered.

Nothing else happens here, so that nothing keeps a platform waiting: the worker takes it from the inbox.
"""

import logging
import time
from functools import lru_cache, partial
from urllib.parse import parse_qsl

from prometheus_client import Counter
from sanic import HTTPResponse, Request, Sanic

from frontdoor.channels import events
from frontdoor.channels.contract import Answer, Channel, Malformed, WebRequest
from frontdoor.channels.registry import channels
from frontdoor.conversations.store_inbox import Delivered
from frontdoor.gateway.metrics import Metrics
from frontdoor.gateway.parts import Gateway
from frontdoor.settings import Settings

log = logging.getLogger(__name__)
BODY_MAX_BYTES = 512_000
ROUTE = "webhooks/<name:str>"
NOT_FOUND, REFUSED, UNREADABLE, LATER = (Answer(status) for status in (404, 401, 400, 503))


def add_to(app: Sanic, settings: Settings) -> None:
    """Serve /webhooks/<channel>, and /webhooks/<channel>/status for reports that a platform sends elsewhere."""
    metrics: Metrics = app.ctx.metrics
    delivered = Counter(
        "frontdoor_webhook_events", "Events that platforms delivered.", ("channel", "kind"),
        registry=metrics.registry,
    )  # fmt: skip

    async def webhook(request: Request, name: str) -> HTTPResponse:
        gateway: Gateway = request.app.ctx.gateway
        channel = gateway.channels.get(name)
        if channel is None:
            return _http(NOT_FOUND)
        return _http(await _answer(gateway, channel, _read(request, gateway.settings.public_url), delivered))

    async def at_once(request: Request, *, name: str) -> HTTPResponse:
        began = time.perf_counter()
        answer = await webhook(request, name)
        metrics.took(ROUTE, "POST", answer.status, time.perf_counter() - began)
        return answer

    app.ctx.short_ways |= {f"/webhooks/{name}": partial(at_once, name=name) for name in channels(settings)}
    app.add_route(webhook, f"/{ROUTE}", methods=["GET", "POST"], name="webhook")
    app.add_route(webhook, "/webhooks/<name:str>/status", methods=["POST"], name="webhook_status")


async def _answer(gateway: Gateway, channel: Channel, request: WebRequest, delivered: Counter) -> Answer:
    handshake = channel.handshake(request)
    if handshake is not None:
        return handshake
    if request.method != "POST" or not channel.is_authentic(request):
        return REFUSED
    if len(request.body) > BODY_MAX_BYTES:
        delivered.labels(channel.name, "malformed").inc()
        return UNREADABLE
    try:
        found = channel.parse(request)
    except Malformed:
        delivered.labels(channel.name, "malformed").inc()
        return UNREADABLE
    kept = [
        (event.address, Delivered(channel.name, channel.account, events.dump(event)))
        for event in found
        if event.kind != "ignored"
    ]
    if kept:
        try:
            await gateway.store(kept)
        except Exception as error:  # the database is away: let the platform deliver again
            log.error("%s: not stored: %s", channel.name, type(error).__name__)
            return LATER
    for event in found:
        _counted(delivered, channel.name, event.kind, event.reason).inc()
    return channel.acknowledge()


@lru_cache(maxsize=1000)
def _counted(delivered: Counter, channel: str, kind: str, reason: str) -> Counter:
    return delivered.labels(channel, f"ignored {reason}" if kind == "ignored" else kind)


def _read(request: Request, public_url: str) -> WebRequest:
    """Return the request as platforms sign it: raw body, public address, blank parameters kept."""
    query = request.query_string
    address = f"{public_url}{request.path}" + (f"?{query}" if query else "")
    pairs = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    # Sanic finds headers whatever their case
    return WebRequest(request.method, address, pairs, request.headers, request.body)


def _http(answer: Answer) -> HTTPResponse:
    return HTTPResponse(answer.body, status=answer.status, content_type=answer.content_type)
