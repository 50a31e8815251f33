"""Staff book, move and cancel for the patient, on the real scheduling service."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest_asyncio

from frontdoor.settings import Settings
from tests.desk.clinic import open_clinic
from tests.desk.house import Browser, House

WHO = {"name": "Rosa Quill", "birth_date": "1990-05-03", "state": "NY", "contact": "rosa@example.org"}


@pytest_asyncio.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """A desk with a scheduling service behind it, and the demo clinic's openings in that."""
    async with open_clinic(settings) as house:
        yield house


async def owned(house: House, by: Browser, **more: Any) -> str:
    """Return a conversation that *by* has opened and claimed."""
    conversation = await house.waiting("Can you book something for me?", **more)
    await by.get(f"/desk/conversations/{conversation}")
    epoch = (await house.row(conversation))["epoch"]
    assert (await by.act(conversation, "claim", epoch=epoch))[0] == 200
    return conversation


async def free(by: Browser, conversation: str) -> list[dict[str, Any]]:
    """Return openings that the desk offers."""
    status, answer = await by.act(conversation, "openings", service="primary_care", state="NY", days=30)
    assert status == 200
    return list(answer["openings"])


async def test_staff_book_and_the_patient_is_told(house: House) -> None:
    """A booking from the desk sends the patient what the server read back, with link and calendar file."""
    ana = await house.sign_in("Ana")
    conversation = await owned(house, ana)
    first = (await free(ana, conversation))[0]
    assert (await ana.act(conversation, "hold", opening=first["id"]))[0] == 200
    status, visit = await ana.act(conversation, "book", opening=first["id"], **WHO)
    assert (status, visit["status"], visit["start"]) == (200, "booked", first["start"])
    said = await house.said(conversation, "system")
    assert [text for text in said if "Your visit is booked" in text and visit["clinician"] in text and "http" in text]
    file = await house.pool.fetchval(
        "SELECT attachment ->> 'filename' FROM conversations.message WHERE attachment IS NOT NULL"
    )
    assert file == "visit.ics"
    assert await house.audited("visit.book", f"conversation:{conversation}") == 1
    status, answer = await ana.act(conversation, "visits")
    assert (answer["known"], [one["id"] for one in answer["visits"]]) == (True, [visit["id"]])


async def test_booking_twice_is_one_visit_told_once(house: House) -> None:
    """A repeated click books nothing more and says nothing more."""
    ana = await house.sign_in("Ana")
    conversation = await owned(house, ana)
    first = (await free(ana, conversation))[0]
    one = await ana.act(conversation, "book", opening=first["id"], **WHO)
    said = await house.said(conversation, "system")
    assert await ana.act(conversation, "book", opening=first["id"], **WHO) == one
    assert await house.said(conversation, "system") == said


async def test_staff_move_and_cancel(house: House) -> None:
    """A moved visit is one visit at the new time; cancelled, it is gone; the patient reads both."""
    ana = await house.sign_in("Ana")
    conversation = await owned(house, ana)
    first, second = (await free(ana, conversation))[:2]
    _, visit = await ana.act(conversation, "book", opening=first["id"], **WHO)
    assert (await ana.act(conversation, "hold", opening=second["id"]))[0] == 200
    status, moved = await ana.act(conversation, "move", visit=visit["id"], opening=second["id"])
    assert (status, moved["start"]) == (200, second["start"])
    _, answer = await ana.act(conversation, "visits")
    assert [one["id"] for one in answer["visits"]] == [moved["id"]]
    status, gone = await ana.act(conversation, "cancel_visit", visit=moved["id"])
    assert (status, gone["status"]) == (200, "cancelled")
    said = " ".join(await house.said(conversation, "system"))
    assert "Your visit is moved" in said
    assert "Your visit is cancelled" in said


async def test_only_who_answers_may_book(house: House) -> None:
    """Without the conversation nobody books, and an opening somebody else booked is refused."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await owned(house, ana)
    first = (await free(ana, conversation))[0]
    assert await ben.act(conversation, "book", opening=first["id"], **WHO) == (
        409, {"error": "not_owner", "holder": "Ana"},
    )  # fmt: skip
    assert (await ana.act(conversation, "book", opening=first["id"], **WHO))[0] == 200
    other = await owned(house, ben)
    status, answer = await ben.act(other, "book", opening=first["id"], **WHO | {"birth_date": "1980-01-01"})
    assert (status, answer["error"]) == (409, "visit_taken")


async def test_a_visit_of_somebody_else_does_not_exist(house: House) -> None:
    """A guessed visit id of another patient is not found."""
    ana = await house.sign_in("Ana")
    conversation, other = await owned(house, ana), await owned(house, ana, name="Max Ruiz")
    first = (await free(ana, conversation))[0]
    _, visit = await ana.act(conversation, "book", opening=first["id"], **WHO)
    assert (await ana.act(other, "cancel_visit", visit=visit["id"]))[0] == 404


async def test_on_a_platform_details_wait_in_the_secure_chat(house: House) -> None:
    """Where nothing personal may be said the patient gets a one-time link, and neither time nor clinician."""
    ana = await house.sign_in("Ana")
    conversation = await owned(house, ana)
    await house.pool.execute("UPDATE conversations.conversation SET channel = 'telegram', phi = 'link'")
    first = (await free(ana, conversation))[0]
    _, visit = await ana.act(conversation, "book", opening=first["id"], **WHO)
    told = (await house.said(conversation, "system"))[-2:]
    assert "secure chat" in told[0]
    assert f"{house.settings.public_url}/c/" in told[1]
    assert visit["clinician"] not in " ".join(told)


async def test_what_is_missing_is_named(house: House) -> None:
    """Without a name, a day of birth or a state of ours nothing is booked."""
    ana = await house.sign_in("Ana")
    conversation = await owned(house, ana)
    first = (await free(ana, conversation))[0]
    for field in ("name", "birth_date", "state"):
        status, answer = await ana.act(conversation, "book", opening=first["id"], **{**WHO, field: ""})
        assert (status, answer["field"]) == (400, field)
    late = (datetime.now(timezone.utc) - timedelta(days=9)).date().isoformat()
    status, answer = await ana.act(conversation, "openings", service="x", state="NY", days=3, **{"from": late})
    assert (status, answer["field"]) == (400, "service")
