"""What happens when nobody does anything: no state is without an exit.

Every process may run this: each step locks its row.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from frontdoor.clinic import Clinic
from frontdoor.conversations import store_ownership, store_routing, store_turns, store_waiting
from frontdoor.conversations.happenings import (
    Assigned,
    BotRefused,
    ClinicOpened,
    Happening,
    LeaseExpired,
    NoFirstReply,
    PatientSilent,
)  # fmt: skip
from frontdoor.conversations.limits import UNSET, Limits
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.places import place_text
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.steadiness import Steadiness
from frontdoor.conversations.store import say
from frontdoor.conversations.store_waiting import Impatient
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import DATABASE_ERRORS, Connection, Pool
from frontdoor.privacy.audit import SYSTEM

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0
MOST_ASSIGNED = 20  # conversations given to people in one tick


@dataclass(frozen=True)
class Timers:
    """Moves conversations whose time has run out. *steady* tells seconds on a clock that nobody sets."""

    pool: Pool
    now: Callable[[], datetime]
    clinic: Clinic
    limits: Limits = UNSET
    steady: Callable[[], float] = time.monotonic
    steadiness: Steadiness = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steadiness", Steadiness(grace=self.limits.terms.lease))

    async def watch(self) -> None:
        """Tick until cancelled."""
        while True:
            try:
                await self.tick()
            except DATABASE_ERRORS as error:
                log.warning("timers failed: %s", type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Look once at every timer."""
        at = self.now()
        jump = self.steadiness.look(at, self.steady())
        if jump:
            log.warning("the clock jumped by %d s; leases are given time", jump.total_seconds())
            await store_ownership.shorten_leases(self.pool, at, self.limits.terms)
        if self.steadiness.trusted(self.steady()):
            await self._run_out(at)
        await store_turns.stuck_turns(self.pool, at, after=self.limits.stuck_turn)
        if self.limits.assigns:
            await self._assign(at)
        if self.clinic.is_open(at):
            for one in await store_waiting.impatient(self.pool, list(self.limits.reassure), at):
                await self._reassure(one, at)
        for conversation_id in await store_waiting.unclaimed_emergencies(self.pool, at - self.limits.unclaimed):
            log.error("an emergency is unclaimed: conversation %s", conversation_id)

    async def _run_out(self, at: datetime) -> None:
        """Move what nobody has kept."""
        table: tuple[tuple[str, datetime, Happening], ...] = (
            ("lease", at, LeaseExpired(at)),
            ("first_reply", at - self.limits.first_reply, NoFirstReply(at)),
            ("returning", at - self.limits.returning, BotRefused(at)),
            *((("opened", at, ClinicOpened(at)),) if self.clinic.is_open(at) else ()),
        )
        for condition, since, what in table:
            for conversation_id in await store_ownership.due(self.pool, condition, since):
                await self._move(conversation_id, what)
        for conversation_id in await store_waiting.silent(self.pool, at - self.limits.silent_ask):
            await self._ask_silent(conversation_id, at)
        for conversation_id in await store_waiting.silent(self.pool, at - self.limits.silent):
            await self._move(conversation_id, PatientSilent(at))

    async def _assign(self, at: datetime) -> None:
        """Give waiting conversations to those at the desk who have room, the most urgent first."""
        for _ in range(MOST_ASSIGNED):
            match = await store_routing.next_match(self.pool, at)
            if match is None:
                return
            async with self.pool.acquire() as connection, connection.transaction():
                now = await store_ownership.lock(connection, match.conversation_id)
                to = await store_routing.candidate(connection, match.staff_id, at)
                if to is None:
                    return
                try:
                    after = await store_ownership.apply(
                        connection, now, Assigned(at, None, to), SYSTEM, self.limits.terms
                    )
                except Refused:
                    return  # another process was faster: the next tick looks again
                await _tell(connection, after, "staff_joined", name=to.name)

    async def _reassure(self, one: Impatient, at: datetime) -> None:
        """Tell a patient who waits that they are not forgotten, their place and how long it may take."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, one.id)
            if now.state is not State.WAITING or not await store_waiting.told(connection, one):
                return
            text = f"{wording('still_waiting', now.language)} {await place_text(connection, now, at)}"
            await say(connection, now, Outbound(text), author="system")

    async def _ask_silent(self, conversation_id: str, at: datetime) -> None:
        """Ask a patient who owes staff an answer whether they are there, once."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation_id)
            if now.state is not State.STAFF:
                return
            if await store_waiting.ask_silent(connection, now.id, now.last_patient_seq, at):
                hours = max(1, round((self.limits.silent - self.limits.silent_ask).total_seconds() / 3600))
                await _tell(connection, now, "still_there", hours=hours)

    async def _move(self, conversation_id: str, what: Happening) -> None:
        """Let *what* happen, unless it was overtaken; tell a patient whose person is gone."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation_id)
            if isinstance(what, PatientSilent) and not await self._asked_long_ago(connection, now, what.at):
                return
            try:
                after = await store_ownership.apply(connection, now, what, SYSTEM, self.limits.terms)
            except Refused:
                return
            if now.state is State.STAFF and after.state is State.WAITING:
                await _tell(connection, after, "staff_left", name=now.ownership.owner_name or "")
                await self._note(connection, after, what, now.ownership.owner_name or "")
            elif after.state is State.CLOSED:
                await _tell(connection, after, "closed")

    async def _asked_long_ago(self, connection: Connection, now: Conversation, at: datetime) -> bool:
        asked = await store_waiting.asked_silent(connection, now.id, now.last_patient_seq)
        return asked is not None and asked <= at - (self.limits.silent - self.limits.silent_ask)

    async def _note(self, connection: Connection, now: Conversation, what: Happening, name: str) -> None:
        """Leave a note for whoever takes it next, and for supervisors: why it is back."""
        key = "note_no_reply" if isinstance(what, NoFirstReply) else "note_lease"
        text = wording(key, self.limits.language, name=name)
        await say(connection, now, Outbound(text), author="note", status="kept")


async def _tell(connection: Connection, conversation: Conversation, key: str, **values: object) -> None:
    await say(connection, conversation, Outbound(wording(key, conversation.language, **values)), author="system")
