"""The stream that keeps the page fresh: nothing is missed, and it ends with the session."""

import asyncio
import dataclasses
import json
import subprocess
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from frontdoor.channels.store import Standings
from frontdoor.desk import feed
from frontdoor.settings import ROOT
from tests.desk.house import Browser, House, running
from tests.desk.stream import stream
from tests.streams import AsyncStream

NAMES = ("conversations", "viewers", "channels")  # of events that bring news
ENDED_SECONDS = 5.0  # within which a session that is over has no stream any more


async def test_the_stream_tells_what_changes(house: House) -> None:
    """A new conversation, a claim, a message: each comes within moments, with an id to go on from."""
    ana = await house.sign_in("Ana")
    _, state = await ana.get("/desk/state")
    async with stream(ana, state["cursor"]) as events:
        await events.next("viewers")
        conversation = await house.waiting("one")
        rows: list[Any] = []
        while not rows or rows[-1]["state"] != "waiting":
            _, rows, cursor = await events.next("conversations")
        assert rows[-1]["id"] == conversation
        assert int(cursor) >= int(state["cursor"])
        await ana.act(conversation, "claim", epoch=rows[-1]["epoch"])
        while rows[-1]["state"] != "staff":
            _, rows, cursor = await events.next("conversations")
        assert rows[-1]["owner"] == {"id": ana.id, "name": "Ana"}


async def test_a_change_that_commits_late_is_not_missed(house: House) -> None:
    """What began before the snapshot and ended after it comes through the stream."""
    ana, conversation = await house.sign_in("Ana"), await house.waiting("one")
    async with house.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "UPDATE conversations.conversation SET priority = 1 WHERE id = $1", uuid.UUID(conversation)
        )
        await house.waiting("another")  # moves the present past the open transaction
        _, state = await ana.get("/desk/state")
        assert next(one for one in state["conversations"] if one["id"] == conversation)["priority"] == 3
        async with stream(ana, state["cursor"]) as events:
            await events.next("viewers")
            await transaction.commit()
            rows: list[Any] = []
            while (conversation, 1) not in [(one["id"], one["priority"]) for one in rows]:  # first perhaps as it was
                _, rows, _ = await events.next("conversations")


async def test_going_on_after_a_break_loses_nothing(house: House) -> None:
    """What happened while the page was away comes first, whichever way the page names its cursor."""
    ana = await house.sign_in("Ana")
    _, state = await ana.get("/desk/state")
    waiting = {await house.waiting(f"{number}") for number in range(20)}
    for after, headers in ((state["cursor"], {}), ("0", {"last-event-id": state["cursor"]})):
        async with stream(ana, after, **headers) as events:
            _, rows, _ = await events.next("conversations")
            assert {one["id"] for one in rows} == waiting


async def test_a_cursor_of_another_database_begins_anew(house: House) -> None:
    """After a restore the page is told to read everything again."""
    ana = await house.sign_in("Ana")
    async with stream(ana, str(10**17)) as events:
        assert (await events.next("reset"))[0] == "reset"


async def test_what_leaves_the_scope_leaves_the_page(house: House) -> None:
    """When a conversation goes to a queue that somebody does not see, their page drops it."""
    ana = await house.sign_in("Ana", "staff", "general")
    conversation = await house.waiting("one")
    async with stream(ana) as events:
        await events.next("viewers")
        await house.pool.execute("UPDATE conversations.conversation SET queue = 'billing'")
        rows = [{"id": conversation}]
        while not rows[0].get("gone"):  # it may come once more as it was
            _, rows, _ = await events.next("conversations")
            assert [one["id"] for one in rows] == [conversation]


@pytest.mark.parametrize("how", ["logout", "disabled", "demoted", "idle"])
async def test_a_session_that_is_over_ends_its_stream(house: House, how: str) -> None:
    """Within five seconds of logging out, of losing the rights, of having been idle."""
    ana, boss = await house.sign_in("Ana"), await house.sign_in("Boss", "admin")
    async with stream(ana) as events:
        await events.next("viewers")
        if how == "logout":
            await ana.http.post(f"{house.base}/logout", data={"csrf": ana.csrf}, allow_redirects=False)
        elif how == "idle":
            house.clock.forward(minutes=15, seconds=1)
        else:
            form = {"csrf": boss.csrf, "role": "auditor" if how == "demoted" else "staff"}
            form |= {"disabled": "yes"} if how == "disabled" else {}
            await boss.http.post(f"{house.base}/people/{ana.id}", data=form, allow_redirects=False)
        assert (await events.next("end", within=ENDED_SECONDS))[0] == "end"
        assert (await events.next("closed", within=ENDED_SECONDS))[0] == "closed"


