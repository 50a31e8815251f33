"""Events that arrive together share a commit, and none pays for another."""

import asyncio
from collections.abc import Sequence

import pytest

from frontdoor.conversations.grouping import ENOUGH, Grouped
from frontdoor.conversations.model import Inbound, Receipt

from .conftest import Core


async def test_hundred_senders_share_a_few_commits(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred messages at once are stored in a few groups, each with its own receipt."""
    groups: list[int] = []
    receive = core.store.receive

    async def counted(events: Sequence[Inbound]) -> list[Receipt]:
        groups.append(len(events))
        return await receive(events)

    monkeypatch.setattr(core.store, "receive", counted)
    events = [core.event(f"hello {n}", sender=f"sender {n % 40}") for n in range(100)]
    receipts = await asyncio.gather(*(core.intake.grouped.add(event) for event in events))
    assert sum(groups) == 100
    assert len(groups) < 10
    stored = await core.pool.fetch("SELECT m.text FROM conversations.message m JOIN conversations.conversation c "
                                   "ON c.id = m.conversation_id WHERE m.author = 'patient'")  # fmt: skip
    assert len(stored) == 100
    assert {receipt.conversation.address for receipt in receipts} == {f"sender {n}" for n in range(40)}


async def test_refused_event_costs_only_itself(core: Core) -> None:
    """What the database cannot keep fails alone; its neighbours are stored."""
    events = [core.event("one", sender="a"), core.event("nul \x00 text", sender="b"), core.event("two", sender="c")]
    outcomes = await asyncio.gather(*(core.intake.grouped.add(event) for event in events), return_exceptions=True)
    assert [isinstance(outcome, Receipt) for outcome in outcomes] == [True, False, True]


async def test_order_of_a_sender_is_kept(core: Core) -> None:
    """Messages of one sender keep their order within a group."""
    events = [core.event(f"{n}", sender="a") for n in range(20)]
    await asyncio.gather(*(core.intake.grouped.add(event) for event in events))
    assert [text for _, text, _ in await core.texts("a")] == [f"{n}" for n in range(20)]


async def test_small_groups_wait_to_grow_and_large_ones_do_not() -> None:
    """Where commits would follow each other closely, few items wait for their time, enough of them do not."""
    groups: list[list[int]] = []

    async def write(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        return list(items)

    grouped: Grouped[int, int] = Grouped(write, gather_seconds=3600.0)
    assert await grouped.add(0) == 0
    few = [grouped.add(number) for number in range(1, ENOUGH)]
    await asyncio.sleep(0.05)
    assert groups == [[0]]
    assert await asyncio.wait_for(grouped.add(ENOUGH), 20) == ENOUGH
    assert groups == [[0], list(range(1, ENOUGH + 1))]
    assert all(one.done() for one in few)
