"""What staff read, what the audit log says about it, and the stream that keeps the page fresh."""

import asyncio
import contextlib
import json
import subprocess
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from frontdoor.privacy import audit
from frontdoor.settings import ROOT
from tests.desk.house import Browser, House

PATIENCE_SECONDS = 5.0


class Stream:
    """An open stream of events."""

    def __init__(self, response: Any) -> None:
        self.response = response

    async def next(self, *names: str, within: float = PATIENCE_SECONDS) -> tuple[str, Any, str]:
        """Return (name, data, id) of the next event with one of these names; ("closed", None, "") at the end."""

        async def read() -> tuple[str, Any, str]:
            event: dict[str, str] = {}
            async for line in self.response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif event.get("event") in names:
                    return event["event"], json.loads(event["data"]), event.get("id", "")
                else:
                    event = {}
            return "closed", None, ""

        return await asyncio.wait_for(read(), within)


@contextlib.asynccontextmanager
async def stream(person: Browser, after: str = "0", **headers: str) -> AsyncIterator[Stream]:
    """Open the stream as the page does."""
    async with person.http.get(f"{person.base}/desk/events?after={after}", headers=headers) as response:
        assert response.status == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)


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


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None), ("POST", "/claim", {"epoch": 2}), ("POST", "/takeover", {}),
        ("POST", "/note", {"text": "x", "client_message_id": "x"}), ("POST", "/reveal", {"name": "contact"}),
        ("POST", "/priority", {"priority": 1, "reason": "x"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_recorded_does_not_happen(house: House, method: str, path: str, body: Any) -> None:
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


async def test_the_stream_tells_what_changes(house: House) -> None:
    """A new conversation, a claim, a message: each comes within moments, with an id to go on from."""
    ana = await house.sign_in("Ana")
    _, state = await ana.get("/desk/state")
    async with stream(ana, state["cursor"]) as events:
        await events.next("viewers")
        conversation = await house.waiting("one")
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
            while conversation not in [one["id"] for one in rows]:
                _, rows, _ = await events.next("conversations")
            assert next(one for one in rows if one["id"] == conversation)["priority"] == 1


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
        _, rows, _ = await events.next("conversations")
    assert [(one["id"], one.get("gone")) for one in rows] == [(conversation, True)]


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
        assert (await events.next("end"))[0] == "end"
        assert (await events.next("anything"))[0] == "closed"


async def test_staff_see_who_is_looking(house: House) -> None:
    """Opening shows on the other pages, and so does typing."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    async with stream(ana) as events:
        await events.next("viewers")
        await ben.post("/desk/presence", {"viewing": conversation, "typing": True})
        _, viewers, _ = await events.next("viewers")
        assert viewers == {conversation: [{"id": ben.id, "name": "Ben", "typing": True}]}
        await ben.post("/desk/presence", {"viewing": None})
        assert (await events.next("viewers"))[1] == {}


async def test_the_page_after_news_equals_a_fresh_one(house: House, tmp_path: Path) -> None:
    """After every action, the page's old state with the stream's news is what a new page would see."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben", "supervisor")
    await house.pool.execute("UPDATE desk.session SET streamed_at = now()")
    conversation = await house.waiting("one")
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
    ]
    _, first = await ana.get("/desk/state")
    before, record = first, []
    async with stream(ana, first["cursor"]) as events:
        for act in steps:
            await act()
            news = await told(events)
            _, fresh = await ana.get("/desk/state")
            record.append({"before": before, "news": news, "fresh": fresh})
            before = fresh
    (tmp_path / "record.json").write_text(json.dumps(record))
    script = ROOT / "tests" / "desk" / "verify_model.mjs"
    ran = await asyncio.to_thread(
        subprocess.run, ["node", script, tmp_path / "record.json"], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr


async def told(events: Stream) -> list[Any]:
    """Return all news until nothing more comes."""
    news: list[Any] = []
    with contextlib.suppress(asyncio.TimeoutError):
        while True:
            name, data, _ = await events.next("conversations", "viewers", within=0.5 if news else PATIENCE_SECONDS)
            news.append([name, data])
    assert news
    return news


async def test_patient_text_stays_text(house: House) -> None:
    """The page gets what a patient wrote as it is, as JSON that no browser takes for a page."""
    ana = await house.sign_in("Ana")
    evil = '<img src=x onerror="alert(1)">'
    conversation = await house.waiting(evil, name=evil)
    async with ana.http.get(f"{house.base}/desk/conversations/{conversation}") as response:
        assert response.content_type == "application/json"
        assert (await response.json())["messages"][0]["text"] == evil


async def test_search_finds_and_is_recorded(house: House) -> None:
    """All the words, in any conversation that the person may see; the words are not in the log."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("the rash is on my left arm")
    await house.waiting("the rash is on my nose")
    _, answer = await ana.post("/desk/search", {"words": "RASH left"})
    assert [one["id"] for one in answer["found"]] == [conversation]
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.search'")
    assert row["after"] == {"found": 1}
    assert (await ana.post("/desk/search", {"words": "x"}))[0] == 400