async def test_a_page_that_opens_while_sessions_are_looked_at_stays_open(house: House) -> None:
    """The look at sessions takes its time on a busy server; who comes in meanwhile is not taken for signed out."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%SET streamed_at%'"
    async with stream(ana) as first, house.pool.acquire() as connection:
        await first.next("viewers")
        async with connection.transaction():
            await connection.execute("SELECT FROM desk.session WHERE staff_id = $1 FOR UPDATE", uuid.UUID(ana.id))
            while not await house.pool.fetchval(waits):
                await asyncio.sleep(0.05)
            second = await house.stack.enter_async_context(stream(ben))
            await second.next("viewers")
        while await house.pool.fetchval(waits):
            await asyncio.sleep(0.05)
        conversation = await house.waiting("one")
        name, rows = "", []
        while not any(one["id"] == conversation for one in rows):
            name, rows, _ = await second.next("conversations", "end")
            assert name == "conversations"


async def looked_twice(house: House, person: Browser) -> None:
    """Wait until the desk has looked at a person's open pages from beginning to end."""
    at = "SELECT max(streamed_at) FROM desk.session WHERE staff_id = $1"
    seen = {await house.pool.fetchval(at, uuid.UUID(person.id))}
    while len(seen) < 3:
        await asyncio.sleep(0.1)
        seen.add(await house.pool.fetchval(at, uuid.UUID(person.id)))


async def shortened(house: House, conversation: str, before: datetime) -> None:
    """Let time pass until the lease runs out earlier than *before*."""
    while (await house.row(conversation))["lease_expires_at"] >= before:
        house.clock.forward(seconds=1)
        await asyncio.sleep(0.05)


