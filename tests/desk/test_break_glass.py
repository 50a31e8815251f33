"""Emergency access: outside one's queues, for a while, with a reason, told at once and reviewed afterwards."""

import uuid

import pytest

from tests.desk.house import Browser, House
from tests.desk.stream import stream
from tests.desk.test_guard import later, page

REASON = "She wrote to me that her chest hurts, and billing is closed."


async def opened(person: Browser, conversation: str) -> int:
    return (await person.get(f"/desk/conversations/{conversation}"))[0]


@pytest.mark.parametrize("by", ["id", "name", "address"])
async def test_it_opens_one_conversation_everywhere(house: House, by: str) -> None:
    """Reading, lists, search and answering: what was a 404 is there, and nothing else of that queue."""
    ana = await house.sign_in("Ana", "staff", "general")
    conversation = await house.waiting("purple", queue="billing", name="Rosa Quill")
    other = await house.waiting("purple", queue="billing", name="Ines Marsh")
    assert await opened(ana, conversation) == 404
    row = await house.row(conversation)
    wanted = {"id": conversation, "name": "rosa quill", "address": row["address"]}[by]
    status, shown = await page(ana, "/break-glass", wanted=wanted, reason=REASON)
    assert (status, f"/desk#{conversation}" in shown, other in shown) == (200, True, False)
    assert (await opened(ana, conversation), await opened(ana, other)) == (200, 404)
    assert [one["id"] for one in (await ana.get("/desk/state"))[1]["conversations"]] == [conversation]
    assert [one["id"] for one in (await ana.post("/desk/search", {"words": "purple"}))[1]["found"]] == [conversation]
    assert (await ana.act(conversation, "claim", epoch=row["epoch"]))[0] == 200
    assert await house.audited("break_glass.use", f"conversation:{conversation}") == 1


async def test_it_ends_by_itself(house: House) -> None:
    """After its time the conversation is gone from every place, and an open stream begins anew without it."""
    ana = await house.sign_in("Ana", "staff", "general")
    conversation = await house.waiting("purple", queue="billing")
    await page(ana, "/break-glass", wanted=conversation, reason=REASON)
    assert await opened(ana, conversation) == 200
    async with stream(ana) as events:
        await events.next("conversations")
        house.clock.forward(minutes=14)
        await ana.post("/desk/active")
        for _ in range(4):
            house.clock.forward(minutes=12)
            await ana.post("/desk/active")
        assert (await events.next("reset"))[0] == "reset"
    await house.pool.execute("UPDATE desk.break_glass SET expires_at = now()")
    assert await opened(ana, conversation) == 404
    assert (await ana.get(f"/desk/conversations/{conversation}/messages"))[0] == 404
    assert (await ana.get("/desk/state"))[1]["conversations"] == []
    assert (await ana.post("/desk/search", {"words": "purple"}))[1]["found"] == []
    assert (await ana.act(conversation, "note", text="x", client_message_id="x"))[0] == 404


@pytest.mark.parametrize("form", [{"reason": REASON}, {"wanted": "Rosa Quill", "reason": "because"}, {"wanted": "R"}])
async def test_without_a_reason_nothing_opens(house: House, form: dict[str, str]) -> None:
    """Who it is about and why have to be said."""
    ana = await house.sign_in("Ana", "staff", "general")
    conversation = await house.waiting("purple", queue="billing")
    assert (await page(ana, "/break-glass", **form))[0] == 400
    assert await opened(ana, conversation) == 404


async def test_a_guess_opens_nothing_and_is_recorded(house: House) -> None:
    """Part of a name, or a name of many, finds nobody; that somebody tried is in the log."""
    ana = await house.sign_in("Ana", "staff", "general")
    for _ in range(6):
        await house.waiting("x", queue="billing", name="Rosa Quill")
    for wanted in ("Rosa", "%", "Rosa Quill"):
        assert (await page(ana, "/break-glass", wanted=wanted, reason=REASON))[0] == 400
    assert await house.audited("break_glass.nothing") == 3
    assert await house.audited("break_glass.use") == 0


async def test_it_wants_a_fresh_proof(house: House) -> None:
    """A screen that was left open does not open the other queues."""
    ana = await house.sign_in("Ana", "staff", "general")
    await later(house, ana, minutes=31)
    conversation = await house.waiting("purple", queue="billing")
    assert await page(ana, "/break-glass", wanted=conversation, reason=REASON) == (302, "/prove?back=%2Fbreak-glass")


async def test_supervisors_hear_of_it_at_once_and_review_it(house: House) -> None:
    """Their page is told within seconds, and shows it until somebody reviewed it; nobody reviews their own."""
    ana, lead = await house.sign_in("Ana", "staff", "general"), await house.sign_in("Lea", "supervisor", "general")
    conversation = await house.waiting("purple", queue="billing")
    async with stream(lead) as theirs, stream(ana) as own:
        assert (await theirs.next("glass"))[1] == []
        assert (await own.next("glass"))[1] == []
        await page(ana, "/break-glass", wanted=conversation, reason=REASON)
        assert (await theirs.next("glass"))[1] == ["Ana"]
        assert (await own.next("glass"))[1] == []
        assert (await lead.get("/desk/state"))[1]["glass"] == ["Ana"]
        use = await house.pool.fetchval("SELECT id FROM desk.break_glass")
        async with lead.http.get(f"{house.base}/break-glass/review") as response:
            assert REASON in await response.text()
        assert (await page(ana, f"/break-glass/review/{use}", finding="fine"))[0] == 403
        assert (await page(lead, f"/break-glass/review/{use}", finding="It was right."))[0] == 302
        assert (await theirs.next("glass"))[1] == []
    assert (await page(lead, f"/break-glass/review/{use}", finding="again"))[0] == 404
    await page(lead, "/break-glass", wanted=conversation, reason=REASON)
    own_use = await house.pool.fetchval("SELECT id FROM desk.break_glass WHERE staff_id = $1", uuid.UUID(lead.id))
    assert (await page(lead, f"/break-glass/review/{own_use}", finding="mine"))[0] == 403
    assert await house.audited("break_glass.review") == 1


async def test_auditors_review_and_open_nothing(house: House) -> None:
    """An auditor sees the uses and has none."""
    olga = await house.sign_in("Olga", "auditor")
    async with olga.http.get(f"{house.base}/break-glass/review") as response:
        assert response.status == 200
    assert (await page(olga, "/break-glass", wanted="x", reason=REASON))[0] == 403
