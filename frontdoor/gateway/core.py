"""What the gateway and the worker beside it have in common: the way of a message, and work in the background."""

import asyncio
import contextlib
import gc
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import Any

from frontdoor import clinic
from frontdoor.assistant.client import Assistant
from frontdoor.clinic import Clinic
from frontdoor.conversations import wording
from frontdoor.conversations.asides import Asides
from frontdoor.conversations.dispatcher import Dispatcher
from frontdoor.conversations.intake import Intake
from frontdoor.conversations.limits import terms
from frontdoor.conversations.store import Store
from frontdoor.conversations.waiting import Waiting
from frontdoor.database import pool, standing
from frontdoor.database.pool import Connection, Pool
from frontdoor.safety import screen
from frontdoor.safety.replies import emergency_number
from frontdoor.settings import Settings

STOP_SECONDS = 5.0  # for turns in flight when the process is told to stop
CONNECTIONS = 16
AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Core:
    """Screening, storing and turns, in one process. *instance* is its name in what it has in its hands."""

    settings: Settings
    clinic: Clinic
    emergency: str
    facts: dict[str, str]  # that the product's own sentences name
    pool: Pool
    instance: uuid.UUID
    assistant: Assistant
    intake: Intake
    dispatcher: Dispatcher

    async def close(self) -> None:
        """Let everything go."""
        await self.assistant.close()
        self.pool.terminate()


async def core(settings: Settings) -> Core:
    """Open what a message needs on its way."""
    assert settings.database_url is not None  # supervision and tests see to it
    facts = clinic.load(settings.clinic_file)
    emergency = emergency_number(settings.region, settings.language)
    connections = await pool.connect(settings.database_url, most=CONNECTIONS)
    instance = uuid.uuid4()
    store, assistant = Store(connections, instance), Assistant(settings)
    sentences = wording.facts(facts, emergency)
    waiting = Waiting(facts, emergency, now)
    asides = Asides(settings.public_url, sentences, now)
    dispatcher = Dispatcher(store, assistant, facts, waiting, settings.session_max_events, now, asides)
    intake = Intake(store, screen.load(), settings.region, emergency, now, waiting, terms(settings))
    screen.screen("")  # reads its rules now, not while the first patient waits
    return Core(settings, facts, emergency, sentences, connections, instance, assistant, intake, dispatcher)


@dataclass
class Background:
    """Work beside the requests, and a standing connection for as long as there is any."""

    holding: asyncio.Event = field(default_factory=asyncio.Event)  # the connection stands, and is prepared
    standing: "asyncio.Task[None] | None" = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def stand(self, database_url: str, prepare: Callable[[Connection], Awaitable[None]]) -> None:
        """Keep a connection on which *prepare* was run."""
        self.standing = asyncio.ensure_future(_again(partial(standing.keep, database_url, prepare, self.holding)))

    def watch(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do *work* until `close`; should it fail, again."""
        self.tasks.append(asyncio.ensure_future(_again(work)))

    async def close(self, core: Core) -> None:
        """End it all, turns in flight in peace, and the connection last: without it another takes our turns."""
        for task in self.tasks:
            task.cancel()
        await core.dispatcher.stop(within_seconds=STOP_SECONDS)
        ending = [*self.tasks, *filter(None, [self.standing])]
        for task in ending:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def settle() -> None:
    """Leave what was built at the start out of every later search for garbage: it stays, and looking at it takes time.

    Call it once everything is loaded.
    """
    gc.collect()
    gc.freeze()


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
