"""The edge to HTTP: Sanic requests into `Call`s, `Answer`s and every refusal into FHIR JSON."""

import asyncio
import hmac
import ipaddress
import json
import logging
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from sanic import Sanic
from sanic.exceptions import PayloadTooLarge, RequestTimeout, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from frontdoor import clinic
from frontdoor.database import pool as database
from frontdoor.scheduling import seed, store, store_slots
from frontdoor.scheduling.fhir import MEDIA_TYPE, Resource
from frontdoor.scheduling.refusals import (
    Malformed,
    NotSupported,
    Refused,
    SlotTaken,
    Unauthenticated,
    outcome,
)
from frontdoor.scheduling.service import links, routes
from frontdoor.scheduling.service.call import Answer, Call, read_query
from frontdoor.settings import Settings

BASE = "/fhir/R4"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REGENERATE_SECONDS = 3600
MAX_BODY_BYTES = 262_144
MOST_CONNECTIONS = 12
ALTERNATIVES = 3
JSON_TYPES = frozenset({MEDIA_TYPE, "application/json", "text/json"})
PATCH_TYPES = JSON_TYPES | {"application/json-patch+json"}
FORM_TYPE = "application/x-www-form-urlencoded"
log = logging.getLogger("frontdoor.scheduling")


def create_app(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Sanic:
    """Return the service. At its start it opens the database, seeds the demo clinic once and makes openings.

    *now* gives the instant (aware UTC), for tests.
    """
    app = Sanic("frontdoor-scheduling", configure_logging=False)
    app.config.update(ACCESS_LOG=False, REQUEST_MAX_SIZE=MAX_BODY_BYTES, FALLBACK_ERROR_FORMAT="json")
    app.ctx.settings = settings
    app.ctx.now = now or _now
    app.register_listener(_open, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    app.add_route(_healthz, "/healthz", methods=["GET"])
    app.add_route(_visit_links, "/visits", methods=["POST"], name="visits")
    app.add_route(_visit_end, "/visits/<appointment_id:str>/end", methods=["POST"], name="visit_end")
    app.add_route(_serve, f"{BASE}/<path:path>", methods=METHODS, name="fhir")
    app.add_route(_serve, BASE, methods=METHODS, name="fhir_base")
    app.error_handler.add(Exception, _refuse)
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
        except store.FAILURES as error:
            log.warning("openings could not be made: %s", type(error).__name__)


async def _healthz(request: Request) -> HTTPResponse:
    try:
        alive = await asyncio.wait_for(store.alive(request.app.ctx.pool), 3)
    except store.FAILURES:
        alive = False
    return _respond(Answer(200 if alive else 503, {"status": "ok" if alive else "database"}), "application/json")


async def _serve(request: Request, path: str = "") -> HTTPResponse:
    """Answer one FHIR request."""
    if path.strip("/") != "metadata":
        _check_token(request)
    _check_accept(request)
    pattern, kind, id_, handler = routes.find(request.method, path)
    call = Call(
        pool=request.app.ctx.pool,
        now=request.app.ctx.now(),
        base=f"{request.scheme}://{request.host}{BASE}",
        landing=f"{request.app.ctx.settings.public_url}/v",
        kind=kind,
        id=id_,
        query=[*read_query(request.query_string), *_form(request, pattern)],
        headers={name.lower(): value for name, value in request.headers.items()},
        body=_body(request, pattern),
    )
    answer = await handler(call)
    if "return=minimal" in call.headers.get("prefer", "") and request.method != "GET":
        return empty(status=answer.status, headers=dict(answer.headers))
    return _respond(answer)


async def _visit_links(request: Request) -> HTTPResponse:
    """Give the join and calendar links of a patient's appointment to our own processes."""
    _check_token(request)
    settings: Settings = request.app.ctx.settings
    wanted = links.read(_json(request, JSON_TYPES))
    made = await links.make(request.app.ctx.pool, settings, wanted, request.app.ctx.now())
    return _respond(Answer(200, made), "application/json")


async def _visit_end(request: Request, appointment_id: str) -> HTTPResponse:
    """Close the links of an appointment that was cancelled on another server."""
    _check_token(request)
    how = (_json(request, JSON_TYPES) or {}).get("how")
    await links.end(request.app.ctx.pool, appointment_id, how)
    return _respond(Answer(200, {}), "application/json")


def _check_token(request: Request) -> None:
    """A right token passes. None passes from this machine while the clinic has set no SCHEDULING_TOKEN."""
    settings: Settings = request.app.ctx.settings
    given = request.headers.get("authorization", "")
    scheme, _, token = given.partition(" ")
    known = [one for one in (settings.internal_token, settings.scheduling_token) if one]
    if scheme.lower() == "bearer" and any(hmac.compare_digest(token.strip().encode(), one.encode()) for one in known):
        return
    if not given and not settings.scheduling_token and _is_local(request):
        return
    raise Unauthenticated("Send Authorization: Bearer with the token of this service.")


def _is_local(request: Request) -> bool:
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or "origin" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False


def _check_accept(request: Request) -> None:
    wanted = request.headers.get("accept", "*/*").lower()
    if not any(one in wanted for one in ("json", "*/*", "application/*")):
        raise NotSupported("Only application/fhir+json is spoken here.", status=406)


def _form(request: Request, pattern: str) -> list[tuple[str, str]]:
    if not pattern.endswith("/_search"):
        return []
    if _content_type(request) not in (FORM_TYPE, ""):
        raise NotSupported(f"_search takes {FORM_TYPE}.", status=415)
    try:
        return read_query(request.body.decode())
    except UnicodeDecodeError:
        raise Malformed("The form is not UTF-8.") from None


def _body(request: Request, pattern: str) -> Any:
    if request.method not in ("POST", "PUT", "PATCH") or pattern.endswith("/_search"):
        return None
    if not request.body and pattern in routes.BODILESS:
        return None
    return _json(request, PATCH_TYPES if request.method == "PATCH" else JSON_TYPES)


def _json(request: Request, types: frozenset[str]) -> Any:
    if _content_type(request) not in types:
        raise NotSupported(f"The content type is one of {', '.join(sorted(types))}.", status=415)
    try:
        return json.loads(request.body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None


def _no_constant(_: str) -> None:
    raise ValueError


def _content_type(request: Request) -> str:
    return str(request.headers.get("content-type", "")).partition(";")[0].strip().lower()


async def _refuse(request: Request, error: Exception) -> HTTPResponse:
    """Turn whatever went wrong into an OperationOutcome; only the class of a surprise is logged."""
    if isinstance(error, SlotTaken) and error.slot_id and not error.alternatives:
        error.alternatives = await _alternatives(request, error.slot_id)
    if isinstance(error, Refused):
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        if error.status == 405:
            headers["Allow"] = error.text.removeprefix("This address takes ").rstrip(".")
        return _respond(Answer(error.status, error.outcome(), headers))
    status, code, text = _surprise(error)
    if status >= 500:
        log.error("request failed: %s", type(error).__name__)
    return _respond(Answer(status, outcome(code, text), {"Retry-After": "5"} if status == 503 else {}))


async def _alternatives(request: Request, slot_id: str) -> tuple[str, ...]:
    try:
        return await store_slots.nearest(request.app.ctx.pool, slot_id, request.app.ctx.now(), ALTERNATIVES)
    except store.FAILURES:
        return ()


def _surprise(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, PayloadTooLarge):
        return 413, "too-long", f"A body has at most {MAX_BODY_BYTES} bytes."
    if isinstance(error, RequestTimeout):
        return 408, "timeout", "The request came too slowly."
    if isinstance(error, SanicException):
        status = getattr(error, "status_code", 500) or 500
        code = {404: "not-found", 405: "not-supported"}.get(status, "invalid")
        return status, code, "Nothing is served at this address." if status == 404 else "The request cannot be read."
    if isinstance(error, store.FAILURES):
        return 503, "transient", "The database does not answer. Try again."
    return 500, "exception", "Something went wrong here. Nothing was changed."


def _respond(answer: Answer, content_type: str = f"{MEDIA_TYPE}; charset=utf-8") -> HTTPResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **answer.headers}
    return HTTPResponse(_dump(answer.resource), status=answer.status, headers=headers, content_type=content_type)


def _dump(resource: Resource | None) -> str:
    return "" if resource is None else json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
