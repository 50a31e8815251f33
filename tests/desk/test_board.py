"""The supervisor's board."""

import csv
import io

from frontdoor.conversations.scope import Scope
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
    assert (found.waiting, found.with_staff, sum(found.bars)) == (1, 0, 3)
    assert found.longest_wait is not None
    ana_line, billing = lines["person", "Ana"], lines["queue", "billing"]
    assert (ana_line.claims, ana_line.closed, billing.claims, billing.closed) == (2, 2, 1, 1)
    for value in (ana_line.wait_median, ana_line.first_reply_median, ana_line.resolution_median):
        assert value is not None
        assert 0 <= value < 60
    async with lead.http.get(f"{house.base}/board?hours=168") as response:
        assert response.status == 200
        assert "Ana" in await response.text()


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
