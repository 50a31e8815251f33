"""What staff do to conversations, over HTTP."""

from typing import Any

import pytest

from frontdoor.conversations.happenings import HandoffAsked, PatientCancelled
from tests.desk.house import Browser, House


async def claimed(house: House, by: Browser, *texts: str, **more: Any) -> tuple[str, int]:
    """Return a conversation that *by* has, and its epoch."""
    conversation = await house.waiting(*texts, **more)
    epoch = (await house.row(conversation))["epoch"]
    status, answer = await by.act(conversation, "claim", epoch=epoch)
    assert status == 200
    return conversation, answer["epoch"]


async def test_a_second_click_on_claim_changes_nothing(house: House) -> None:
    """Claiming twice tells the patient once."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await claimed(house, ana)
    status, answer = await ana.act(conversation, "claim", epoch=epoch)
    assert (status, answer["epoch"]) == (200, epoch)
    assert len(await house.said(conversation, "system")) == 1


async def test_a_claim_of_what_changed_meanwhile_is_refused(house: House) -> None:
    """A claim on a stale view is refused, so nobody takes what they did not see."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting()
    epoch = (await house.row(conversation))["epoch"]
    await house.happens(conversation, PatientCancelled(house.clock()))
    await house.happens(conversation, HandoffAsked(house.clock(), "asked"))
    assert await ana.act(conversation, "claim", epoch=epoch) == (409, {"error": "stale", "holder": ""})


async def test_a_repeated_reply_is_known_after_the_conversation_went_on(house: House) -> None:
    """A repetition that comes after the release still answers with the message it was."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await claimed(house, ana)
    body = {"text": "Hello", "epoch": epoch, "client_message_id": "one"}
    _, first = await ana.act(conversation, "reply", **body)
    await ana.act(conversation, "release")
    assert await ana.act(conversation, "reply", **body) == (200, first)


async def test_only_the_owner_replies(house: House) -> None:
    """Somebody else, and the owner with an old epoch, are refused; the patient gets nothing."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation, epoch = await claimed(house, ana)
    body = {"text": "Hello", "client_message_id": "one"}
    assert await ben.act(conversation, "reply", epoch=epoch, **body) == (409, {"error": "not_owner", "holder": "Ana"})
    assert await ana.act(conversation, "reply", epoch=epoch - 1, **body) == (409, {"error": "stale", "holder": "Ana"})
    assert await house.said(conversation, "staff") == []


async def test_a_reply_after_the_window_is_refused(house: House) -> None:
    """When the platform takes no more free text, the reply is refused and nothing is stored."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await claimed(house, ana, window_hours=24)
    await ana.act(conversation, "reply", text="in time", epoch=epoch, client_message_id="one")
    late = "UPDATE conversations.conversation SET channel = 'whatsapp', window_expires_at = now() - interval '1 second'"
    await house.pool.execute(late)
    status, answer = await ana.act(conversation, "reply", text="late", epoch=epoch, client_message_id="two")
    assert (status, answer["error"]) == (409, "window_closed")
    assert await house.said(conversation, "staff") == ["in time"]


async def test_a_note_is_for_staff_only(house: House) -> None:
    """Anybody who sees the conversation may write a note; it is never on its way to the patient."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation, _ = await claimed(house, ana)
    assert (await ben.act(conversation, "note", text="Known to us", client_message_id="n"))[0] == 200
    row = await house.pool.fetchrow("SELECT status, author_name FROM conversations.message WHERE author = 'note'")
    assert tuple(row) == ("kept", "Ben")


async def test_a_return_covers_only_what_was_seen(house: House) -> None:
    """What the patient wrote after the last message on the screen is the bot's to answer."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana, "first")
    await house.knows(conversation, service_type="dermatology", contact="+1 555 010 0100")
    seen = (await house.row(conversation))["last_seq"]
    await house.writes_in(conversation, "one more thing")
    status, answer = await ana.act(
        conversation, "return", slots=["service_type", "unheard_of"], summary="Rash is fine", seen=seen
    )
    row = await house.row(conversation)
    assert (status, answer["state"], row["state"]) == (200, "returning", "returning")
    assert row["bot_cursor"] < row["last_patient_seq"]
    assert row["carry"] == {"service_type": "dermatology", "language": "en", "introduced": True}
    assert row["summary"] == "Rash is fine"
    assert any("Ana" in text and "assistant" in text for text in await house.said(conversation, "system"))


async def test_a_transfer_to_a_colleague_at_the_desk(house: House) -> None:
    """It needs a note and somebody who is there; the patient is told who answers now."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation, _ = await claimed(house, ana)
    assert (await ana.act(conversation, "transfer", to=ben.id, note="please"))[1]["error"] == "offline"
    await house.pool.execute("UPDATE desk.session SET streamed_at = now()")
    assert (await ana.act(conversation, "transfer", to=ben.id, note=" "))[1]["error"] == "no_reason"
    status, answer = await ana.act(conversation, "transfer", to=ben.id, note="Knows her")
    assert (status, answer["owner"]) == (200, "Ben")
    assert await house.said(conversation, "note") == ["Knows her"]
    assert "Ben" in (await house.said(conversation, "system"))[-1]


