"""From the inbox into conversations: in order for each sender, many senders at once, nothing lost when we die.

An event leaves the inbox once it was taken. A process that dies in between leaves it there; taken again it is a
repetition. One worker drains at a time (gateway/worker.py). Where more comes in than is taken, whoever writes of danger
does not wait behind the others: their turn is next, in slots that nobody else has.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import timedelta

from frontdoor.channels import events
from frontdoor.channels.contract import Channel, Event
from frontdoor.channels.store import Standings
from frontdoor.conversations.arrivals import Reception
from frontdoor.conversations.store_inbox import Inbox, Waiting
from frontdoor.database.pool import CONNECTION_GONE, DATABASE_ERRORS

log = logging.getLogger(__name__)
AT_ONCE, ALARMED_AT_ONCE = 64, 16  # senders; and those who write of danger besides
READ_MOST, IN_HAND_MOST = 64, 4_000  # events: a round's, and how far ahead of the slots we look for danger
POLL_SECONDS = 1.0  # the net below PostgreSQL's notices
PAUSE_SECONDS = 0.5  # while the database is away
NOTED_EVERY_SECONDS = 5.0
AGAIN = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))  # for what the database refuses
GIVEN_UP = timedelta(hours=24)  # platforms deliver again for about as long
AWAY = (*CONNECTION_GONE, OSError, TimeoutError, asyncio.TimeoutError)

Sender = tuple[str, str]  # channel, address


class NotServed(RuntimeError):
    """The channel of an event is off, or another account's by now."""


class Drain:
    """Takes what waits in *inbox* to *reception*, while *ours* is set: no other process drains.

    *alarming* tells quickly whether a text may be of danger; it is asked only about those who would have to wait.
    """

    def __init__(
        self, inbox: Inbox, reception: Reception, channels: Mapping[str, Channel], standings: Standings,
        ours: asyncio.Event, alarming: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self.inbox, self.reception, self.channels, self.standings = inbox, reception, channels, standings
        self.ours, self.alarming = ours, alarming
        self.lanes: dict[Sender, deque[tuple[Waiting, Event]]] = {}
        self.running: set[Sender] = set()
        self.alarmed: deque[Sender] = deque()  # wait for a slot, and are next
        self.queue: deque[Sender] = deque()  # wait for a slot
        self.held: set[int] = set()  # events in our hands
        self.taken: list[int] = []  # and those of them that are done
        self.became: Counter[tuple[str, str]] = Counter()
        self.tasks: set[asyncio.Task[None]] = set()
        self.woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something came in."""
        self.woken.set()

    async def watch(self) -> None:
        """Take events until cancelled."""
        while True:
            await self.ours.wait()
            self.woken.clear()
            try:
                if not await self._round():
                    await asyncio.wait_for(self.woken.wait(), POLL_SECONDS)
            except asyncio.TimeoutError:
                continue
            except DATABASE_ERRORS as error:
                log.warning("the inbox waits: %s", type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def note(self) -> None:
        """Write down now and then what events became, and that something came in. Runs until cancelled."""
        while True:
            await asyncio.sleep(NOTED_EVERY_SECONDS)
            became, self.became = self.became, Counter()
            if not became:
                continue
            try:
                await self.inbox.count(became)
                for name in {channel for channel, _ in became} & self.channels.keys():
                    await self.standings.came_in(name, self.channels[name].account)
            except DATABASE_ERRORS as error:
                log.warning("figures were not noted: %s", type(error).__name__)
                self.became.update(became)

    async def _round(self) -> bool:
        """Forget what was taken, begin what waits; tell whether there was any."""
        taken, self.taken = self.taken, []
        if taken:
            try:
                await self.inbox.remove(taken)
            except BaseException:
                self.taken += taken
                raise
            self.held.difference_update(taken)
        room = min(READ_MOST, IN_HAND_MOST - len(self.held))
        found = await self.inbox.waiting(self.held, limit=room) if room > 0 else []
        for one in found:
            self._add(one)
        return bool(found)

    def _add(self, one: Waiting) -> None:
        event = events.load(one.event)
        sender = (one.channel, event.address)
        self.held.add(one.id)
        if sender not in self.lanes:
            self.lanes[sender] = deque()
            self.queue.append(sender)
        self.lanes[sender].append((one, event))
        self._begin()
        if sender in self.running or sender in self.alarmed or not self.alarming(event.text):
            return
        self.queue.remove(sender)
        self.alarmed.append(sender)
        self._begin()

    def _begin(self) -> None:
        """Begin with those who wait, as far as there are slots."""
        while self.alarmed and len(self.running) < AT_ONCE + ALARMED_AT_ONCE:
            self._run(self.alarmed.popleft())
        while self.queue and len(self.running) < AT_ONCE:
            self._run(self.queue.popleft())

    def _run(self, sender: Sender) -> None:
        self.running.add(sender)
        task = asyncio.create_task(self._lane(sender))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _lane(self, sender: Sender) -> None:
        """Take the events of one sender, one after the other."""
        lane = self.lanes[sender]
        try:
            while lane:
                if await self._take(*lane[0]):
                    self.taken.append(lane[0][0].id)
                else:
                    self.held.discard(lane[0][0].id)
                lane.popleft()
                self.woken.set()
        except AWAY as error:  # in the same order, once the database is back
            log.warning("an event waits: %s", type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            self.held.difference_update(one.id for one, _ in lane)
        finally:
            del self.lanes[sender]
            self.running.remove(sender)
            self._begin()

    async def _take(self, one: Waiting, event: Event) -> bool:
        """Take one event; False: it stays for later, and costs nobody else anything."""
        try:
            channel = self.channels.get(one.channel)
            if channel is None or channel.account != one.account:
                raise NotServed
            became = await self.reception.take(channel, event)
        except AWAY:
            raise
        except Exception as error:
            log.error("%s: an event failed: %s", one.channel, type(error).__name__)
            if one.old < GIVEN_UP:
                await self.inbox.later(one.id, AGAIN[min(one.failed, len(AGAIN) - 1)])
                return False
            became = "given up"
        self.became[one.channel, became] += 1
        return True
