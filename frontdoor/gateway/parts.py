"""What the gateway's handlers work with, built once when the process starts."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import aiohttp

from frontdoor.assistant.client import Assistant
from frontdoor.channels.contract import Channel
from frontdoor.channels.registry import channels
from frontdoor.clinic import Clinic
from frontdoor.conversations.dispatcher import Dispatcher
from frontdoor.conversations.grouping import Grouped
from frontdoor.conversations.intake import Intake
from frontdoor.conversations.store_inbox import Delivered, Inbox
from frontdoor.database import standing
from frontdoor.database.pool import DATABASE_ERRORS, Connection, Pool
from frontdoor.gateway.core import Background, Core, core, now, settle
from frontdoor.gateway.hub import Hub
from frontdoor.gateway.sessions import Sessions
from frontdoor.gateway.store import WebStore, hold_instance
from frontdoor.limits import Limiter
from frontdoor.settings import Settings

__all__ = ["Gateway", "build", "now"]

GATHER_SECONDS = 0.003  # between commits of what platforms deliver; a lone webhook does not wait
TELL_SECONDS = 0.02  # between notices to the worker, which finds all that is there
ADDRESS_FACTOR = 10  # messages from one address, in sessions' worth: a household or an office behind one router
TYPING_PER_MINUTE = 30


@dataclass
class Gateway:
    """The running gateway. What platforms deliver goes into *inbox*; the worker beside us takes it from there."""

    core: Core
    web: WebStore
    channels: dict[str, Channel]
    inbox: Inbox
    http: aiohttp.ClientSession
    hub: Hub = field(default_factory=Hub)
    background: Background = field(default_factory=Background)

    def __post_init__(self) -> None:
        own = self.core
        self.settings: Settings = own.settings
        self.clinic: Clinic = own.clinic
        self.emergency, self.instance, self.holding = own.emergency, own.instance, self.background.holding
        self.pool: Pool = own.pool
        self.assistant: Assistant = own.assistant
        self.intake: Intake = own.intake
        self.dispatcher: Dispatcher = own.dispatcher
        self.dispatcher.pages = self.hub
        self.sessions = Sessions(self.web)
        self.stored = asyncio.Event()
        self.arriving = Grouped(self._put, gather_seconds=GATHER_SECONDS)
        self.per_session = Limiter(self.settings.chat_messages_per_minute)
        self.per_address = Limiter(self.settings.chat_messages_per_minute * ADDRESS_FACTOR)
        self.typing_per_session = Limiter(TYPING_PER_MINUTE)
        self.sessions_per_address = Limiter(self.settings.chat_sessions_per_minute)

    def store(self, delivered: list[Delivered]) -> "asyncio.Future[None]":
        """Store what came with one webhook, after what came before; it is safe once the future is done."""
        return self.arriving.add(delivered)

    async def _put(self, webhooks: Sequence[list[Delivered]]) -> Sequence[None]:
        if any(webhooks):
            await self.inbox.put(webhooks)
            self.stored.set()
        return [None] * len(webhooks)

    async def announce(self) -> None:
        """Tell the worker what was stored, once for all that is stored together. Runs until cancelled."""
        while True:
            await self.stored.wait()
            self.stored.clear()
            with contextlib.suppress(*DATABASE_ERRORS):  # it also looks by itself
                await self.inbox.announce()
            await asyncio.sleep(TELL_SECONDS)

    async def close(self) -> None:
        """Let turns in flight end, then let everything go."""
        self.hub.close()
        await self.background.close(self.core)
        await self.http.close()
        await self.core.close()


async def build(settings: Settings) -> Gateway:
    """Open everything the gateway needs and start what runs beside the requests."""
    own = await core(settings)
    gateway = Gateway(own, WebStore(own.pool), channels(settings), Inbox(own.pool), aiohttp.ClientSession())

    async def prepare(connection: Connection) -> None:
        await hold_instance(connection, gateway.instance)
        await gateway.hub.listen(connection)

    assert settings.database_url is not None
    gateway.background.stand(settings.database_url, prepare)
    await asyncio.wait_for(gateway.holding.wait(), standing.CONNECT_SECONDS)
    gateway.background.watch(partial(gateway.hub.poll, gateway.web.changes))
    gateway.background.watch(gateway.announce)
    settle()
    return gateway
