"""What happens when nobody does anything: no state is without an exit.

Every process may run this: each step locks its row.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.conversations import store_ownership, store_turns
from frontdoor.conversations.happenings import BotRefused, Happening, LeaseExpired, NoFirstReply, PatientSilent
from frontdoor.conversations.model import Outbound
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Pool
from frontdoor.privacy.audit import SYSTEM

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Limits:
    """How long each state may last. research: proposals, for the clinic to set."""

    first_reply: timedelta = timedelta(minutes=10)
    returning: timedelta = timedelta(seconds=20)
    silent: timedelta = timedelta(hours=24)
    stuck_turn: timedelta = timedelta(minutes=3)


@dataclass(frozen=True)
class Timers:
    """Moves conversations whose time has run out."""

    pool: Pool
    now: Callable[[], datetime]
    limits: Limits = Limits()

    async def watch(self) -> None:
        """Tick until cancelled."""
        while True:
            try:
                await self.tick()
            except (OSError, TimeoutError, *store_turns.DATABASE_ERRORS) as error:
                log.warning("timers failed: %s", type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Look once at every timer."""
        at = self.now()
        table: tuple[tuple[str, datetime, Happening], ...] = (
            ("lease", at, LeaseExpired(at)),
            ("first_reply", at - self.limits.first_reply, NoFirstReply(at)),
            ("returning", at - self.limits.returning, BotRefused(at)),
            ("silent", at - self.limits.silent, PatientSilent(at)),
        )
        for condition, since, what in table:
            for conversation_id in await store_ownership.due(self.pool, condition, since):
                await self._move(conversation_id, what)
        await store_turns.stuck_turns(self.pool, at, after=self.limits.stuck_turn)

    async def _move(self, conversation_id: str, what: Happening) -> None:
        """Let *what* happen, unless it was overtaken; tell a patient whose person is gone."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation_id)
            try:
                after = await store_ownership.apply(connection, now, what, SYSTEM)
            except Refused:
                return
            if now.state is State.STAFF and after.state is State.WAITING:
                text = wording("staff_left", now.language, name=now.ownership.owner_name or "")
                await say(connection, after, Outbound(text), author="system")
            elif after.state is State.CLOSED:
                await say(connection, after, Outbound(wording("closed", now.language)), author="system")
