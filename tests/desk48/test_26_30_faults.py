"""§4.10, 26 to 30: processes die, notices get lost, the audit log is full, clocks jump."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from frontdoor.gateway import store_worker
from frontdoor.settings import load
from frontdoor.supervision import processes
from tests.assistant.servers import Server, on_free_ports
from tests.channels.platform import Platform, Says, standing
from tests.channels.telegram.case import TelegramCase
from tests.desk.house import House
from tests.desk.stream import stream
from tests.desk.test_acting import claimed
from tests.faults.rows import Rows
from tests.gateway.serving import until
from tests.product import lend

CASE = TelegramCase()
ACCOUNT = CASE.channel().account


class Worker(Server):
    """The worker beside the gateway: what goes out is its work. It has no port; it is ready when it holds its lock."""

    def is_ready(self) -> bool:
        return asyncio.run(store_worker.answers(self.process.environment["DATABASE_URL"]))


@contextlib.contextmanager
def killable(database_url: str, place: Path) -> "Iterator[tuple[Worker, Platform, Rows]]":
    """Give a worker that is a process of its own, the platform it sends to, and what is stored."""
    with standing(Platform(CASE.usual, scripted=lambda heard: bool(CASE.shown(heard)))) as platform:
        own = {"DATABASE_URL": database_url, "FRONTDOOR_DATA_DIR": str(place)} | CASE.values(platform.url)
        settings = on_free_ports(load(own, dotenv=None))
        settings = replace(settings, values={**load(dotenv=None).values, **settings.values})
        part = next(one for one in processes.parts(settings, database_url) if one.name == "worker")
        lend(place)
        worker = Worker(part, "", place / "worker.log")
        rows = Rows(database_url)
        try:
            yield worker, platform, rows
        finally:
            worker.stop()


def shown(platform: Platform) -> list[str]:
    """Return what the platform was asked to show."""
    return [text for heard in list(platform.heard) for _, text in CASE.shown(heard)]


def test_26_killed_between_commit_and_send_it_is_sent_once_after_the_restart(database_url: str, tmp_path: Path) -> None:
    """What was committed and not yet sent goes out when the next worker starts, exactly once."""
    with killable(database_url, tmp_path) as (worker, platform, rows):
        worker.start()
        rows.pause("telegram", ACCOUNT)
        seq = rows.said_by_staff(CASE.person(1), ACCOUNT, "committed")
        worker.kill()
        rows.resume()
        worker.start()
        until(lambda: rows.status(seq) == "sent")
        rows.said_by_staff(CASE.person(1), ACCOUNT, "after it")
        until(lambda: "after it" in shown(platform))
        assert shown(platform) == ["committed", "after it"]


def test_27_killed_between_send_and_status_it_is_unknown_and_not_sent_again(database_url: str, tmp_path: Path) -> None:
    """The platform may have it: the row says so, nothing is repeated, and what follows goes out."""
    with killable(database_url, tmp_path) as (worker, platform, rows):
        worker.start()
        platform.script.append(Says(200, {"ok": True, "result": {"message_id": 1}}, seconds=30))
        seq = rows.said_by_staff(CASE.person(1), ACCOUNT, "in the air")
        until(lambda: shown(platform))
        worker.kill()
        worker.start()
        until(lambda: rows.status(seq) == "unknown")
        rows.said_by_staff(CASE.person(1), ACCOUNT, "after it")
        until(lambda: "after it" in shown(platform))
        assert shown(platform) == ["in the air", "after it"]


async def test_28_a_lost_notice_is_caught_up_by_the_poll(house: House) -> None:
    """With no notice at all the page learns of a change within the poll's two seconds, and a little."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.pool.execute(
        "CREATE OR REPLACE FUNCTION conversations.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "NEW.updated_at := now(); NEW.changed_xid := pg_current_xact_id(); RETURN NEW; END $$"
    )
    _, state = await ana.get("/desk/state")
    async with stream(ana, state["cursor"]) as events:
        await events.next("viewers")
        began = time.monotonic()
        await house.writes_in(conversation, "unheard")
        rows: list[dict[str, Any]] = []
        while not any(one["last_seq"] == 2 for one in rows):
            _, rows, _ = await events.next("conversations")
        assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None), ("POST", "/claim", {"epoch": 2}), ("POST", "/takeover", {}),
        ("POST", "/note", {"text": "x", "client_message_id": "x"}), ("POST", "/reveal", {"name": "contact"}),
        ("POST", "/priority", {"priority": 1, "reason": "x"}),
    ],
)  # fmt: skip
async def test_29_what_cannot_be_audited_does_not_happen(house: House, method: str, path: str, body: Any) -> None:
    """When the audit log refuses the row, the action fails and leaves no trace."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.knows(conversation, contact="+1 555 010 0100")
    await house.pool.execute(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;"
        "CREATE TRIGGER no BEFORE INSERT ON privacy.audit FOR EACH ROW EXECUTE FUNCTION no()"
    )
    before = await house.row(conversation)
    address = f"/desk/conversations/{conversation}{path}"
    status, answer = await (ana.get(address) if method == "GET" else ana.post(address, body))
    assert (status, answer) == (500, {"error": "internal"})
    assert await house.row(conversation) == before
    assert await house.pool.fetchval("SELECT count(*) FROM conversations.message") == 1


@pytest.mark.parametrize("hours", [1, -1, 24 * 365])
async def test_30_a_clock_jump_does_not_expire_leases(house: House, hours: int) -> None:
    """Set forward or back, nobody loses what is theirs; who really vanishes loses it one lease later, not sooner."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    timers = house.timers()
    await timers.tick()
    house.clock.jump(hours=hours)
    await timers.tick()
    await timers.tick()
    assert (await house.row(conversation))["state"] == "staff"
    house.clock.forward(minutes=4, seconds=50)
    await timers.tick()
    assert (await house.row(conversation))["state"] == "staff"
    house.clock.forward(seconds=20)
    await timers.tick()
    assert (await house.row(conversation))["state"] == "waiting"


async def test_30_who_is_there_after_the_jump_keeps_it(house: House) -> None:
    """The page's sign of life renews the lease under the new clock."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    timers = house.timers()
    await timers.tick()
    house.clock.jump(minutes=10)
    await timers.tick()
    await house.pool.execute("UPDATE desk.session SET active_at = $1", house.clock())
    assert (await ana.post("/desk/presence", {"viewing": conversation}))[0] == 200
    house.clock.forward(minutes=4, seconds=50)
    await timers.tick()
    assert (await house.row(conversation))["state"] == "staff"
    lease = (await house.row(conversation))["lease_expires_at"]
    assert timedelta() < lease - house.clock() < timedelta(minutes=5)
