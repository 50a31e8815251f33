"""From the inbox into conversations: in order, once, and one bad event costs no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from frontdoor.channels import events
from frontdoor.channels.contract import Channel, Event
from frontdoor.channels.registry import make
from frontdoor.channels.store import Standings
from frontdoor.conversations import draining
from frontdoor.conversations.arrivals import Reception
from frontdoor.conversations.courtesy import Courtesy
from frontdoor.conversations.draining import Drain
from frontdoor.conversations.store_arrivals import Arrivals
from frontdoor.conversations.store_inbox import Delivered, Inbox
from frontdoor.conversations.store_outbox import Outbox
from frontdoor.limits import Flood
from frontdoor.settings import load

from .conftest import Core

PATIENCE_SECONDS = 20.0
SETTINGS = {
    "TELEGRAM_BOT_TOKEN": "1:token", "TELEGRAM_SECRET_TOKEN": "secret", "TELEGRAM_API_BASE": "http://127.0.0.1:9",
}  # fmt: skip


class House:
    """An inbox and who drains it."""

    def __init__(self, core: Core, drain: Drain, channel: Channel) -> None:
        self.core, self.drain, self.channel = core, drain, channel
        self.inbox = drain.inbox

    async def deliver(self, *told: tuple[str, str], first_id: int = 0) -> None:
        """Store messages as (address, text), as one webhook."""
        found = [
            Event("message", f"update:{first_id + number}", address, text)
            for number, (address, text) in enumerate(told)
        ]
        await self.inbox.put([[Delivered("telegram", self.channel.account, events.dump(event)) for event in found]])

    async def drained(self) -> None:
        """Wait until the inbox is empty."""

        async def look() -> None:
            while await self.inbox.size():
                await asyncio.sleep(0.02)

        await asyncio.wait_for(look(), PATIENCE_SECONDS)

    async def heard(self, address: str) -> list[str]:
        """Return what a person wrote, as it is stored."""
        return [text for author, text, _ in await self.core.texts(address) if author == "patient"]


@asynccontextmanager
async def house(core: Core) -> AsyncIterator[House]:
    """Run a worker's drain."""
    channel = make("telegram", load(SETTINGS, dotenv=None))
    ours = asyncio.Event()
    ours.set()
    async with aiohttp.ClientSession() as http:
        reception = Reception(
            Arrivals(core.pool), core.intake, core.dispatcher, Outbox(core.pool, core.store.instance), "en",
            lambda name: "link", {}, lambda: core.time, Courtesy(http), Flood(1_000),
        )  # fmt: skip
        drain = Drain(Inbox(core.pool), reception, {"telegram": channel}, Standings(core.pool), ours,
                      lambda text: "chest pain" in text)  # fmt: skip
        watching = asyncio.create_task(drain.watch())
        yield House(core, drain, channel)
        watching.cancel()


async def test_order_of_each_sender_is_kept(core: Core) -> None:
    """Forty people write five messages each, all at once; each is heard in order."""
    async with house(core) as home:
        told = [(f"{person}", f"{number}") for number in range(5) for person in range(40)]
        await home.deliver(*told)
        await home.drained()
        for person in range(40):
            assert await home.heard(f"{person}") == ["0", "1", "2", "3", "4"]