async def test_who_closes_the_last_page_loses_patients_sooner(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while another page is open, here or at another desk; the lease then ends early, and the patient is queued."""
    monkeypatch.setattr(feed, "POLL_SECONDS", 0.2)
    ana, ben, conversation = await house.sign_in("Ana"), await house.sign_in("Ben"), await house.waiting("one")
    elsewhere = await house.session(ana.id)
    async with running(house.settings, house.clock) as other, stream(ben) as watching:
        await watching.next("viewers")
        async with stream(dataclasses.replace(elsewhere, base=other)) as second:
            await second.next("viewers")
            async with stream(ana) as first:
                await first.next("viewers")
                await ana.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
            before = (await house.row(conversation))["lease_expires_at"]
            await ana.get("/desk/state")  # by then the desk knows that the page is closed
            await looked_twice(house, ana)  # the other desk, which has her other page, since then
            house.clock.forward(seconds=10)
            await looked_twice(house, ben)
            assert (await house.row(conversation))["lease_expires_at"] == before
        await shortened(house, conversation, before)
    left = (await house.row(conversation))["lease_expires_at"] - house.clock()
    assert timedelta() < left < timedelta(seconds=house.settings.gone_seconds)
    house.clock.forward(seconds=house.settings.gone_seconds)
    await house.timers().tick()
    assert (await house.row(conversation))["state"] == "waiting"


async def test_who_only_loads_the_page_anew_keeps_patients(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back within moments: nothing happened. Back later: the lease is as long as it was."""
    monkeypatch.setattr(feed, "POLL_SECONDS", 0.2)
    ana, ben, conversation = await house.sign_in("Ana"), await house.sign_in("Ben"), await house.waiting("one")
    await ana.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    before = (await house.row(conversation))["lease_expires_at"]
    async with stream(ben) as watching:
        await watching.next("viewers")
        for _ in range(2):
            async with stream(ana) as events:
                await events.next("viewers")
        async with stream(ana) as events:
            await events.next("viewers")
            house.clock.forward(seconds=10)
            await looked_twice(house, ben)
            assert (await house.row(conversation))["lease_expires_at"] == before
        await shortened(house, conversation, before)
        async with stream(ana) as events:
            await events.next("viewers")
            assert (await house.row(conversation))["lease_expires_at"] > before


async def test_staff_see_who_is_looking(house: House) -> None:
    """Opening shows on the other pages, and so does typing."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    async with stream(ana) as events:
        await events.next("viewers")
        await ben.get(f"/desk/conversations/{conversation}")
        await ben.post("/desk/presence", {"viewing": conversation, "typing": True})
        _, viewers, _ = await events.next("viewers")
        assert viewers == {conversation: [{"id": ben.id, "name": "Ben", "typing": True}]}
        await ben.post("/desk/presence", {"viewing": None})  # a hidden page of his; another one shows it still
        other = await house.waiting("two")
        await ben.post("/desk/presence", {"viewing": None, "left": other})
        await ben.post("/desk/presence", {"viewing": conversation, "typing": False})
        assert (await events.next("viewers"))[1][conversation][0]["typing"] is False
        await ben.post("/desk/presence", {"viewing": None, "left": conversation})
        assert (await events.next("viewers"))[1] == {}


async def test_the_patient_s_typing_is_told_to_who_looks(house: House) -> None:
    """Whoever has the conversation open hears of it; whoever has not, does not."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    await ana.get(f"/desk/conversations/{conversation}")
    async with stream(ana) as hers, stream(ben) as his:
        await ana.post("/desk/presence", {"viewing": conversation})
        for events in (hers, his):
            while (await events.next("viewers"))[1] == {}:
                pass
        await house.pool.execute("SELECT pg_notify('frontdoor', $1)", f"writing {conversation}")
        assert (await hers.next("writing"))[1] == {"id": conversation}
        await house.waiting("two")
        assert (await his.next("writing", "conversations"))[0] == "conversations"


async def test_44_the_page_after_news_equals_a_fresh_one(house: House, tmp_path: Path) -> None:
    """After every action, the page's old state with the stream's news is what a new page would see."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben", "supervisor")
    await house.pool.execute("UPDATE desk.session SET streamed_at = now()")
    conversation = await house.waiting("one")
    await ana.get(f"/desk/conversations/{conversation}")
    steps: list[Any] = [
        lambda: ana.act(conversation, "priority", priority=1, reason="soon"),
        lambda: ana.act(conversation, "claim", epoch=2),
        lambda: house.writes_in(conversation, "two"),
        lambda: ana.act(conversation, "reply", text="x", epoch=3, client_message_id="r"),
        lambda: ana.act(conversation, "note", text="x", client_message_id="n"),
        lambda: ana.act(conversation, "seen", seq=3),
        lambda: ana.act(conversation, "transfer", to=ben.id, note="yours"),
        lambda: ana.post("/desk/presence", {"viewing": conversation, "typing": True}),
        lambda: ben.act(conversation, "release"),
        lambda: ben.act(conversation, "takeover"),
        lambda: ben.act(conversation, "return", slots=[], summary="done", seen=1),
        lambda: house.emergency("three"),
        lambda: Standings(house.pool).failed("telegram", "1", "token", "401", pause=True),
        lambda: Standings(house.pool).resume("telegram", "1"),
    ]
    mark = await house.waiting("a mark")
    _, first = await ana.get("/desk/state")
    before, record = first, []
    async with stream(ana, first["cursor"]) as events:
        for act in steps:
            await act()
            news = await told(house, events, mark)
            _, fresh = await ana.get("/desk/state")
            record.append({"before": before, "news": news, "fresh": fresh})
            before = fresh
    (tmp_path / "record.json").write_text(json.dumps(record))
    script = ROOT / "tests" / "desk" / "verify_model.mjs"
    ran = await asyncio.to_thread(
        subprocess.run, ["node", script, tmp_path / "record.json"], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr


async def told(house: House, events: AsyncStream, mark: str) -> list[Any]:
    """Return all news of what has happened: a change of *mark* comes after it, a second one after its whole round."""
    news: list[Any] = []
    for priority in (1, 2):
        await house.pool.execute(
            "UPDATE conversations.conversation SET priority = $2 WHERE id = $1", uuid.UUID(mark), priority
        )
        there = False
        while not there:
            name, data, _ = await events.next(*NAMES)
            news.append([name, data])
            there = name == "conversations" and any((one["id"], one["priority"]) == (mark, priority) for one in data)
    return news
