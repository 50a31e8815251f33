"""What happens when nobody does anything: no state is without an exit.

Every process may run this: each step locks its row.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.conversations import store_ownership, store_routing, store_turns, store_waiting
from frontdoor.conversations.happenings import (
    Assigned,
    BotRefused,
    Happening,
    LeaseExpired,
    NoFirstReply,
    PatientSilent,
)  # fmt: skip
from frontdoor.conversations.model import Outbound
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import say
from frontdoor.conversations.store_waiting import Impatient
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Pool
from frontdoor.privacy.audit import SYSTEM
from frontdoor.settings import Settings

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0
MOST_ASSIGNED = 20  # conversations given to people in one tick


@dataclass(frozen=True)
class Limits:
    """How long each state may last. research: proposals, for the clinic to set."""

    first_reply: timedelta = timedelta(minutes=10)
    returning: timedelta = timedelta(seconds=20)
    silent: timedelta = timedelta(hours=24)
    stuck_turn: timedelta = timedelta(minutes=3)
    reassure: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (2, 10, 40, 70))
    unclaimed: timedelta = timedelta(seconds=60)
    assigns: bool = False  # waiting conversations are given to those at the desk who have room

    @classmethod
    def from_settings(cls, settings: Settings) -> "Limits":
        """Read what the clinic has set."""
        return cls(
            first_reply=timedelta(minutes=settings.first_reply_minutes),
            silent=timedelta(hours=settings.silent_hours),
            reassure=tuple(timedelta(minutes=one) for one in settings.reassure_minutes),
            unclaimed=timedelta(seconds=settings.unclaimed_seconds),
            assigns=settings.auto_assign,
        )


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
        if self.limits.assigns:
            await self._assign(at)
        for one in await store_waiting.impatient(self.pool, list(self.limits.reassure), at):
            await self._reassure(one, at)
        for conversation_id in await store_waiting.unclaimed_emergencies(self.pool, at - self.limits.unclaimed):
            log.error("an emergency is unclaimed: conversation %s", conversation_id)

    async def _assign(self, at: datetime) -> None:
        """Give waiting conversations to those at the desk who have room, the most urgent first."""
        for _ in range(MOST_ASSIGNED):
            match = await store_routing.next_match(self.pool, at)
            if match is None:
                return
            async with self.pool.acquire() as connection, connection.transaction():
                now = await store_ownership.lock(connection, match.conversation_id)
                if now.state is not State.WAITING or not await store_routing.has_room(connection, match.staff.id):
                    return  # another process was faster: the next tick looks again
                after = await store_ownership.apply(connection, now, Assigned(at, None, match.staff), SYSTEM)
                text = wording("staff_joined", now.language, name=match.staff.name)
                await say(connection, after, Outbound(text), author="system")

    async def _reassure(self, one: Impatient, at: datetime) -> None:
        """Tell a patient who waits that they are not forgotten, their place and how long it may take."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, one.id)
            if now.state is not State.WAITING or not await store_waiting.told(connection, one):
                return
            place = await store_ownership.position(connection, now)
            minutes = await store_waiting.minutes_to_go(connection, now.ownership.queue, place, at)
            key = "still_waiting_about" if minutes else "still_waiting"
            text = wording(key, now.language, position=place, minutes=minutes)
            await say(connection, now, Outbound(text), author="system")

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