async def test_a_transfer_to_a_queue_keeps_the_place(house: House) -> None:
    """In the other queue the patient waits since the time they first asked."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    since = (await house.row(conversation))["waiting_since"]
    assert (await ana.act(conversation, "transfer", queue="billing", note="An invoice"))[0] == 200
    row = await house.row(conversation)
    assert (row["state"], row["queue"], row["waiting_since"]) == ("waiting", "billing", since)


async def test_a_close_says_what_came_of_it(house: House) -> None:
    """Without a known disposition nothing is closed; with one the patient is told."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    assert (await ana.act(conversation, "close", disposition="whatever", seen=9))[0] == 400
    assert (await ana.act(conversation, "close", disposition="answered", seen=9))[0] == 200
    row = await house.row(conversation)
    assert (row["state"], row["disposition"]) == ("closed", "answered")


async def test_a_close_over_an_unseen_message_is_refused(house: House) -> None:
    """What the patient wrote a moment ago is looked at before anything is closed."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    seen = (await house.row(conversation))["last_seq"]
    await house.writes_in(conversation, "one more thing")
    assert (await ana.act(conversation, "close", disposition="answered", seen=seen))[1]["error"] == "stale"
    assert (await house.row(conversation))["state"] == "staff"


async def test_taking_over(house: House) -> None:
    """From the bot anybody may; from a colleague only a supervisor."""
    ana, ben, sue = await house.sign_in("Ana"), await house.sign_in("Ben"), await house.sign_in("Sue", "supervisor")
    conversation = await house.patient("hello")
    assert (await ana.act(conversation, "takeover"))[0] == 200
    assert (await ben.act(conversation, "takeover"))[1] == {"error": "not_allowed", "holder": "Ana"}
    status, answer = await sue.act(conversation, "takeover")
    assert (status, answer["owner"]) == (200, "Sue")


async def test_priority_changes_with_a_reason(house: House) -> None:
    """Lowering an emergency is possible for staff, and has to be explained."""
    ana = await house.sign_in("Ana")
    conversation = await house.emergency("chest pain")
    assert (await ana.act(conversation, "priority", priority=3, reason=""))[1]["error"] == "no_reason"
    assert (await ana.act(conversation, "priority", priority=3, reason="Tested our chat"))[0] == 200
    assert (await house.row(conversation))["priority"] == 3
    assert await house.audited("conversation.PriorityChanged") == 1


async def test_the_presence_of_an_open_page_keeps_the_lease(house: House) -> None:
    """The page's sign of life renews a lease that runs out soon, and only the person's own."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation, _ = await claimed(house, ana)
    before = (await house.row(conversation))["lease_expires_at"]
    house.clock.forward(minutes=4)
    await ben.post("/desk/presence", {"viewing": conversation})
    assert (await house.row(conversation))["lease_expires_at"] == before
    await ana.post("/desk/presence", {"viewing": conversation})
    assert (await house.row(conversation))["lease_expires_at"] > before


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("claim", {}), ("claim", {"epoch": "2"}), ("claim", {"epoch": True}), ("claim", {"epoch": -1}),
        ("reply", {"text": "", "epoch": 2, "client_message_id": "x"}),
        ("reply", {"text": "x" * 4001, "epoch": 2, "client_message_id": "x"}),
        ("reply", {"text": "\x00\x07", "epoch": 2, "client_message_id": "x"}),
        ("reply", {"text": "hello", "epoch": 2}), ("reply", {"text": 5, "epoch": 2, "client_message_id": "x"}),
        ("note", {"text": " ", "client_message_id": "x"}), ("return", {"slots": "all", "seen": 1}),
        ("transfer", {"to": "nobody", "note": "x"}),
        ("transfer", {"to": "7c0f2a51-6f0e-4a58-9a3c-0c7a2b1d9e10", "note": "x"}),
        ("priority", {"priority": 9, "reason": "x"}), ("close", {}),
    ],
)  # fmt: skip
async def test_a_body_that_cannot_be_used_is_refused(house: House, action: str, body: dict[str, Any]) -> None:
    """Whatever is missing, of the wrong kind or too long is a 400, and nothing happens."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    before = await house.row(conversation)
    status, answer = await ana.act(conversation, action, **body)
    assert (status, answer["error"]) == (400, "bad_request")
    assert await house.row(conversation) == before
