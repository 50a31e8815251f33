"""Webhooks of the platforms: checked over the raw bytes, stored, and only then answered.

Nothing else happens here, so that nothing keeps a platform waiting: the worker takes it from the inbox.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from functools import lru_cache, partial
from urllib.parse import parse_qsl

from prometheus_client import Counter
from sanic import HTTPResponse, Request

from frontdoor.channels import events
from frontdoor.channels.contract import Answer, Channel, Event, Malformed, WebRequest
from frontdoor.channels.registry import channels
from frontdoor.conversations.store_inbox import Delivered
from frontdoor.gateway.front import Front, Later
from frontdoor.gateway.metrics import Metrics
from frontdoor.gateway.parts import Gateway
from frontdoor.settings import Settings

log = logging.getLogger(__name__)
BODY_MAX_BYTES = 512_000
ROUTE = "webhooks/<name:str>"
NOT_FOUND, REFUSED, UNREADABLE, LATER = (Answer(status) for status in (404, 401, 400, 503))


def add_to(app: Front, settings: Settings) -> None:
    """Serve /webhooks/<channel>, and /webhooks/<channel>/status for reports that a platform sends elsewhere."""
    metrics: Metrics = app.ctx.metrics
    delivered = Counter(
        "frontdoor_webhook_events", "Events that platforms delivered.", ("channel", "kind"),
        registry=metrics.registry,
    )  # fmt: skip

    async def webhook(request: Request, name: str) -> HTTPResponse:
        """Take what is not plain: handshakes, reports sent elsewhere, what arrives in an unusual way."""
        gateway: Gateway = app.ctx.gateway
        channel = gateway.channels.get(name)
        if channel is None:
            return _http(NOT_FOUND)
        found = _check(channel, _read(request, settings.public_url), delivered)
        if isinstance(found, Answer):
            return _http(found)
        stored = _store(gateway, channel, found)
        await asyncio.wait([stored])
        return _http(_after(channel, found, stored.exception(), delivered))

    def at_once(url: str, name: str, headers: Mapping[str, str], body: bytes) -> Answer | Later:
        """Take a plain webhook; most are."""
        began = time.perf_counter()
        gateway: Gateway = app.ctx.gateway
        channel = gateway.channels[name]
        found = _check(channel, WebRequest("POST", url, {}, headers, body), delivered)

        def then(failure: BaseException | None) -> Answer:
            answer = found if isinstance(found, Answer) else _after(channel, found, failure, delivered)
            metrics.took(ROUTE, "POST", answer.status, time.perf_counter() - began)
            return answer

        return then(None) if isinstance(found, Answer) else Later(_store(gateway, channel, found), then)

    for name in channels(settings):
        app.shorten(f"/webhooks/{name}", partial(at_once, f"{settings.public_url}/webhooks/{name}", name))
    app.add_route(webhook, f"/{ROUTE}", methods=["GET", "POST"], name="webhook")
    app.add_route(webhook, "/webhooks/<name:str>/status", methods=["POST"], name="webhook_status")


def _check(channel: Channel, request: WebRequest, delivered: Counter) -> list[Event] | Answer:
    """Return what is in an authentic webhook, or the answer to what is none."""
    handshake = channel.handshake(request)
    if handshake is not None:
        return handshake
    if request.method != "POST" or not channel.is_authentic(request):
        return REFUSED
    try:
        if len(request.body) > BODY_MAX_BYTES:
            raise Malformed("too large")
        return channel.parse(request)
    except Malformed:
        delivered.labels(channel.name, "malformed").inc()
        return UNREADABLE


def _store(gateway: Gateway, channel: Channel, found: list[Event]) -> "asyncio.Future[None]":
    """Return what is done once all of it is safe."""
    return gateway.store([
        Delivered(channel.name, channel.account, events.dump(event))
        for event in found
        if event.kind != "ignored"
    ])  # fmt: skip


def _after(channel: Channel, found: list[Event], failure: BaseException | None, delivered: Counter) -> Answer:
    """Return the answer once it was stored, or once that failed: then the platform delivers again."""
    if failure is not None:
        log.error("%s: not stored: %s", channel.name, type(failure).__name__)
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
