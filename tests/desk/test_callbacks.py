"""The work list of call-backs, and what staff see of the answers to "how was it?"."""

import uuid
from typing import Any

from frontdoor.conversations import store_callbacks, store_feedback, store_ownership
from frontdoor.conversations.scope import Scope
from frontdoor.desk.store_board import board
from tests.desk.house import Browser, House


async def wants_a_call(house: House, queue: str = "general", phone: str = "+15550100199") -> str:
    """Return a waiting conversation whose patient left a number."""
    conversation = await house.waiting(queue=queue)
    async with house.pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation)
        await store_callbacks.begin(
            connection, now, how="phone", phone=phone, awaits="callback_when", at=house.clock()
        )  # fmt: skip
        await store_callbacks.told_when(connection, now, "after five")
    return conversation


async def lines(person: Browser) -> list[dict[str, Any]]:
    status, answer = await person.get("/desk/callbacks")
    assert status == 200
    return list(answer["callbacks"])


async def test_a_call_is_shown_tried_and_done(house: House) -> None:
    """The number is shown on request and recorded; not reached stays, done leaves the list."""
    ana = await house.sign_in("Ana")
    conversation = await wants_a_call(house)
    (one,) = await lines(ana)
    assert (one["conversation"], one["wanted"], one["has_phone"], one["tries"]) == (conversation, "after five", True, 0)
    assert "0199" not in str(one)
    path = f"/desk/callbacks/{one['id']}"
    assert await ana.post(f"{path}/reveal") == (200, {"phone": "+15550100199"})
    assert (await ana.post(f"{path}/not_reached"))[0] == 200
    (one,) = await lines(ana)
    assert (one["tries"], one["tried_at"] is not None) == (1, True)
    _, state = await ana.get("/desk/state")
    assert state["conversations"][0]["callback_at"] is not None
    assert (await ana.post(f"{path}/done"))[0] == 200
    assert await lines(ana) == []
    assert (await ana.post(f"{path}/done"))[0] == 404
    _, state = await ana.get("/desk/state")
    assert state["conversations"][0]["callback_at"] is None
    for action in ("list", "reveal", "not_reached", "done"):
        assert await house.audited(f"callback.{action}") >= 1


async def test_calls_of_other_queues_do_not_exist(house: House) -> None:
    """Who does not see the queue sees no line, and finds none by its id."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben", "staff", "billing")
    await wants_a_call(house)
    (one,) = await lines(ana)
    assert await lines(ben) == []
    for action in ("reveal", "done", "not_reached"):
        assert (await ben.post(f"/desk/callbacks/{one['id']}/{action}"))[0] == 404


async def test_what_patients_thought_stands_with_the_conversation_and_on_the_board(house: House) -> None:
    """The score and the line are shown when it is opened; the board has the mean per queue and person."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting()
    await ana.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    assert (await ana.act(conversation, "close", disposition="answered", seen=99))[0] == 200
    assert any("How was it?" in text for text in await house.said(conversation, "system"))
    asked = await house.pool.fetchval("SELECT id FROM desk.feedback")
    await house.writes_in(conversation, "very kind")
    async with house.pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation)
        assert not await store_feedback.rate(connection, now, str(uuid.uuid4()), 5, house.clock())
        assert await store_feedback.rate(connection, now, str(asked), 5, house.clock())
        assert await store_feedback.comment(connection, now, now.last_patient_seq)
    _, opened = await ana.get(f"/desk/conversations/{conversation}")
    assert [(one["score"], one["comment"], one["staff"]) for one in opened["feedback"]] == [(5, "very kind", "Ana")]
    found = await board(house.pool, Scope("nobody", None), house.clock(), 24)
    assert {(one.kind, one.name): (one.answers, one.score) for one in found.lines} == {
        ("queue", "general"): (1, 5.0), ("person", "Ana"): (1, 5.0),
    }  # fmt: skip
