"""A desk with a Chatwoot beside it, and what both know of a conversation."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest_asyncio
from aiohttp import web
from sanic import Sanic

from frontdoor.database import pool
from frontdoor.gateway import chatwoot as gateway_side
from frontdoor.gateway import metrics
from frontdoor.settings import Settings, load
from tests.desk.house import House, open_house
from tests.gateway.serving import Served
from tests.helpdesk.chatwoot import Chatwoot


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Chatwoot]:
    """A Chatwoot."""
    chatwoot = Chatwoot()
    runner = web.AppRunner(chatwoot.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    chatwoot.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    yield chatwoot
    await runner.cleanup()


@pytest_asyncio.fixture
async def house(settings: Settings, other: Chatwoot, request: Any) -> AsyncIterator[House]:
    """A desk and the gateway's webhook for it; a test's own settings come as the fixture's parameter."""
    given = load({**settings.values, **other.settings, **getattr(request, "param", {})}, dotenv=None)
    async with open_house(given) as made:
        with Served(webhook_app(given)) as served:
            other.webhook = f"{served.url}/webhooks/chatwoot"
            yield made


def webhook_app(settings: Settings) -> Sanic:
    """Return the part of the gateway that Chatwoot posts to, over a pool of its own."""
    app = Sanic("chatwoot-webhook", configure_logging=False)
    metrics.add_to(app)
    gateway_side.add_to(app, settings)

    @app.before_server_start
    async def start(app: Sanic, _: object) -> None:
        assert settings.database_url
        app.ctx.gateway = SimpleNamespace(pool=await pool.connect(settings.database_url, most=4))

    @app.after_server_stop
    async def stop(app: Sanic, _: object) -> None:
        await app.ctx.gateway.pool.close()

    return app


async def until(true: Callable[[], Any]) -> None:
    """Wait until something is so."""
    for _ in range(200):
        found = true()
        if await found if asyncio.iscoroutine(found) else found:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not become so")


async def opened(house: House, other: Chatwoot, *texts: str) -> str:
    """Let a patient ask for a person, and wait until that is in Chatwoot; return our conversation."""
    conversation = await house.waiting(*(texts or ("I have a rash",)))
    await settled(house)
    return conversation


async def settled(house: House) -> None:
    """Wait until Chatwoot was told everything."""

    async def nothing_waits() -> bool:
        return await house.pool.fetchval("SELECT count(*) FROM helpdesk.delivery WHERE status = 'waiting'") == 0

    await until(nothing_waits)


async def state(house: House, conversation: str) -> tuple[str, str | None]:
    row = await house.row(conversation)
    return row["state"], row["owner_name"]
