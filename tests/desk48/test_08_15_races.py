"""§4.10, 6 and 8 to 15: what happens when two do something at the same moment, on the real database."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from frontdoor.conversations.happenings import LeaseExpired, PatientCancelled
from tests.channels.scene import playing
from tests.channels.telegram.case import TelegramCase
from tests.channels.twilio.case import TwilioCase
from tests.channels.words import words
from tests.conversations_core.conftest import Core
from tests.desk.house import House
from tests.desk.test_acting import claimed


async def test_06_the_queue_on_the_desk(house: House) -> None:
    """Priority, then the original waiting_since, then the id: asked twice the same, and a requeue keeps the place."""
    ana = await house.sign_in("Ana")
    asked = [(3, 5), (1, 9), (3, 5), (2, 1), (3, 0), (0, 12)]
    now, rows = house.clock(), []
    for priority, minute in asked:
        conversation = await house.waiting(priority=max(1, priority))
        since = now - timedelta(hours=1) + timedelta(minutes=minute)
        await house.pool.execute(
            "UPDATE conversations.conversation SET priority = $2, waiting_since = $3 WHERE id = $1",
            uuid.UUID(conversation), priority, since,
        )  # fmt: skip
        rows.append((priority, since, conversation))
    expected = [conversation for _, _, conversation in sorted(rows)]

    async def order() -> list[str]:
        _, state = await ana.get("/desk/state")
        return [one["id"] for one in state["conversations"] if one["state"] == "waiting"]

    assert await order() == await order() == expected
    third = expected[2]
    await ana.act(third, "claim", epoch=(await house.row(third))["epoch"])
    await ana.act(third, "release")
    assert await order() == expected


async def test_08_fifty_claimers_one_winner_and_49_learn_who(house: House) -> None:
    """Of fifty who claim at once one gets it, and the others learn who."""
    crowd = [await house.sign_in(f"Nurse {number:02}") for number in range(50)]
    conversation = await house.waiting("I would like a person")
    epoch = (await house.row(conversation))["epoch"]
    answers = await asyncio.gather(*(one.act(conversation, "claim", epoch=epoch) for one in crowd))
    winners = [number for number, (status, _) in enumerate(answers) if status == 200]
    assert len(winners) == 1
    losers = [answer for status, answer in answers if status == 409]
    assert len(losers) == 49
    assert {(one["error"], one["holder"]) for one in losers} == {("not_waiting", f"Nurse {winners[0]:02}")}
    row = await house.row(conversation)
    assert (row["state"], str(row["owner_id"]), row["epoch"]) == ("staff", crowd[winners[0]].id, epoch + 1)
    assert len([text for text in await house.said(conversation, "system") if "joined" in text]) == 1


async def test_09_claim_against_patient_cancel(house: House) -> None:
    """Where a claim and a cancellation meet, one of them happens."""
    ana = await house.sign_in("Ana")
    for _ in range(5):
        conversation = await house.waiting()
        epoch = (await house.row(conversation))["epoch"]
        claim = ana.act(conversation, "claim", epoch=epoch)
        cancel = house.happens(conversation, PatientCancelled(house.clock()))
        answer, cancelled = await asyncio.gather(claim, cancel, return_exceptions=True)
        row = await house.row(conversation)
        assert (answer[0] == 200, cancelled is None) in ((True, False), (False, True))
        assert row["state"] == ("staff" if answer[0] == 200 else "bot")


async def test_10_transfer_against_resolve(house: House) -> None:
    """Where both meet, the one that came second is refused."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    await house.pool.execute("UPDATE desk.session SET streamed_at = now()")
    conversation, _ = await claimed(house, ana)
    answers = await asyncio.gather(
        ana.act(conversation, "transfer", to=ben.id, note="please"),
        ana.act(conversation, "close", disposition="answered", seen=9),
    )
    assert sorted(status for status, _ in answers) == [200, 409]


