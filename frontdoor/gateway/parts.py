"""What the gateway's handlers work with, built once when the process starts."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import Any

import aiohttp

from frontdoor import clinic
from frontdoor.assistant.client import Assistant
from frontdoor.channels.contract import Channel
from frontdoor.channels.housekeeping import Housekeeping
from frontdoor.channels.registry import channels
from frontdoor.channels.store import Standings
from frontdoor.channels.tokens import Renewer, Seal
from frontdoor.clinic import Clinic
from frontdoor.conversations import wording
from frontdoor.conversations.arrivals import Reception
from frontdoor.conversations.asides import Asides
from frontdoor.conversations.courtesy import Courtesy
from frontdoor.conversations.dispatcher import Dispatcher
from frontdoor.conversations.intake import Intake
from frontdoor.conversations.limits import Limits, terms
from frontdoor.conversations.outbox import Sender
from frontdoor.conversations.store import Store
from frontdoor.conversations.store_arrivals import Arrivals
from frontdoor.conversations.store_outbox import Outbox
from frontdoor.conversations.timers import Timers
from frontdoor.conversations.waiting import Waiting
from frontdoor.database import pool, standing
from frontdoor.database.pool import Connection, Pool
from frontdoor.gateway.hub import Hub
from frontdoor.gateway.store import WebStore, hold_instance
from frontdoor.limits import Limiter
from frontdoor.privacy import sweeper
from frontdoor.safety import screen
from frontdoor.safety.replies import emergency_number
from frontdoor.settings import Settings

ADDRESS_FACTOR = 10  # messages from one address, in sessions' worth: a household or an office behind one router
TYPING_PER_MINUTE = 30
STOP_SECONDS = 5.0  # for turns in flight when the process is told to stop
CONNECTIONS = 16
AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass
class Gateway:
    """The running gateway."""

    settings: Settings
    clinic: Clinic
    emergency: str
    pool: Pool
    web: WebStore
    assistant: Assistant
    intake: Intake
    dispatcher: Dispatcher
    channels: dict[str, Channel]
    reception: Reception
    sender: Sender
    housekeeping: Housekeeping
    http: aiohttp.ClientSession
    instance: uuid.UUID
    hub: Hub = field(default_factory=Hub)
    noted: dict[str, float] = field(default_factory=dict)  # until when a channel's coming in is noted
    holding: asyncio.Event = field(default_factory=asyncio.Event)  # the instance's lock is ours
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.per_session = Limiter(self.settings.chat_messages_per_minute)
        self.per_address = Limiter(self.settings.chat_messages_per_minute * ADDRESS_FACTOR)
        self.typing_per_session = Limiter(TYPING_PER_MINUTE)
        self.sessions_per_address = Limiter(self.settings.chat_sessions_per_minute)

    def watch(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do *work* in the background until the gateway closes; should it fail, again."""
        self.tasks.append(asyncio.ensure_future(_again(work)))

    async def close(self) -> None:
        """Let turns in flight end, then let everything go."""
        self.hub.close()
        for task in self.tasks[1:]:  # the first holds the instance's lock: to the end, or another would take our turns
            task.cancel()
        await asyncio.gather(
            self.dispatcher.stop(within_seconds=STOP_SECONDS), self.sender.stop(within_seconds=STOP_SECONDS)
        )
        for task in self.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.assistant.close()
        await self.http.close()
        self.pool.terminate()


async def build(settings: Settings) -> Gateway:
    """Open everything the gateway needs and start what runs beside the requests."""
    assert settings.database_url is not None  # supervision and tests see to it
    facts = clinic.load(settings.clinic_file)
    emergency = emergency_number(settings.region, settings.language)
    connections = await pool.connect(settings.database_url, most=CONNECTIONS)
    instance = uuid.uuid4()
    store = Store(connections, instance)
    assistant = Assistant(settings)
    waiting = Waiting(facts, emergency, now)
    intake = Intake(store, screen.load(), settings.region, emergency, now, waiting, terms(settings))
    sentences = wording.facts(facts, emergency)
    asides = Asides(settings.public_url, sentences, now)
    dispatcher = Dispatcher(store, assistant, facts, waiting, settings.session_max_events, now, asides)
    on, http = channels(settings), aiohttp.ClientSession()
    outbox = Outbox(connections, instance)
    renewer = Renewer(connections, on, http, Seal(settings.internal_token), now)
    gateway = Gateway(
        settings=settings,
        clinic=facts,
        emergency=emergency,
        pool=connections,
        web=WebStore(connections),
        assistant=assistant,
        intake=intake,
        dispatcher=dispatcher,
        channels=on,
        reception=Reception(
            Arrivals(connections), intake, dispatcher, outbox, settings.language, settings.phi_of,
            sentences, now, Courtesy(http),
        ),
        sender=Sender(outbox, Standings(connections), on, http, renewer.refused),
        housekeeping=Housekeeping(connections, on, http, renewer),
        http=http,
        instance=instance,
    )  # fmt: skip
    screen.screen("")  # reads its rules now, not while the first patient waits
    await _start(gateway)
    return gateway


async def _start(gateway: Gateway) -> None:
    async def prepare(connection: Connection) -> None:
        await hold_instance(connection, gateway.instance)
        await gateway.hub.listen(connection)

    assert gateway.settings.database_url is not None
    gateway.watch(partial(standing.keep, gateway.settings.database_url, prepare, gateway.holding))
    await asyncio.wait_for(gateway.holding.wait(), standing.CONNECT_SECONDS)
    gateway.watch(partial(gateway.hub.poll, gateway.web.changes))
    gateway.watch(gateway.dispatcher.watch)
    if gateway.channels:
        gateway.watch(gateway.sender.watch)
        gateway.watch(gateway.housekeeping.watch_tokens)
        gateway.watch(gateway.housekeeping.watch_templates)
        gateway.hub.on_change(gateway.sender.wake)
    gateway.watch(partial(sweeper.watch, gateway.pool, gateway.settings))
    gateway.watch(Timers(gateway.pool, now, gateway.clinic, Limits.from_settings(gateway.settings)).watch)


async def _again(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # whatever it was: without this work no message is picked up again
            log.error("%s ended with %s and is begun again", getattr(work, "__qualname__", "work"), error)
        await asyncio.sleep(AGAIN_SECONDS)


def now() -> datetime:
    """Tell the time."""
    return datetime.now(timezone.utc)
