"""What staff read, and what the audit log says about it."""

import json

import pytest

from frontdoor.conversations.model import Attachment
from frontdoor.privacy import audit
from tests.desk.house import House
from tests.desk.stream import stream


async def test_opening_is_recorded_once_and_polling_is_not(house: House) -> None:
    """One audit row for each opening, none for each look at what is new."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one", "two")
    target = f"conversation:{conversation}"
    status, answer = await ana.get(f"/desk/conversations/{conversation}")
    assert (status, [one["text"] for one in answer["messages"]]) == (200, ["one", "two"])
    for _ in range(3):
        assert (await ana.get(f"/desk/conversations/{conversation}/messages?after=0"))[0] == 200
    assert await house.audited("conversation.read", target) == 1
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.read'")
    assert (row["actor"], row["actor_name"], row["target"], row["address"]) == (ana.id, "Ana", target, "127.0.0.1")
    assert row["session_id"]


async def test_nothing_is_read_that_was_not_opened(house: House) -> None:
    """Messages cannot be had past the audit log."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    await ben.get(f"/desk/conversations/{conversation}")
    assert (await ana.get(f"/desk/conversations/{conversation}/messages"))[1]["error"] == "not_opened"


async def test_lists_hold_nothing_that_was_said(house: House) -> None:
    """Neither the snapshot nor the stream shows patient text."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("sentinel sentence")
    await house.knows(conversation, reason="sentinel answer")
    _, state = await ana.get("/desk/state")
    assert "sentinel" not in json.dumps(state)
    async with stream(ana) as events:
        assert "sentinel" not in json.dumps(await events.next("conversations"))


async def test_a_masked_answer_is_shown_on_request_and_recorded(house: House) -> None:
    """Date of birth and contact come masked; showing one is an audit row that does not hold it."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.knows(conversation, birth_date="1988-04-02", contact="+1 555 010 0123", state="NY")
    _, opened = await ana.get(f"/desk/conversations/{conversation}")
    assert {one["name"]: one["value"] for one in opened["answers"]} == {
        "birth_date": None, "contact": None, "state": "NY"
    }  # fmt: skip
    assert await ana.act(conversation, "reveal", name="birth_date") == (
        200, {"name": "birth_date", "value": "1988-04-02"}
    )  # fmt: skip
    assert (await ana.act(conversation, "reveal", name="state"))[0] == 404
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.reveal'")
    assert row["after"] == {"answer": "birth_date"}
    assert "1988-04-02" not in str(dict(row))


async def test_the_chain_shows_a_change(house: House) -> None:
    """A row that was altered behind the triggers, or taken out, is found."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    for _ in range(3):
        await ana.get(f"/desk/conversations/{conversation}")
    async with house.pool.acquire() as connection:
        assert await audit.first_broken(connection) is None
        last = await audit.count(connection)
        await connection.execute("ALTER TABLE privacy.audit DISABLE TRIGGER append_only")
        await connection.execute("UPDATE privacy.audit SET actor_name = 'Somebody' WHERE id = $1", last - 1)
        assert await audit.first_broken(connection) == last - 1
        await connection.execute("DELETE FROM privacy.audit WHERE id = 1")
        assert await audit.first_broken(connection) == 1


async def test_the_audit_log_cannot_be_changed(house: House) -> None:
    """PostgreSQL refuses to alter, delete or empty it."""
    await house.sign_in("Ana")
    for statement in (
        "UPDATE privacy.audit SET actor = 'x'", "DELETE FROM privacy.audit", "TRUNCATE privacy.audit"
    ):  # fmt: skip
        with pytest.raises(Exception, match="append-only"):
            await house.pool.execute(statement)


async def test_an_auditor_sees_who_read_what(house: House) -> None:
    """The page shows the rows, filtered, and checks the chain; looking at it is recorded too."""
    ana, eve = await house.sign_in("Ana"), await house.sign_in("Eve", "auditor")
    conversation = await house.waiting("sentinel sentence")
    await ana.get(f"/desk/conversations/{conversation}")
    async with eve.http.get(f"{house.base}/audit?target=conversation:{conversation}&verify=1") as response:
        page = await response.text()
    assert "conversation.read" in page
    assert "The chain is whole" in page
    assert "staff.join" not in page
    assert "sentinel" not in page
    assert await house.audited("audit.read") == 1


async def test_patient_text_stays_text(house: House) -> None:
    """The page gets what a patient wrote as it is, as JSON that no browser takes for a page."""
    ana = await house.sign_in("Ana")
    evil = '<img src=x onerror="alert(1)">'
    conversation = await house.waiting(evil, name=evil)
    async with ana.http.get(f"{house.base}/desk/conversations/{conversation}") as response:
        assert response.content_type == "application/json"
        assert (await response.json())["messages"][0]["text"] == evil


async def test_a_patient_s_file_is_a_name(house: House) -> None:
    """The desk fetches no file: what it is called is shown, and no address of a platform reaches the browser."""
    ana, evil = await house.sign_in("Ana"), '<img src=x onerror="alert(1)">.pdf'
    file = Attachment("https://platform.example/secret-file", evil, "application/pdf")
    conversation = await house.waiting("see this", attachment=file)
    async with ana.http.get(f"{house.base}/desk/conversations/{conversation}") as response:
        body = await response.text()
    assert json.loads(body)["messages"][0]["attachment"]["filename"] == evil
    assert "platform.example" not in body
