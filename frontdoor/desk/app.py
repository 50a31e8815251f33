"""The staff app: build it with `create_app(settings)`, run it on the desk's port."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from frontdoor import clinic
from frontdoor.conversations.states import Refused
from frontdoor.database import pool as database
from frontdoor.desk import openid
from frontdoor.desk.account import account
from frontdoor.desk.acting import acting
from frontdoor.desk.api import api
from frontdoor.desk.board import board
from frontdoor.desk.break_glass import break_glass
from frontdoor.desk.callbacks import callbacks
from frontdoor.desk.context import Clock, Context, of, utc_now
from frontdoor.desk.errors import DeskError, TooMany
from frontdoor.desk.feed import Feed
from frontdoor.desk.openid_pages import openid_pages
from frontdoor.desk.outside import Outside
from frontdoor.desk.outside_page import outside_page
from frontdoor.desk.pages import pages
from frontdoor.desk.proof import proof
from frontdoor.desk.reading import reading
from frontdoor.desk.rooms import rooms
from frontdoor.desk.saved import saved
from frontdoor.desk.searching import searching
from frontdoor.desk.templates_said import templates_said
from frontdoor.desk.visits import visits
from frontdoor.helpdesk import chatwoot
from frontdoor.scheduling.client import Scheduling
from frontdoor.settings import ROOT, Settings

STATIC = Path(__file__).parent / "static"
PREACT = ROOT / "node_modules" / "htm" / "preact" / "standalone.module.js"
MOST_BODY_BYTES = 64 * 1024
POOL_SIZE = 10
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}

logger = logging.getLogger(__name__)


def create_app(settings: Settings, clock: Clock = utc_now) -> Any:
    """Build the staff app, a Sanic. *clock* gives aware UTC. `settings.database_url` must be set.

    Raises:
        SettingsError: The settings of the OpenID provider or of Chatwoot cannot be used, or nobody could come in.
    """
    provider = openid.from_settings(settings)
    chatwoot.from_settings(settings)  # refuses now what it would refuse later
    app: Any = Sanic("frontdoor-desk", configure_logging=False)  # its decorators are typed too narrowly
    app.config.REQUEST_MAX_SIZE = MOST_BODY_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.PROXIES_COUNT = settings.proxies("FRONTDOOR_DESK_PROXIES")  # else nobody's word on it is taken

    @app.listener("before_server_start")
    async def open_parts(app: Sanic, loop: object) -> None:
        assert settings.database_url is not None
        pool = await database.connect(settings.database_url, most=POOL_SIZE)
        feed = Feed(pool, settings.database_url, clock, gone=timedelta(seconds=settings.gone_seconds))
        scheduling = Scheduling.from_settings(settings, now=clock)
        facts = clinic.load(settings.clinic_file)
        app.ctx.desk = Context.build(settings, facts, pool, feed, clock, scheduling, provider)
        await feed.start()
        app.ctx.outside = Outside(of(app))
        await app.ctx.outside.start()

    @app.listener("before_server_stop")
    async def close_streams(app: Sanic, loop: object) -> None:
        await of(app).feed.stop()
        await app.ctx.outside.stop()

    @app.listener("after_server_stop")
    async def close_pool(app: Sanic, loop: object) -> None:
        await of(app).pool.close()

    for blueprint in (
        pages, openid_pages, proof, reading, searching, acting, visits, account, rooms, saved, board, templates_said,
        break_glass, callbacks, outside_page, api,
    ):  # fmt: skip
        app.blueprint(blueprint)
    app.static("/static/preact.js", PREACT, name="preact", content_type="text/javascript")
    app.static("/static", STATIC, name="static", use_modified_since=True)
    app.add_route(_alive, "/healthz", name="alive")
    app.register_middleware(_headers, "response")
    app.exception(Exception)(_refuse)
    return app


async def _alive(request: Request) -> HTTPResponse:
    """Tell that the process answers."""
    return json_response({"status": "ok"})


async def _headers(request: Request, response: HTTPResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/static/"):
        response.headers["cache-control"] = "no-cache"  # kept, and asked about each time


async def _refuse(request: Request, error: Exception) -> HTTPResponse:
    """Translate every refusal into its code; of what was not expected nothing goes out."""
    match error:
        case TooMany():
            answer = _error(error.code, error.status)
            answer.headers["retry-after"] = str(error.retry_seconds)
            return answer
        case DeskError():
            return _error(error.code, error.status, field=error.field)
        case Refused(code="unknown"):
            return _error("unknown", 404)
        case Refused(code="nobody"):
            return _error("bad_request", 400, field="to")
        case Refused():
            return _error(error.code, 409, holder=error.holder)
        case SanicException():
            return _error("refused", error.status_code)
    logger.error("a request failed", exc_info=error)
    return _error("internal", 500)


def _error(code: str, status: int, **more: str) -> HTTPResponse:
    return json_response({"error": code, **more}, status=status)
