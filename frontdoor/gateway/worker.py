"""The worker beside the gateway: screens and answers what platforms delivered, sends what was said, minds the clocks.

It is a process of its own so that none of this keeps a webhook waiting. One is at work at a time; another waits to
take over. It has no address: the gateway's /readyz tells whether it is there.
"""

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from sanic.server.loop import try_use_uvloop

from frontdoor.channels.contract import Channel
from frontdoor.channels.housekeeping import Housekeeping
from frontdoor.channels.registry import channels
from frontdoor.channels.store import Standings
from frontdoor.channels.tokens import Renewer
from frontdoor.conversations.arrivals import Reception
from frontdoor.conversations.courtesy import Courtesy
from frontdoor.conversations.draining import Drain
from frontdoor.conversations.limits import Limits
from frontdoor.conversations.outbox import Sender
from frontdoor.conversations.store_arrivals import Arrivals
from frontdoor.conversations.store_inbox import NOTICE, Inbox
from frontdoor.conversations.store_outbox import Outbox
from frontdoor.conversations.timers import Timers
from frontdoor.database.pool import Connection
from frontdoor.gateway.core import STOP_SECONDS, Background, Core, core, now, settle
from frontdoor.gateway.store import WebStore, hold_instance
from frontdoor.gateway.store_worker import lead
from frontdoor.gateway.typing import Typing
from frontdoor.limits import Flood
from frontdoor.privacy import sweeper
from frontdoor.safety import screen
from frontdoor.sealing import Seal
from frontdoor.settings import Settings
from frontdoor.standing_back import WORKER, stand_back

OUT = "frontdoor_out"  # PostgreSQL's notices of what is to be sent or shown by a platform

log = logging.getLogger(__name__)


@dataclass
class Worker:
    """The running worker."""

    core: Core
    channels: dict[str, Channel]
    reception: Reception
    sender: Sender
    drain: Drain
    housekeeping: Housekeeping
    http: aiohttp.ClientSession
    background: Background

    async def close(self) -> None:
        """Let turns in flight end, then let everything go."""
        await asyncio.gather(self.background.close(self.core), self.sender.stop(within_seconds=STOP_SECONDS))
        await self.http.close()
        await self.core.close()


async def build(settings: Settings) -> Worker:
    """Open everything and begin, as soon as no other worker is at work."""
    own = await core(settings)
    on, http = channels(settings), aiohttp.ClientSession()
    outbox, standings = Outbox(own.pool, own.instance), Standings(own.pool)
    reception = Reception(
        Arrivals(own.pool), own.intake, own.dispatcher, outbox, settings.language, settings.phi_of, own.facts, now,
        Courtesy(http), Flood(settings.channel_messages_per_minute),
    )  # fmt: skip
    background = Background()
    drain = Drain(Inbox(own.pool), reception, on, standings, background.holding, _is_alarming)
    renewer = Renewer(own.pool, on, http, Seal(settings.secret_key), now)
    sender = Sender(outbox, standings, on, http, renewer.refused)
    housekeeping = Housekeeping(own.pool, on, http, renewer)
    worker = Worker(own, on, reception, sender, drain, housekeeping, http, background)
    _begin(worker)
    settle()
    return worker


def _is_alarming(text: str) -> bool:
    """Tell whether the rules of the screen find anything; the head, which takes longer, is asked when it is taken."""
    try:
        return bool(screen.load().findings(text))
    except Exception as error:  # it will fail there as well, and cost nobody else anything
        log.error("a text could not be looked at: %s", type(error).__name__)
        return False


def _begin(worker: Worker) -> None:
    own, background = worker.core, worker.background

    def came_in(*_: Any) -> None:
        worker.drain.wake()

    typing = Typing(WebStore(own.pool), worker.channels, worker.reception.courtesy)

    def goes_out(*told: Any) -> None:
        worker.sender.wake()
        typing.heard(told[-1])

    async def prepare(connection: Connection) -> None:
        await lead(connection)
        await hold_instance(connection, own.instance)
        await connection.add_listener(NOTICE, came_in)
        if worker.channels:
            await connection.add_listener(OUT, goes_out)

    async def work() -> None:
        await background.holding.wait()
        background.watch(worker.drain.watch)
        background.watch(worker.drain.note)
        background.watch(own.dispatcher.watch)
        if worker.channels:
            background.watch(worker.sender.watch)
            background.watch(worker.housekeeping.watch_tokens)
            background.watch(worker.housekeeping.watch_templates)
            background.watch(typing.watch)
        background.watch(partial(sweeper.watch, own.pool, own.settings))
        background.watch(Timers(own.pool, now, own.clinic, Limits.from_settings(own.settings)).watch)

    assert own.settings.database_url is not None
    background.stand(own.settings.database_url, prepare)
    background.tasks.append(asyncio.ensure_future(work()))


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    try_use_uvloop()
    asyncio.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    worker = await build(settings)
    stand_back(WORKER)
    await told.wait()
    with contextlib.suppress(asyncio.CancelledError):
        await worker.close()
