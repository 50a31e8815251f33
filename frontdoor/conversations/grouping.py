"""Storing what arrives together in one statement and one commit: as durable as one by one, at a fraction of the cost.

While one group is being committed the next one gathers; a lone item goes at once. Where groups would follow each
other closely, small ones wait a moment to grow: few large commits leave more of the machine to everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

MOST_TOGETHER = 128
ENOUGH = 16  # a group that need not grow any more before it is stored
Item = TypeVar("Item")
Result = TypeVar("Result")


class Grouped(Generic[Item, Result]):
    """Hands items to *write* in groups, in the order of arrival, or sorted by *order* within a group.

    Each caller gets its own result, or its own failure. One group at a time, so that order holds between groups too.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        order: Callable[[Item], Any] | None = None,
        *,
        gather_seconds: float = 0.0,
    ) -> None:
        """*gather_seconds*: from the beginning of one group to that of the next, unless enough is waiting."""
        self.write, self.order, self.gather_seconds = write, order, gather_seconds
        self.next_at = 0.0
        self.waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self.enough = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def add(self, item: Item) -> "asyncio.Future[Result]":
        """Store one item, which is safe once the future is done. Who stops waiting for that stops nothing."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.waiting.append((item, future))
        if len(self.waiting) == ENOUGH:
            self.enough.set()
        if self.task is None:
            self.task = asyncio.create_task(self._work())
        return future

    async def _work(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            while self.waiting:
                if self.next_at > loop.time() and len(self.waiting) < ENOUGH:
                    await self._gather(loop)
                self.next_at = loop.time() + self.gather_seconds
                group, self.waiting = self.waiting[:MOST_TOGETHER], self.waiting[MOST_TOGETHER:]
                if self.order is not None:
                    order = self.order
                    group.sort(key=lambda one: order(one[0]))
                await self._store(group)
        finally:
            self.task = None

    async def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        """Return when it is time, or when enough is waiting."""
        self.enough.clear()
        timer = loop.call_at(self.next_at, self.enough.set)
        await self.enough.wait()
        timer.cancel()

    async def _store(self, group: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self.write([item for item, _ in group])
        except Exception as error:
            if len(group) > 1:  # whichever of them the database refuses, the others are stored
                for one in group:
                    await self._store([one])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            if not future.done():
                future.set_result(result)
