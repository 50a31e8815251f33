"""What a request can be refused for, and how a refusal looks.

Problem                     status, code, message; a caller may show the message
├── Bad            400      the request cannot be understood, or asks for what was not offered
├── NotSignedIn    401      no session, or an expired one
├── NotAllowed     403      a browser on somebody else's page
├── TooLong        413
├── WrongType      415
└── TooMany        429      with Retry-After
"""

import logging
import math
from typing import Any

import orjson
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException

from frontdoor.database.pool import DATABASE_ERRORS

JSON = "application/json"
REFUSALS = {  # of the web framework: code and message
    400: ("bad_request", "The request cannot be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    408: ("timeout", "The request came too slowly."),
    413: ("too_long", "The request is too long."),
}

AGAIN = "Something went wrong here. Try again in a moment."

log = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal. *code* is stable, *message* is for people and holds nothing of what they sent."""

    status = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message
        self.headers: dict[str, str] = {}


class Bad(Problem):
    status = 400


class NotSignedIn(Problem):
    status = 401

    def __init__(self) -> None:
        super().__init__("no_session", "Open a chat session first: there is none, or it has expired.")
        self.headers = {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    status = 403


class TooLong(Problem):
    status = 413


class WrongType(Problem):
    status = 415

    def __init__(self) -> None:
        super().__init__("not_json", f"Send JSON, with Content-Type: {JSON}.")


class TooMany(Problem):
    """Too much from one caller; welcome again after *wait_seconds*."""

    status = 429

    def __init__(self, wait_seconds: float) -> None:
        seconds = max(1, math.ceil(wait_seconds))
        wait = "1 second" if seconds == 1 else f"{seconds} seconds"
        super().__init__("too_many", f"Too many requests. Try again in {wait}.")
        self.headers = {"Retry-After": str(seconds)}


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return *value* as a JSON response."""
    return HTTPResponse(orjson.dumps(value), status=status, headers=headers, content_type=JSON)


def add_to(app: Sanic) -> None:
    """Answer every failure of *app* with `{"error", "message"}` and no details."""

    @app.exception(Exception)  # type: ignore[no-untyped-call]
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, Problem):
            return json({"error": error.code, "message": error.message}, error.status, error.headers)
        status = error.status_code if isinstance(error, SanicException) else 500
        if isinstance(error, DATABASE_ERRORS):
            log.error("the database did not answer", exc_info=error)
            return json({"error": "unavailable", "message": AGAIN}, 503, {"Retry-After": "2"})
        if status == TooLong.status and request is not None and request.path.startswith("/webhooks/"):
            return HTTPResponse(status=Bad.status)  # what every unreadable webhook gets
        if status < 500:
            code, message = REFUSALS.get(status, ("refused", "The request is refused."))
            return json({"error": code, "message": message}, status)
        route = request.route.path if request is not None and request.route else "no route"
        log.error("/%s failed", route, exc_info=error)
        return json({"error": "failed", "message": AGAIN}, status)
