"""Waking those who watch a conversation: PostgreSQL's notices, and a poll as the net below them.

While the bot thinks, what is told can wait a moment for its answer: then both are seen at once, and the page is not
told of a "typing" that is over before anybody saw it. Who writes the answer brings along what there is to see
(store_answers.py), so that it is not read again.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from frontdoor.conversations.views import View
from frontdoor.database.pool import DATABASE_ERRORS, Connection

CHANNEL, TOPIC, VIEWING = "frontdoor", "conversation", "viewing"
POLL_SECONDS = 2.0
HOLD_SECONDS = 0.4  # at the most, for the bot's answer

Changes = Callable[[list[str]], Any]  # ids of conversations -> a mark for each that differs after every change

log = logging.getLogger(__name__)


class Watch:
    """One who follows a conversation. *mark*: of the change up to which they have read; *after*: the last message."""

    def __init__(self, after: int = 0) -> None:
        self.mark, self.after = "", after
        self._reads = False  # is at it
        self._expects = False  # somebody reads for them
        self._given: View | None = None
        self._told: str | None = ""  # the last change that we heard of; None: unknown, so look in any case
        self._changed = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None

    def tell(self, mark: str | None = None, *, after: float = 0.0) -> None:
        """Wake, now or *after* seconds, unless that change was read."""
        if mark is not None and mark == self.mark:
            return
        if not self._changed.is_set() or self._told is not None:
            self._told = mark
        if not after:
            self._wake()
        elif self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(after, self._wake)

    def reading(self) -> None:
        """Begin to read: what is told from now on may not be in it."""
        self._begin()
        self._reads, self._expects = True, False

    def read(self, mark: str) -> None:
        """Note up to which change was read; what was told meanwhile and is in it wakes nobody."""
        self._reads, self.mark = False, mark
        if self._told == mark:
            self._calm()
            self._changed.clear()

    def expect(self) -> int | None:
        """Let somebody else read for us; return the last message that we have, or None while we read ourselves."""
        if self._reads:
            return None
        self._begin()
        self._expects = True
        return self.after

    def give(self, view: View | None) -> None:
        """Take what was read for us, if it was, and wake."""
        expected, self._expects = self._expects, False
        if view is None or not expected:
            self.tell()
            return
        self._given = view
        if self._told == "":
            self._told = view.mark
        self._wake()

    def given(self) -> View | None:
        """Return what was read for us, once."""
        view, self._given = self._given, None
        return view

    def unseen(self, view: View) -> list[dict[str, Any]]:
        """Return the messages of *view* that they have not seen, which they have then."""
        messages = [message for message in view.messages if message["seq"] > self.after]
        if messages:
            self.after = messages[-1]["seq"]
        return messages

    async def news(self, within_seconds: float) -> bool:
        """Wait for a change; tell whether there was one."""
        try:
            await asyncio.wait_for(self._changed.wait(), within_seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def _begin(self) -> None:
        self._calm()
        self._told, self._given = "", None
        self._changed.clear()

    def _wake(self) -> None:
        self._calm()
        self._changed.set()

    def _calm(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None


class Hub:
    """Who watches what in this process. After `close` nobody is kept waiting."""

    def __init__(self) -> None:
        self.closing = False
        self._watching: dict[str, set[Watch]] = {}
        self._thinking: set[str] = set()  # conversations that the bot is about to answer from this process

    @contextmanager
    def watch(self, conversation_id: str, after: int = 0) -> Iterator[Watch]:
        """Give what wakes after each change of the conversation, perhaps without one, never too late."""
        watch = Watch(after)
        self._watching.setdefault(conversation_id, set()).add(watch)
        try:
            yield watch
        finally:
            watch.reading()  # no timer is left behind
            watching = self._watching[conversation_id]
            watching.discard(watch)
            if not watching:
                del self._watching[conversation_id]

    def count(self, conversation_id: str) -> int:
        """Return how many watch this conversation."""
        return len(self._watching.get(conversation_id, ()))

    def wake(self, conversation_id: str) -> None:
        """Wake who watches this conversation, whatever it is about."""
        for watch in self._watching.get(conversation_id, ()):
            watch.tell()

    def thinks(self, conversation_id: str) -> None:
        """Note that the bot is about to answer here, so that what is told meanwhile can wait a moment."""
        self._thinking.add(conversation_id)

    def since(self, conversation_id: str) -> int | None:
        """Tell that what they see next is about to be read, and after which message; None: they read it themselves."""
        if conversation_id not in self._thinking:
            return None
        expecting = [watch.expect() for watch in self._watching.get(conversation_id, ())]
        return min((after for after in expecting if after is not None), default=None)

    def answered(self, conversation_id: str, view: View | None = None) -> None:
        """Note that it has answered, or will not: whoever waited is woken, with what there is to see if it is known."""
        if conversation_id in self._thinking:
            self._thinking.remove(conversation_id)
            for watch in self._watching.get(conversation_id, ()):
                watch.give(view)

    def close(self) -> None:
        """Let everybody go."""
        self.closing = True
        for conversation_id in list(self._watching):
            self.wake(conversation_id)

    async def listen(self, connection: Connection) -> None:
        """Hear PostgreSQL's notices on *connection*."""
        await connection.add_listener(CHANNEL, self._heard)

    async def poll(self, changes: Changes) -> None:
        """Look for changes whose notice was lost. Runs until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self._watching:
                continue
            try:
                self._compare(await changes(list(self._watching)))
            except DATABASE_ERRORS as error:
                log.warning("no poll: %s", type(error).__name__)

    def _compare(self, marks: dict[str, str]) -> None:
        for conversation_id, watching in self._watching.items():
            for watch in watching:
                watch.tell(marks.get(conversation_id, "gone"))

    def _heard(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        topic, _, rest = payload.partition(" ")
        conversation_id, _, mark = rest.partition(" ")
        if topic == TOPIC:
            after = HOLD_SECONDS if conversation_id in self._thinking else 0.0
            for watch in self._watching.get(conversation_id, ()):
                watch.tell(mark, after=after)
        elif topic == VIEWING and conversation_id:
            self.wake(conversation_id)