async def test_a_flood_of_one_holds_up_nobody_else(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events of one sender wait, and however long each takes, the next sender is heard at once."""
    goes_on = asyncio.Event()
    async with house(core) as home:
        real = home.drain.reception.take

        async def take(channel: Channel, event: Event) -> str:
            if event.address == "ana":
                await goes_on.wait()
            return await real(channel, event)

        monkeypatch.setattr(home.drain, "reception", SimpleNamespace(take=take))
        flood = 4 * draining.AT_ONCE
        await home.deliver(*(("ana", f"{number}") for number in range(flood)))
        await home.deliver(("ben", "hello"), first_id=flood)

        async def ben_is_heard() -> None:
            while await home.heard("ben") != ["hello"]:
                await asyncio.sleep(0.02)

        await asyncio.wait_for(ben_is_heard(), PATIENCE_SECONDS)
        assert await home.heard("ana") == []
        goes_on.set()
        await home.drained()
        assert await home.heard("ana") == [f"{number}" for number in range(flood)]


async def test_danger_does_not_wait_behind_a_crowd(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """While everybody's slot is taken and a crowd waits, who writes of danger is heard, from their first line on."""
    goes_on = asyncio.Event()
    async with house(core) as home:
        real = home.drain.reception.take

        async def take(channel: Channel, event: Event) -> str:
            if event.address.startswith("crowd"):
                await goes_on.wait()
            return await real(channel, event)

        monkeypatch.setattr(home.drain, "reception", SimpleNamespace(take=take))
        crowd = 5 * draining.AT_ONCE
        half = [(f"crowd {number}", "hello") for number in range(crowd // 2)]
        rest = [(f"crowd {number}", "hello") for number in range(crowd // 2, crowd)]
        await home.deliver(*half, ("ana", "hi"), *rest, ("ana", "i have chest pain"), ("ana", "please"), ("ben", "hi"))

        async def ana_is_heard() -> None:
            while await home.heard("ana") != ["hi", "i have chest pain", "please"]:
                await asyncio.sleep(0.02)

        await asyncio.wait_for(ana_is_heard(), PATIENCE_SECONDS)
        assert await home.heard("ben") == []
        goes_on.set()
        await home.drained()
        assert await home.heard("ben") == ["hi"]


async def test_what_is_in_hand_is_bounded(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than so many events are read before they are taken; the others follow."""
    monkeypatch.setattr(draining, "IN_HAND_MOST", 10)
    most = 0
    async with house(core) as home:
        real = home.drain.reception.take

        async def take(channel: Channel, event: Event) -> str:
            nonlocal most
            most = max(most, len(home.drain.held))
            return await real(channel, event)

        monkeypatch.setattr(home.drain, "reception", SimpleNamespace(take=take))
        await home.deliver(*(("ana", f"{number}") for number in range(50)))
        await home.drained()
        assert await home.heard("ana") == [f"{number}" for number in range(50)]
        assert 0 < most <= 10


async def test_bad_event_costs_no_other(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be taken stays for later; those behind it go on, and it goes in once it can."""
    monkeypatch.setattr(draining, "AGAIN", (draining.timedelta(seconds=1),))
    refused = asyncio.Event()
    async with house(core) as home:
        real = home.core.store.receive

        async def receive(given: Any) -> Any:
            if not refused.is_set() and any(event.text == "bad" for event in given):
                raise ValueError("refused")
            return await real(given)

        monkeypatch.setattr(home.core.store, "receive", receive)
        await home.deliver(("ana", "one"), ("ana", "bad"), ("ana", "two"), ("ben", "three"))
        while (await home.heard("ana"), await home.heard("ben")) != (["one", "two"], ["three"]):
            await asyncio.sleep(0.02)
        while await home.inbox.size() != 1:
            await asyncio.sleep(0.02)
        refused.set()
        await home.drained()
        assert await home.heard("ana") == ["one", "two", "bad"]


async def test_database_that_is_away_changes_no_order(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is away nothing is lost or overtaken."""
    monkeypatch.setattr(draining, "PAUSE_SECONDS", 0.05)
    failures = iter([ConnectionRefusedError(), asyncio.TimeoutError()])
    async with house(core) as home:
        real = home.core.store.receive

        async def receive(given: Any) -> Any:
            if error := next(failures, None):
                raise error
            return await real(given)

        monkeypatch.setattr(home.core.store, "receive", receive)
        await home.deliver(("ana", "one"), ("ana", "two"), ("ana", "three"))
        await home.drained()
        assert await home.heard("ana") == ["one", "two", "three"]


async def test_worker_that_dies_leaves_nothing_and_repeats_nothing(core: Core) -> None:
    """Events that were taken but not yet forgotten when a worker died are nothing new to the next one."""
    async with house(core) as home:
        await home.deliver(("ana", "one"), ("ana", "two"))
        await home.drained()
    await home.deliver(("ana", "one"), ("ana", "two"), ("ana", "three"))  # as it finds them: the same events again
    async with house(core) as again:
        await again.drained()
        assert await again.heard("ana") == ["one", "two", "three"]
        assert again.drain.became["telegram", "repeated"] == 2


async def test_event_of_a_channel_that_is_off_waits(core: Core) -> None:
    """A channel that was turned off keeps what came in meanwhile; nobody else waits for it."""
    async with house(core) as home:
        event = events.dump(Event("message", "1", "ana", "hello"))
        await home.inbox.put([[Delivered("messenger", "page", event)], [Delivered("telegram", "other", event)]])
        await home.deliver(("ben", "hello"), first_id=2)
        while await home.heard("ben") != ["hello"]:
            await asyncio.sleep(0.02)
        while await home.inbox.size() != 2:
            await asyncio.sleep(0.02)
        assert await home.heard("ana") == []
