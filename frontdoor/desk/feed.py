"""One reader of changes for all open pages: PostgreSQL wakes it, a poll every two seconds is the net below.

Every open page has a `Subscription`. What goes into it is the state of a conversation, never a difference, so that a
page which gets the same thing twice, or misses one of two, is still right.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from frontdoor.channels.store import Standings, Trouble
from frontdoor.conversations import store_reading
from frontdoor.conversations.store_reading import Changes, Listed
from frontdoor.database import standing
from frontdoor.database.pool import DATABASE_ERRORS, Connection, Pool
from frontdoor.desk import store_break_glass, store_presence, store_sessions
from frontdoor.desk.access import Me
from frontdoor.desk.leaving import Leaving

POLL_SECONDS = 2.0
COMMENT_EVERY = 7  # looks at the sessions: 14 seconds
GATHER_SECONDS = 0.02  # what happens within is read at once
MOST_REST_SECONDS = 0.2  # after a telling, for as long as it took: with many pages it must not take all the time
TOPICS = frozenset({"conversation", "viewing", "channel", "break-glass"})  # of what PostgreSQL tells
STOP_SECONDS = 0.5
LINGER_SECONDS = 30.0  # a page that is opened again soon finds us listening
MOST_PENDING = 1_000  # for one page; a page that is further behind begins anew

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """What a page is told: conversations as they are now, or the viewers, or to begin anew, or that it is over."""

    kind: str  # conversations, viewers, channels, glass, writing, nothing, reset, end
    cursor: int = 0
    listed: tuple[Listed, ...] = ()
    viewers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    uses: tuple[tuple[str, str, str], ...] = ()  # of break-glass: store_break_glass.open_uses
    conversation: str = ""  # in which the patient types
    written: dict[str, str] = field(default_factory=dict)  # conversations as JSON, for the pages that may see them


class Subscription:
    """One open page."""

    def __init__(self, me: Me) -> None:
        self.me = me
        self.queue: asyncio.Queue[News] = asyncio.Queue(MOST_PENDING)

    def put(self, news: News) -> None:
        """Add *news*; a page that cannot keep up is told to begin anew."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            news = News("reset")
        self.queue.put_nowait(news)

    async def everything(self) -> list[News]:
        """Return all the news there are, once there are some."""
        found = [await self.queue.get()]
        while not self.queue.empty():
            found.append(self.queue.get_nowait())
        return found


