"""Is the gateway alive, and is everything behind it?"""

import asyncio
import time
from collections.abc import Awaitable

import aiohttp
from sanic import HTTPResponse, Request, Sanic

from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.gateway import store_worker
from frontdoor.gateway.errors import json
from frontdoor.gateway.parts import Gateway

LOOK_SECONDS = 2.0
FRESH_SECONDS = 1.0  # an answer is good for as long: whoever asks more often gets the same one


class Readiness:
    """Which parts do not answer. Asking is cheap, however many ask."""

    def __init__(self) -> None:
        self._looked, self._missing = float("-inf"), list[str]()
        self._one = asyncio.Lock()

    async def missing(self, gateway: Gateway) -> list[str]:
        """Return the names of the parts that do not answer now."""
        async with self._one:
            if time.monotonic() - self._looked > FRESH_SECONDS:
                self._missing = await _look(gateway)
                self._looked = time.monotonic()
            return self._missing


def add_to(app: Sanic) -> None:
    """Serve /healthz and /readyz."""

    @app.before_server_start
    async def prepare(app: Sanic, _: object) -> None:
        app.ctx.readiness = Readiness()

    @app.get("/healthz")
    async def alive(request: Request) -> HTTPResponse:
        return json({"status": "alive"})

    @app.get("/readyz")
    async def ready(request: Request) -> HTTPResponse:
        """200 when database, worker, Rasa, actions, scheduling answer, else 503 with the names of those that do not."""
        missing = await request.app.ctx.readiness.missing(request.app.ctx.gateway)
        return json({"ready": not missing, "missing": missing}, 503 if missing else 200)


async def _look(gateway: Gateway) -> list[str]:
    settings = gateway.settings
    checks: dict[str, Awaitable[bool]] = {
        "database": _database(gateway),
        "worker": _worker(gateway),
        "rasa": gateway.assistant.ready(),
        "actions": _answers(gateway, f"{settings.actions_url}/health"),
        "scheduling": _answers(gateway, f"{settings.scheduling_url}/metadata"),
    }
    found = await asyncio.gather(*checks.values())
    return [name for name, good in zip(checks, found, strict=True) if not good]


async def _database(gateway: Gateway) -> bool:
    try:
        await asyncio.wait_for(gateway.web.answers(), LOOK_SECONDS)
    except DATABASE_ERRORS:
        return False
    return gateway.holding.is_set()


async def _worker(gateway: Gateway) -> bool:
    try:
        return await asyncio.wait_for(store_worker.is_led(gateway.pool), LOOK_SECONDS)
    except DATABASE_ERRORS:
        return False


async def _answers(gateway: Gateway, url: str) -> bool:
    try:
        async with gateway.http.get(url, timeout=aiohttp.ClientTimeout(total=LOOK_SECONDS)) as response:
            return response.status == 200
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
        return False
