"""Waking those who watch a conversation: PostgreSQL's notices, and a poll as the net below them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from frontdoor.database.pool import DATABASE_ERRORS, Connection

CHANNEL, TOPIC, VIEWING = "frontdoor", "conversation", "viewing"
POLL_SECONDS = 2.0

Changes = Callable[[list[str]], Any]  # ids of conversations -> a mark for each that differs after every change

log = logging.getLogger(__name__)


class Hub:
    """Who watches what in this process. After `close` nobody is kept waiting."""

    def __init__(self) -> None:
        self.closing = False
        self._watching: dict[str, set[asyncio.Event]] = {}
        self._marks: dict[str, str] = {}
        self._any: list[Callable[[], None]] = []

    def on_change(self, do: Callable[[], None]) -> None:
        """Call *do* after any conversation's change that this process hears of."""
        self._any.append(do)

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set after each change of the conversation, perhaps without one, never too late."""
        changed = asyncio.Event()
        self._watching.setdefault(conversation_id, set()).add(changed)
        try:
            yield changed
        finally:
            watching = self._watching[conversation_id]
            watching.discard(changed)
            if not watching:
                del self._watching[conversation_id]
                self._marks.pop(conversation_id, None)

    def count(self, conversation_id: str) -> int:
        """Return how many watch this conversation."""
        return len(self._watching.get(conversation_id, ()))

    def wake(self, conversation_id: str) -> None:
        """Wake who watches this conversation."""
        for changed in self._watching.get(conversation_id, ()):
            changed.set()

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
        for conversation_id in list(self._watching):
            mark = marks.get(conversation_id, "")
            if self._marks.get(conversation_id) != mark:
                self._marks[conversation_id] = mark
                self.wake(conversation_id)

    def _heard(self, connection: Any, pid: int, channel: str, payload: str) -> None:
        topic, _, identifier = payload.partition(" ")
        if topic == TOPIC:
            self.wake(identifier)
            for do in self._any:
                do()
        elif topic == VIEWING and identifier:
            self.wake(identifier)
