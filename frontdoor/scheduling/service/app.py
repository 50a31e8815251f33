"""The app: what it opens and closes, the job that makes openings, and a request's way to its handler."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from frontdoor import clinic
from frontdoor.database import pool as database
from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.scheduling import seed, store
from frontdoor.scheduling.service import edge, links, routes
from frontdoor.scheduling.service.call import Answer, Call, read_query
from frontdoor.settings import Settings

BASE = "/fhir/R4"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REGENERATE_SECONDS = 3600
MOST_CONNECTIONS = 12
log = logging.getLogger("frontdoor.scheduling")


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Sanic:
    """Return the service. At its start it opens the database, seeds the demo clinic once and makes openings.

    *now* gives the instant (aware UTC), for tests.
    """
    app = Sanic("frontdoor-scheduling", configure_logging=False)
    app.config.update(ACCESS_LOG=False, REQUEST_MAX_SIZE=edge.MAX_BODY_BYTES, FALLBACK_ERROR_FORMAT="json")
    app.ctx.settings = settings
    app.ctx.now = now or _now
    app.register_listener(_open, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    app.add_route(_healthz, "/healthz", methods=["GET"])
    app.add_route(_healthz, "/readyz", methods=["GET"], name="readyz")  # it needs nothing but its database
    app.add_route(_visit_links, "/visits", methods=["POST"], name="visits")
    app.add_route(_visit_end, "/visits/<appointment_id:str>/end", methods=["POST"], name="visit_end")
    app.add_route(_serve, f"{BASE}/<path:path>", methods=METHODS, name="fhir")
    app.add_route(_serve, BASE, methods=METHODS, name="fhir_base")
    app.error_handler.add(Exception, edge.refuse)
    return app


def _now() -> datetime:
    return datetime.now(timezone.utc)


async def _open(app: Sanic, *_: Any) -> None:
    settings: Settings = app.ctx.settings
    if settings.database_url is None:
        raise RuntimeError("The scheduling service needs the address of the database: DATABASE_URL.")
    app.ctx.pool = await database.connect(settings.database_url, most=MOST_CONNECTIONS)
    facts = await asyncio.to_thread(clinic.load, settings.clinic_file)
    await store.seed(app.ctx.pool, seed.read(facts), app.ctx.now())
    await store.regenerate(app.ctx.pool, app.ctx.now())
    app.ctx.job = asyncio.create_task(_regenerate_for_ever(app))


async def _close(app: Sanic, *_: Any) -> None:
    app.ctx.job.cancel()
    await asyncio.gather(app.ctx.job, return_exceptions=True)
    await app.ctx.pool.close()


async def _regenerate_for_ever(app: Sanic) -> None:
    """Make the openings of the next day as the horizon moves on."""
    while True:
        await asyncio.sleep(REGENERATE_SECONDS)
        try:
            made = await store.regenerate(app.ctx.pool, app.ctx.now())
            log.info("openings made: %d", made)
        except DATABASE_ERRORS as error:
            log.warning("openings could not be made: %s", type(error).__name__)


async def _healthz(request: Request) -> HTTPResponse:
    try:
        alive = await asyncio.wait_for(store.alive(request.app.ctx.pool), 3)
    except DATABASE_ERRORS:
        alive = False
    return edge.respond(Answer(200 if alive else 503, {"status": "ok" if alive else "database"}), "application/json")


async def _serve(request: Request, path: str = "") -> HTTPResponse:
    """Answer one FHIR request."""
    if path.strip("/") != "metadata":
        edge.check_token(request)
    edge.check_format(request)
    pattern, kind, id_, handler = routes.find(request.method, path)
    call = Call(
        pool=request.app.ctx.pool,
        now=request.app.ctx.now(),
        base=f"{request.scheme}://{request.host}{BASE}",
        landing=f"{request.app.ctx.settings.public_url}/v",
        kind=kind,
        id=id_,
        query=[*read_query(request.query_string), *edge.form(request, pattern)],
        headers={name.lower(): value for name, value in request.headers.items()},
        body=edge.body(request, pattern),
    )
    answer = await handler(call)
    if request.method in ("GET", "HEAD"):
        return edge.respond(answer.unless_known(call.headers.get("if-none-match", "")))
    if "return=minimal" in call.headers.get("prefer", ""):
        return empty(status=answer.status, headers=dict(answer.headers))
    return edge.respond(answer)


async def _visit_links(request: Request) -> HTTPResponse:
    """Give the join and calendar links of a patient's appointment to our own processes."""
    edge.check_token(request)
    settings: Settings = request.app.ctx.settings
    wanted = links.read(edge.json_body(request, edge.JSON_TYPES))
    made = await links.make(request.app.ctx.pool, settings, wanted, request.app.ctx.now())
    return edge.respond(Answer(200, made), "application/json")


async def _visit_end(request: Request, appointment_id: str) -> HTTPResponse:
    """Close the links of an appointment that was cancelled on another server."""
    edge.check_token(request)
    how = (edge.json_body(request, edge.JSON_TYPES) or {}).get("how")
    await links.end(request.app.ctx.pool, appointment_id, how)
    return edge.respond(Answer(200, {}), "application/json")
