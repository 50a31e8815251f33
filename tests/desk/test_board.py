"""The supervisor's board."""

import csv
import io
import uuid
from datetime import timedelta

import pytest

from frontdoor.conversations.scope import Scope
from frontdoor.desk import store_board
from frontdoor.desk.board import HOURS
from frontdoor.desk.plots import plots
from frontdoor.desk.store_board import Line, board
from tests.desk.house import Browser, House


async def worked(house: House, by: Browser, queue: str = "general") -> None:
    """Let *by* claim, answer and close a conversation."""
    conversation = await house.waiting(queue=queue)
    _, answer = await by.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    await by.act(conversation, "reply", text="Hello", epoch=answer["epoch"], client_message_id="a")
    seen = (await house.row(conversation))["last_seq"]
    assert (await by.act(conversation, "close", disposition="answered", seen=seen))[0] == 200


async def test_figures_of_queues_and_people(house: House) -> None:
    """Claims, waits, first replies and closings are counted once, for the queue and for the person."""
    lead, ana = await house.sign_in("Lena", "supervisor"), await house.sign_in("Ana")
    await worked(house, ana)
    await worked(house, ana, "billing")
    await house.waiting()
    found = await board(house.pool, Scope("nobody", None), house.clock(), 24)
    lines = {(one.kind, one.name): one for one in found.lines}
    assert (found.waiting, found.with_staff) == (1, 0)
    assert found.longest_wait is not None
    ana_line, billing = lines["person", "Ana"], lines["queue", "billing"]
    assert (ana_line.claims, ana_line.closed, billing.claims, billing.closed) == (2, 2, 1, 1)
    for value in (ana_line.wait_median, ana_line.first_reply_median, ana_line.resolution_median):
        assert value is not None
        assert 0 <= value < 60
    async with lead.http.get(f"{house.base}/board?hours=168") as response:
        assert response.status == 200
        assert "Ana" in await response.text()


@pytest.mark.parametrize("hours", HOURS)
async def test_the_plots_through_time(house: House, hours: int) -> None:
    """Each part of the time has what happened in it; who waits is counted at its end, also of one's queues only."""
    lead, ana, now = await house.sign_in("Lena", "supervisor"), await house.sign_in("Ana"), house.clock()
    part = timedelta(hours=hours) / store_board.PARTS[hours]
    await worked(house, ana)
    await house.waiting(queue="billing")
    await house.waiting()
    made = await house.pool.fetch("SELECT id FROM conversations.conversation ORDER BY created_at")
    closed, billing, last = [row["id"] for row in made]
    for conversation, event, ago, queue in (
        (closed, "HandoffAsked", 2.5, "general"), (closed, "Claimed", 1.5, "general"),
        (closed, "Resolved", 0.5, "general"), (billing, "HandoffAsked", 1.5, "billing"),
        (last, "HandoffAsked", 0.5, "general"),
    ):  # fmt: skip
        changed = await house.pool.execute(
            "UPDATE conversations.transition SET at = $3, queue = $4 WHERE conversation_id = $1 AND event = $2",
            conversation, event, now - ago * part, queue,
        )  # fmt: skip
        assert changed == "UPDATE 1", event
    await house.pool.execute(
        "UPDATE conversations.message SET created_at = $1 WHERE author = 'staff'", now - 1.25 * part
    )
    await house.pool.execute(
        "INSERT INTO desk.feedback (id, conversation_id, staff_id, queue, score, asked_at, answered_at) "
        "VALUES ($1, $1, $2, 'general', 4, $3, $3)",
        closed, uuid.UUID(ana.id), now - 0.4 * part,
    )  # fmt: skip
    parts = (await board(house.pool, Scope("nobody", None), now, hours)).parts
    assert [one.until for one in parts[-2:]] == [now - part, now]
    assert [(one.asked, one.waiting) for one in parts[-4:]] == [(0, 0), (1, 1), (1, 1), (1, 2)]
    assert [one.first_reply for one in parts[-2:]] == [pytest.approx(0.25 * part.total_seconds()), None]
    assert [one.resolution for one in parts[-2:]] == [None, pytest.approx(2 * part.total_seconds())]
    assert [(one.score, one.answers) for one in parts[-2:]] == [(None, 0), (4, 1)]
    mine = (await board(house.pool, Scope("nobody", ("general",)), now, hours)).parts
    assert [(one.asked, one.waiting) for one in mine[-3:]] == [(1, 1), (0, 0), (1, 1)]
    assert {plot.name: len(plot.bars) for plot in plots(parts)} == {
        "waiting": len(parts), "asked": len(parts), "first_reply": 1, "resolution": 1, "score": 1,
    }  # fmt: skip
    async with lead.http.get(f"{house.base}/board?hours={hours}") as response:
        text = await response.text()
    assert (text.count('<svg class="plot"'), text.count('<th scope="row">')) == (5, len(parts))


async def test_the_board_as_csv(house: House) -> None:
    """The CSV has the same lines, no name in it is a formula, and the export is in the audit log."""
    lead, evil = await house.sign_in("Lena", "supervisor"), await house.sign_in("=1+1")
    await worked(house, evil)
    async with lead.http.get(f"{house.base}/board.csv") as response:
        rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert {row["name"] for row in rows} == {"general", "'=1+1"}
    assert set(rows[0]) == set(Line.__dataclass_fields__)
    assert await house.audited("board.export") == 1


async def test_staff_see_no_board_and_supervisors_their_queues(house: House) -> None:
    """The board is for supervisors, and of a queue that is not theirs they see nothing."""
    ana, lead = await house.sign_in("Ana"), await house.sign_in("Lena", "supervisor", "general")
    await worked(house, await house.sign_in("Ben"), "billing")
    async with ana.http.get(f"{house.base}/board") as response:
        assert response.status == 403
    async with lead.http.get(f"{house.base}/board.csv") as response:
        assert "billing" not in await response.text()