class Feed:
    """Reads what changed and gives it to the subscriptions."""

    def __init__(self, pool: Pool, database_url: str, clock: Callable[[], datetime], *, gone: timedelta) -> None:
        self.pool, self.database_url, self.clock = pool, database_url, clock
        self.leaving = Leaving(pool, clock, gone)
        self.subscriptions: set[Subscription] = set()
        self.viewers: dict[str, list[dict[str, Any]]] = {}
        self.troubles: tuple[Trouble, ...] = ()
        self.uses: tuple[tuple[str, str, str], ...] = ()
        self._woken, self._topics = asyncio.Event(), set[str]()
        self._looked_at = asyncio.Event()  # a page is open, or was a moment ago
        self._sent: dict[str, int] = {}  # conversation: xid, so that nothing goes out twice for nothing
        self._cursor = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to read."""
        self._cursor = (await store_reading.changed(self.pool, 2**62)).cursor
        self.viewers = await store_presence.viewers(self.pool, self.clock())
        self.troubles = tuple(await Standings(self.pool).troubles())
        self.uses = await store_break_glass.open_uses(self.pool)
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._read, self._watch)]

    async def stop(self) -> None:
        """End every stream and stop reading."""
        for subscription in self.subscriptions:
            subscription.put(News("reset"))
        pending = set(self._tasks)
        while pending:  # `wait_for` of Python 3.10 can swallow a cancellation that meets a result
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=STOP_SECONDS)

    @contextlib.contextmanager
    def subscribed(self, me: Me) -> Any:
        """Give a subscription for as long as the page is open."""
        subscription = Subscription(me)
        self.subscriptions.add(subscription)
        self._looked_at.set()
        self._wake(*TOPICS)  # what happened while nobody looked
        self.leaving.came(me.id)
        try:
            yield subscription
        finally:
            self.subscriptions.discard(subscription)
            if all(one.me.id != me.id for one in self.subscriptions):
                self.leaving.left(me.id)

    async def _listen(self) -> None:
        """Hear what PostgreSQL tells while a page is open: who hears is woken by each message of a patient."""

        async def prepare(connection: Connection) -> None:
            await connection.add_listener("frontdoor", self._heard)
            self._wake(*TOPICS)  # something may have happened before

        while True:
            await self._looked_at.wait()
            hearing = asyncio.create_task(standing.keep(self.database_url, prepare, asyncio.Event()))
            try:
                await self._left_alone()
            finally:
                hearing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await hearing

    async def _left_alone(self) -> None:
        """Return when no page has been open for a while."""
        while True:
            await asyncio.sleep(LINGER_SECONDS)
            if not self.subscriptions:
                self._looked_at.clear()
                return

    def _heard(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        topic, _, conversation = payload.partition(" ")
        if topic == "writing":  # the patient types: whoever looks at the conversation is told, nothing is read for it
            looking = {one["id"] for one in self.viewers.get(conversation, ())}
            for subscription in self.subscriptions:
                if subscription.me.id in looking:
                    subscription.put(News("writing", conversation=conversation))
            return
        if self.subscriptions:  # without a page the poll is soon enough
            self._wake(topic)

    def _wake(self, *topics: str) -> None:
        self._topics.update(topics)
        self._woken.set()

    async def _read(self) -> None:
        """Read what was told of at once, and everything every two seconds."""
        all_at = -POLL_SECONDS
        while True:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
                await asyncio.sleep(GATHER_SECONDS)
            self._woken.clear()
            topics, self._topics = self._topics, set()
            if (now := time.monotonic()) - all_at >= POLL_SECONDS:
                topics, all_at = set(TOPICS), now
            try:
                await self._look(topics)
            except DATABASE_ERRORS:
                all_at = -POLL_SECONDS
                logger.warning("the database does not answer; reading again soon")
            await asyncio.sleep(0)  # the pages' own tasks are before this one now, and write
            await asyncio.sleep(min(MOST_REST_SECONDS, time.monotonic() - now))

    async def _look(self, topics: set[str]) -> None:
        if "conversation" in topics:
            self._give(await store_reading.changed(self.pool, self._cursor))
        if "viewing" in topics:
            await self._give_viewers()
        if "channel" in topics:
            await self._give_troubles()
        if "break-glass" in topics:
            await self._give_uses()

    def _give(self, changes: Changes) -> None:
        self._cursor = changes.cursor
        if changes.listed is None:
            self._sent.clear()
            self._tell(News("reset"))
            return
        fresh = [one for one in changes.listed if self._sent.get(one.conversation.id) != one.xid]
        self._sent = {one.conversation.id: one.xid for one in changes.listed}
        if fresh:
            self._tell(News("conversations", changes.cursor, tuple(fresh)))

    def _tell(self, news: News) -> None:
        for subscription in self.subscriptions:
            subscription.put(news)

    async def _give_viewers(self) -> None:
        viewers = await store_presence.viewers(self.pool, self.clock())
        if viewers != self.viewers:
            self.viewers = viewers
            self._tell(News("viewers", viewers=viewers))

    async def _give_troubles(self) -> None:
        troubles = tuple(await Standings(self.pool).troubles())
        if troubles != self.troubles:
            self.troubles = troubles
            self._tell(News("channels", troubles=troubles))

    async def _give_uses(self) -> None:
        uses = await store_break_glass.open_uses(self.pool)
        if uses != self.uses:
            self.uses = uses
            self._tell(News("glass", uses=uses))

    async def _watch(self) -> None:
        """End the streams of sessions that are over, within a few seconds of that."""
        looks = 0
        while True:
            await asyncio.sleep(POLL_SECONDS)
            looks += 1
            if looks % COMMENT_EVERY == 0:
                self._tell(News("nothing"))
            try:
                await self.leaving.look()
                sessions = {subscription.me.session_id for subscription in self.subscriptions}
                alive = await store_sessions.streaming(self.pool, sessions, self.clock())
            except DATABASE_ERRORS:
                continue  # unknown: the next look tells
            for subscription in list(self.subscriptions):
                if subscription.me.session_id in sessions - alive:  # not one that was opened meanwhile
                    subscription.put(News("end"))
                elif any(until <= self.clock() for _, until in subscription.me.granted):
                    subscription.put(News("reset"))  # break-glass is over: the page begins anew without it
