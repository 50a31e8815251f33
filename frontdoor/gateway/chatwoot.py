"""Where Chatwoot posts what its agents do. It calls once and waits five seconds, so what we refuse is told it later."""

import json
import logging

from prometheus_client import Counter
from sanic import HTTPResponse, Request, Sanic
from sanic.response import empty

from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.gateway.parts import Gateway, now
from frontdoor.helpdesk import chatwoot
from frontdoor.helpdesk.twins import Incoming
from frontdoor.settings import Settings

log = logging.getLogger(__name__)


def add_to(app: Sanic, settings: Settings) -> None:
    """Serve /webhooks/chatwoot, when Chatwoot's settings are there.

    Raises:
        SettingsError: They cannot be used.
    """
    office = chatwoot.from_settings(settings)
    if office is None:
        return
    taken = Counter(
        "frontdoor_chatwoot_events", "What agents did in Chatwoot.", ("became",), registry=app.ctx.metrics.registry
    )

    async def webhook(request: Request) -> HTTPResponse:
        gateway: Gateway = request.app.ctx.gateway
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not chatwoot.is_authentic(office, headers, request.body, now()):
            return empty(401)
        try:
            what = chatwoot.parse(office, json.loads(request.body))
        except ValueError:
            return empty(400)
        if what is None:
            taken.labels("ignored").inc()
            return empty(200)
        try:
            became = await Incoming(gateway.pool, office, settings).take(what, now())
        except DATABASE_ERRORS as error:
            log.error("chatwoot: not done: %s", type(error).__name__)
            return empty(503)
        taken.labels(became).inc()
        return empty(200)

    app.add_route(webhook, "/webhooks/chatwoot", methods=["POST"], name="chatwoot")
