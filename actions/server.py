"""The action server: rasa_sdk's executor behind a door of our own.

rasa_sdk's own server answers anyone, from any web page, and answers an error with the whole conversation, which Rasa
then logs. This one answers Rasa only, and an error says its class in our log and nothing to the caller.
"""

import hmac
import logging
from contextlib import suppress
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic, response
from sanic.exceptions import SanicException

from actions import upkeep
from frontdoor.encoder import sharing
from frontdoor.encoder.sharing import BadVector
from frontdoor.settings import Settings

PACKAGE = "actions"
REQUEST_MAX_BYTES = 20_000_000  # a tracker with the domain

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> Sanic:
    """Return the server: `POST /webhook` runs the action that Rasa names, `GET /health` is open."""
    app = Sanic("actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = REQUEST_MAX_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    executor = ActionExecutor()
    executor.register_package(PACKAGE)
    expected = f"Bearer {settings.internal_token}".encode()

    @app.after_server_start
    async def begin(app: Sanic, _: object) -> None:
        app.ctx.upkeep = upkeep.start(settings)

    @app.before_server_stop
    async def end(app: Sanic, _: object) -> None:
        await upkeep.stop(app.ctx.upkeep)

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return response.json({"status": "ok", "actions": len(executor.actions)})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        """200 what it did; 400 it does not apply now, or no JSON; 401 not Rasa; 404 no such action; 500 it failed."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            return _refusal(401, "unauthorized")
        call = request.json
        if not isinstance(call, dict):
            return _refusal(400, "invalid_request")
        _take_vector(call, settings)
        action = str(call.get("next_action"))
        try:
            return response.json(await executor.run(call))
        except ActionExecutionRejection as error:
            return _refusal(400, "rejected", error.action_name)
        except ActionNotFoundException:
            return _refusal(404, "no_such_action")
        except Exception:
            log.exception("%s failed", action if action in executor.actions else "an unknown action")
            return _refusal(500, "failed", action)

    @app.exception(Exception)  # type: ignore[no-untyped-call]
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        if status >= 500:
            log.error("A request failed with %s", error)
        return _refusal(status, "invalid_request" if status < 500 else "failed")

    return app


def _take_vector(call: dict[str, Any], settings: Settings) -> None:
    """Keep the sentence vector that came with the patient's message; without one it is computed when it is needed."""
    match call:
        case {"vector": str(vector), "tracker": {"latest_message": {"text": str(text)}}}:
            with suppress(BadVector):
                sharing.take(settings.data_dir, text, vector)


def _refusal(status: int, code: str, action: str = "") -> HTTPResponse:
    return response.json({"error": code, "action_name": action}, status=status)
