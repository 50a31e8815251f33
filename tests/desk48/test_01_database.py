"""§4.10, 1, on a real database: random histories lose no message of a patient (I2) and do nothing twice (I3)."""

import asyncio
import contextlib
import random

import pytest

from frontdoor.assistant.protocol import Handoff, Reply, Turn
from frontdoor.conversations import store_desk, store_ownership, store_saying
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.happenings import LeaseExpired, Staff
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.states import Refused
from frontdoor.privacy.audit import SYSTEM, Actor
from tests.conversations_core.conftest import Core, said

ANA = Staff("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Ana", supervisor=True)
CHEST = "crushing chest pain that spreads to my jaw, it started 10 minutes ago"
STEPS = 25


class Life:
    """One conversation, and everything that can be done to it. *seen* is the last seq that staff looked at."""

    def __init__(self, core: Core, chance: random.Random) -> None:
        self.core, self.chance, self.written, self.replies, self.seen = core, chance, 0, 0, 0
        core.assistant.answer = self._answer

    @property
    def who(self) -> Doer:
        return Doer(ANA, Actor(ANA.id, ANA.name), Scope(ANA.id, None), self.core.time)

    def _answer(self, turn: Turn) -> Reply:
        hands_off = self.chance.random() < 0.2
        return said(f"answer to {turn.text}", handoff=Handoff("asked", 2) if hands_off else None)

    async def identity(self) -> tuple[str, int, int]:
        row = await self.core.row()
        return str(row["id"]), int(str(row["epoch"])), int(str(row["last_seq"]))

    async def write(self) -> None:
        """The patient writes; the platform delivers it once, or three times at once."""
        self.written += 1
        text = CHEST if self.chance.random() < 0.05 else f"message {self.written}"
        event = self.core.event(text, event_id=f"event-{self.written}")
        copies = self.chance.choice([1, 1, 3])
        for receipt in await asyncio.gather(*(self.core.intake.accept(event) for _ in range(copies))):
            if receipt.turn is not None:
                self.core.dispatcher.start(receipt.turn)
        if self.chance.random() < 0.7:
            await self.core.dispatcher.stop(within_seconds=20)

    async def bot_falls_or_rises(self) -> None:
        self.core.assistant.down = not self.core.assistant.down

    async def claim(self) -> None:
        identifier, epoch, _ = await self.identity()
        await store_desk.claim(self.core.pool, self.who, identifier, epoch)

    async def take_over(self) -> None:
        await store_desk.take_over(self.core.pool, self.who, (await self.identity())[0])

    async def look(self) -> None:
        identifier, _, last = await self.identity()
        if (await self.core.row())["state"] == "staff":
            await store_desk.seen(self.core.pool, self.who, identifier, last)
            self.seen = last

    async def reply(self) -> None:
        """Staff reply, and their network sends it twice."""
        identifier, epoch, _ = await self.identity()
        self.replies += 1
        text, key = f"reply {self.replies}", f"key-{self.replies}"
        for _ in range(2):
            await store_saying.reply(
                self.core.pool, self.who, identifier, text=text, epoch=epoch, client_message_id=key
            )  # fmt: skip

    async def give_back(self) -> None:
        identifier, _, _ = await self.identity()
        await store_desk.give_back(self.core.pool, self.who, identifier, slots=[], summary="", seen_seq=self.seen)

    async def close(self) -> None:
        identifier, _, last = await self.identity()
        await store_desk.close(self.core.pool, self.who, identifier, "answered", seen_seq=self.seen)
        self.seen = last

    async def vanish(self) -> None:
        async with self.core.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, (await self.identity())[0])
            if now.ownership.lease_expires_at is not None:
                await store_ownership.apply(connection, now, LeaseExpired(now.ownership.lease_expires_at), SYSTEM)

    async def settle(self) -> None:
        """The watchers of the gateway look once."""
        await self.core.dispatcher.sweep()
        await self.core.dispatcher.stop(within_seconds=20)


async def lived(core: Core, seed: int) -> Life:
    """Let a conversation live, until everything has come to rest."""
    life = Life(core, random.Random(seed))
    core.assistant.wait_until_ready = _at_once  # type: ignore[method-assign]
    await life.write()
    often = [life.write] * 6 + [life.settle] * 4 + [life.look] * 4 + [life.claim] * 3
    once = [
        life.take_over,
        life.reply,
        life.give_back,
        life.give_back,
        life.close,
        life.vanish,
        life.bot_falls_or_rises,
    ]
    for _ in range(STEPS):
        with contextlib.suppress(Refused):
            await life.chance.choice(often + once)()
    core.assistant.down = False
    for _ in range(3):
        await life.settle()
    return life


async def _at_once(seconds: float) -> bool:
    return False


@pytest.mark.parametrize("seed", range(8))
async def test_01_histories_in_the_database_lose_and_repeat_nothing(core: Core, seed: int) -> None:
    """Every message is there once, was handed to the bot once or is before staff, and no reply goes out twice."""
    life = await lived(core, seed)
    row = await core.row()
    found = await core.pool.fetch("SELECT seq, text, status, author FROM conversations.message ORDER BY seq")
    patients = [one for one in found if one["author"] == "patient"]
    assert len(patients) == life.written, "each event is one message"
    answered = await core.pool.fetch("SELECT answers FROM conversations.message WHERE author = 'bot' AND answers > 0")
    handed = [one["answers"] for one in answered]
    assert len(handed) == len(set(handed)), "no message was answered twice"
    before_staff = row["state"] in ("waiting", "staff", "returning")
    for one in patients:
        reached = one["seq"] in handed or one["seq"] <= life.seen or one["status"] == "kept"
        assert reached or before_staff, f"{one['text']} is lost in {row['state']}"
    replies = [one["text"] for one in found if one["author"] == "staff"]
    assert len(replies) == len(set(replies)), "no reply was sent twice"
