"""Storing what arrives together in one statement and one commit: as durable as one by one, at a fraction of the cost.

While one group is being committed the next one gathers; a lone event goes at once.
"""

import asyncio
from collections.abc import Sequence

from frontdoor.conversations.model import Inbound, Receipt
from frontdoor.conversations.store import Store

MOST_TOGETHER = 64


class Grouped:
    """Hands events to *store* in groups. Each caller gets its own receipt, or its own failure."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.waiting: list[tuple[Inbound, asyncio.Future[Receipt]]] = []
        self.task: asyncio.Task[None] | None = None

    async def receive(self, event: Inbound) -> Receipt:
        """Store one event; return once it is safe."""
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self.waiting.append((event, future))
        if self.task is None:
            self.task = asyncio.create_task(self._work())
        return await asyncio.shield(future)

    async def _work(self) -> None:
        try:
            while self.waiting:
                group, self.waiting = self.waiting[:MOST_TOGETHER], self.waiting[MOST_TOGETHER:]
                # Every process locks senders in the same order, so that two groups never wait for each other.
                await self._store(sorted(group, key=lambda one: (one[0].channel, one[0].account, one[0].address)))
        finally:
            self.task = None

    async def _store(self, group: Sequence[tuple[Inbound, "asyncio.Future[Receipt]"]]) -> None:
        try:
            receipts = await self.store.receive([event for event, _ in group])
        except Exception as error:
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for one in group:  # whichever of them the database refuses, the others are stored
                await self._store([one])
            return
        for (_, future), receipt in zip(group, receipts, strict=True):
            if not future.done():
                future.set_result(receipt)
