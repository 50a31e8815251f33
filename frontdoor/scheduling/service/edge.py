"""Between HTTP and handlers: tokens, content types, bodies; answers and every refusal as FHIR JSON."""

import hmac
import ipaddress
import json
import logging
from collections.abc import Iterator
from typing import Any

from sanic.exceptions import PayloadTooLarge, RequestTimeout, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.scheduling import store_slots
from frontdoor.scheduling.fhir import MEDIA_TYPE, Resource
from frontdoor.scheduling.refusals import Malformed, NotSupported, Refused, SlotTaken, Unauthenticated, outcome
from frontdoor.scheduling.service import routes
from frontdoor.scheduling.service.call import Answer, read_query
from frontdoor.settings import Settings

MAX_BODY_BYTES = 262_144
ALTERNATIVES = 3
JSON_TYPES = frozenset({MEDIA_TYPE, "application/json", "text/json"})
PATCH_TYPES = JSON_TYPES | {"application/json-patch+json"}
SPOKEN = JSON_TYPES | {"json", "application/json+fhir", "application/*", "*/*"}
FORM_TYPE = "application/x-www-form-urlencoded"
log = logging.getLogger("frontdoor.scheduling")


class Response(HTTPResponse):
    """A response that keeps its headers: Sanic 21.12 drops the length of a 412, and clients wait for more."""

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Every header as it is sent."""
        self.headers.setdefault("content-type", self.content_type)
        return ((name.encode("ascii"), f"{value}".encode()) for name, value in self.headers.items())


def check_token(request: Request) -> None:
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


def check_format(request: Request) -> None:
    """Hold that the client takes JSON: by `_format`, which R4 puts over the header, else by Accept."""
    given = [value for name, value in read_query(request.query_string) if name == "_format" and value]
    if given:  # a plus that nobody escaped arrives as a space
        wanted = [given[-1].strip().lower().replace(" ", "+")]
    else:
        wanted = (request.headers.get("accept") or "*/*").lower().split(",")
    if not any(_is_spoken(one) for one in wanted):
        raise NotSupported("Only application/fhir+json is spoken here.", status=406)


def _is_spoken(wanted: str) -> bool:
    kind, *parameters = (part.strip() for part in wanted.split(";"))
    named = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
    refused = named.get("q", "1").strip("0.") == ""
    return kind in SPOKEN and not refused and named.get("fhirversion", "4.0").startswith("4.0")


def form(request: Request, pattern: str) -> list[tuple[str, str]]:
    if not pattern.endswith("/_search"):
        return []
    if _content_type(request) not in (FORM_TYPE, ""):
        raise NotSupported(f"_search takes {FORM_TYPE}.", status=415)
    try:
        return read_query(request.body.decode())
    except UnicodeDecodeError:
        raise Malformed("The form is not UTF-8.") from None


def body(request: Request, pattern: str) -> Any:
    if request.method not in ("POST", "PUT", "PATCH") or pattern.endswith("/_search"):
        return None
    if not request.body and pattern in routes.BODILESS:
        return None
    return json_body(request, PATCH_TYPES if request.method == "PATCH" else JSON_TYPES)


def json_body(request: Request, types: frozenset[str]) -> Any:
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


async def refuse(request: Request, error: Exception) -> HTTPResponse:
    """Turn whatever went wrong into an OperationOutcome; only the class of a surprise is logged."""
    if isinstance(error, SlotTaken) and error.slot_id and not error.alternatives:
        error.alternatives = await _alternatives(request, error.slot_id)
    if isinstance(error, Refused):
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        if error.status == 405:
            headers["Allow"] = error.text.removeprefix("This address takes ").rstrip(".")
        return respond(Answer(error.status, error.outcome(), headers))
    status, code, text = _surprise(error)
    if status >= 500:
        log.error("request failed: %s", type(error).__name__)
    return respond(Answer(status, outcome(code, text), {"Retry-After": "5"} if status == 503 else {}))


async def _alternatives(request: Request, slot_id: str) -> tuple[str, ...]:
    try:
        return await store_slots.nearest(request.app.ctx.pool, slot_id, request.app.ctx.now(), ALTERNATIVES)
    except DATABASE_ERRORS:
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
    if isinstance(error, DATABASE_ERRORS):
        return 503, "transient", "The database does not answer. Try again."
    return 500, "exception", "Something went wrong here. Nothing was changed."


def respond(answer: Answer, content_type: str = f"{MEDIA_TYPE}; charset=utf-8") -> HTTPResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **answer.headers}
    return Response(_dump(answer.resource), status=answer.status, headers=headers, content_type=content_type)


def _dump(resource: Resource | None) -> str:
    return "" if resource is None else json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
