"""A program that calls the desk's REST API with a token, and an address that is told what happens."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from frontdoor.helpdesk import store
from frontdoor.helpdesk.model import SCOPES
from frontdoor.privacy.audit import SYSTEM
from tests.desk.house import House

AGENT = {"id": "a-7", "name": "Ada Marsh"}


@dataclass
class Program:
    """Another helpdesk."""

    base: str
    http: aiohttp.ClientSession
    id: str
    token: str

    async def get(self, path: str) -> tuple[int, Any]:
        return await self._call("GET", path, None)

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        return await self._call("POST", path, {"agent": AGENT, **body})

    async def act(self, conversation: str, action: str, **body: Any) -> tuple[int, Any]:
        return await self.post(f"/conversations/{conversation}/{action}", **body)

    async def _call(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        async with self.http.request(method, f"{self.base}/api/v1{path}", json=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)


async def program(house: House, *scopes: str, queues: tuple[str, ...] = (), days: int = 0) -> Program:
    """Give a program a token; without *scopes*, for everything."""
    async with house.pool.acquire() as connection, connection.transaction():
        identifier, token = await store.create_token(
            connection, "Zen desk", scopes or SCOPES, queues, SYSTEM, house.clock(), days=days
        )
    http = await house.stack.enter_async_context(aiohttp.ClientSession())
    return Program(house.base, http, identifier, token)


@dataclass
class Listener:
    """Somebody who is told. *statuses*: what it answers first; then 200."""

    url: str
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Run one until the end of the block."""

    async def hear(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        listener.heard.append((headers, await request.read()))
        return web.Response(status=listener.statuses.pop(0) if listener.statuses else 200)

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listener = Listener(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/hook")  # type: ignore[union-attr]
    try:
        yield listener
    finally:
        await runner.cleanup()