async def test_11_lease_expiry_against_a_staff_send(house: House) -> None:
    """Where a reply and the end of the lease meet, exactly one succeeds."""
    ana = await house.sign_in("Ana")
    for number in range(5):
        conversation, epoch = await claimed(house, ana)
        late = LeaseExpired((await house.row(conversation))["lease_expires_at"])
        reply = ana.act(conversation, "reply", text="Hello", epoch=epoch, client_message_id=f"{number}")
        answer, expired = await asyncio.gather(reply, house.happens(conversation, late), return_exceptions=True)
        state = (await house.row(conversation))["state"]
        assert (answer[0], expired is None, state) in ((200, False, "staff"), (409, True, "waiting"))


def test_12_the_same_webhook_ten_times_in_parallel_is_one_row(database_url: str, tmp_path: Path) -> None:
    """Ten deliveries of one event at once: each is taken, one message is stored, the bot answers once."""
    with playing(TelegramCase(), database_url, tmp_path) as scene:
        person = scene.person()
        body = scene.case.encode(scene.case.text(person, words(), scene.id()))
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: scene.post(body).status_code, range(10)))
        assert set(answers) == {200}
        scene.wait_status(person, "sent")
        assert [message["author"] for message in scene.messages(person)] == ["patient", "bot"]
        assert len(scene.turns(person)) == len(scene.shown_to(person)) == 1


async def test_12_the_same_event_ten_times_at_once_is_one_turn(core: Core) -> None:
    """The same event ten times at once is one message and one answer."""
    event = core.event("hello", event_id="e1")
    receipts = await asyncio.gather(*(core.intake.accept(event) for _ in range(10)))
    assert sum(receipt.fresh for receipt in receipts) == 1
    assert {receipt.seq for receipt in receipts} == {1}
    for receipt in receipts:
        if receipt.turn:
            core.dispatcher.start(receipt.turn)
    await core.dispatcher.stop(within_seconds=20)
    assert [text for _, text, _ in await core.texts()] == ["hello", "answer to hello"]


async def test_13_the_same_client_message_id_is_one_send(house: House) -> None:
    """The same client_message_id twice, even at once, is one message with one seq."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await claimed(house, ana)
    body = {"text": "Hello, this is Ana.", "epoch": epoch, "client_message_id": "one"}
    answers = await asyncio.gather(*(ana.act(conversation, "reply", **body) for _ in range(5)))
    assert {status for status, _ in answers} == {200}
    assert len({answer["seq"] for _, answer in answers}) == 1
    assert await house.said(conversation, "staff") == ["Hello, this is Ana."]
    assert await house.audited("conversation.reply", f"conversation:{conversation}") == 1


@pytest.mark.parametrize(
    ("reports", "status"),
    [(["read", "delivered", "sent"], "read"), (["delivered", "sent", "sending", "queued"], "delivered")],
)
def test_14_receipts_out_of_order_never_lower_a_status(
    database_url: str, tmp_path: Path, reports: list[str], status: str
) -> None:
    """Read stays read, whatever is delivered late; each report is taken."""
    with playing(TwilioCase(), database_url, tmp_path) as scene:
        person = scene.person()
        scene.says(person, words())
        (number,) = scene.wait_status(person, "sent")["platform_ids"]
        seen = []
        for report in reports:
            account = scene.case.settings["TWILIO_ACCOUNT_SID"]
            form = {"MessageSid": number, "AccountSid": account, "To": person, "From": "+15550009999"}
            scene.deliver(form | {"MessageStatus": report})
            seen.append(next(one["status"] for one in scene.messages(person) if one["author"] == "bot"))
        assert seen == [status] * len(reports)


async def test_15_two_simultaneous_first_messages_are_one_conversation(core: Core) -> None:
    """Two messages that arrive together from a new sender share one conversation, and both are answered."""
    receipts = await asyncio.gather(core.intake.accept(core.event("one")), core.intake.accept(core.event("two")))
    assert len({receipt.conversation.id for receipt in receipts}) == 1
    for receipt in receipts:
        if receipt.turn:
            core.dispatcher.start(receipt.turn)
    await core.dispatcher.stop(within_seconds=20)
    answers = [text for author, text, _ in await core.texts() if author == "bot"]
    assert sorted(answers) == ["answer to one", "answer to two"]
