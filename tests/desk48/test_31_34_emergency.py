"""§4.10, 31 to 34: an emergency is first, in every state and at every hour, and only people make it less."""

import uuid

import pytest

from frontdoor.assistant.protocol import Handoff
from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import (
    Claimed,
    LeaseExpired,
    NoFirstReply,
    Released,
    Resolved,
    ReturnedToBot,
    Staff,
)
from frontdoor.conversations.model import Conversation
from frontdoor.privacy.audit import Actor
from frontdoor.settings import Settings
from tests.conversations_core.conftest import Core, said
from tests.conversations_core.test_emergency import CHEST
from tests.desk.house import House
from tests.desk.stream import stream
from tests.gateway.serving import running

ANA = Staff("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Ana", supervisor=True)


async def staff(core: Core, *happenings: object) -> None:
    """Let staff do something."""
    for make in happenings:
        async with core.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, str((await core.row())["id"]))
            await store_ownership.apply(connection, now, make(now), Actor(ANA.id, ANA.name))  # type: ignore[operator]


def claim(now: Conversation) -> Claimed:
    return Claimed(now.updated_at, ANA, now.epoch)


async def in_bot(core: Core) -> None:
    await core.write("hello")


async def in_waiting(core: Core) -> None:
    core.assistant.down = True
    await core.write("hello")


async def in_staff(core: Core) -> None:
    await in_waiting(core)
    await staff(core, claim)


async def in_returning(core: Core) -> None:
    await in_staff(core)
    await staff(core, lambda now: ReturnedToBot(core.time, ANA))


async def in_closed(core: Core) -> None:
    await in_staff(core)
    await staff(core, lambda now: Resolved(core.time, ANA, "answered"))


async def off_hours(core: Core) -> None:
    core.time = core.time.replace(hour=7)  # three in the morning in New York
    core.assistant.answer = lambda turn: said("They answer tomorrow.", handoff=Handoff("asked", 2))
    await core.write("a person please")


@pytest.mark.parametrize("arrange", [in_bot, in_waiting, in_staff, in_returning, in_closed, off_hours])
async def test_31_emergency_in_every_state_is_on_top_with_its_text(core: Core, arrange: object) -> None:
    """Whoever has the conversation, the reply names the number at once and people see it on top."""
    await arrange(core)  # type: ignore[operator]
    turns = len(core.assistant.turns)
    await core.write(CHEST)
    row = await core.row()
    author, text, status = (await core.texts())[-1]
    assert (author, status) == ("system", "sent")
    assert "911" in text[:80]
    assert (row["priority"], row["category"]) == (0, "cardiac")
    assert row["state"] in ("waiting", "staff")
    assert len(core.assistant.turns) == turns, "the bot never sees an emergency"


async def test_31_the_desk_is_alerted_and_has_it_on_top(house: House) -> None:
    """Every open page hears of it, and it stands before what waited longer."""
    ana = await house.sign_in("Ana")
    earlier = await house.waiting(priority=1)
    async with stream(ana) as events:
        await events.next("viewers")
        conversation = await house.emergency("my chest hurts", level="emergency")
        rows: list[dict[str, object]] = []
        while not any(one["id"] == conversation and one["priority"] == 0 for one in rows):
            _, rows, _ = await events.next("conversations")
    _, state = await ana.get("/desk/state")
    waiting = [one["id"] for one in state["conversations"] if one["state"] == "waiting"]
    assert waiting == [conversation, earlier]


async def test_32_the_patient_cannot_end_it(core: Core) -> None:
    """ "I'm safe now" lets the assistant go on, but people still look."""
    await core.write(CHEST)
    await core.press("I'm safe now")
    row = await core.row()
    assert (row["state"], row["priority"], row["bot_ok"]) == ("waiting", 0, True)
    assert core.assistant.turns[-1].press is not None
    assert core.assistant.turns[-1].press.intent == "EXTERNAL_returned_from_staff"
    await core.write("what are your hours")
    assert core.assistant.turns[-1].text == "what are your hours"


async def test_32_not_demoted_by_the_bot_or_by_a_requeue(core: Core) -> None:
    """Whatever the bot asks for, and however often it is left and taken again, it stays first."""
    await core.write(CHEST)
    await core.press("I'm safe now")
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 3))
    await core.write("hello")
    since = (await core.row())["waiting_since"]
    for leave in (
        lambda now: Released(core.time, ANA),
        lambda now: LeaseExpired(now.ownership.lease_expires_at),
        lambda now: NoFirstReply(core.time),
    ):
        await staff(core, claim, leave)
        row = await core.row()
        assert (row["state"], row["priority"], row["waiting_since"]) == ("waiting", 0, since)


async def test_32_nobody_closes_it_unseen(house: House) -> None:
    """A supervisor closes what waits, but no emergency; staff lower it only with a reason, and that is recorded."""
    lead = await house.sign_in("Lena", "supervisor")
    conversation = await house.emergency("my chest hurts", level="emergency")
    assert (await lead.act(conversation, "close", disposition="spam", seen=9))[1]["error"] == "emergency"
    assert (await lead.act(conversation, "priority", priority=3, reason=" "))[1]["error"] == "no_reason"
    assert (await house.row(conversation))["priority"] == 0
    await lead.act(conversation, "claim", epoch=(await house.row(conversation))["epoch"])
    await lead.act(
        conversation, "reply", text="x", epoch=(await house.row(conversation))["epoch"], client_message_id="1"
    )
    await house.pool.execute(
        "UPDATE conversations.conversation SET lease_expires_at = lease_expires_at + interval '2 days' WHERE id = $1",
        uuid.UUID(conversation),
    )
    house.clock.forward(hours=25)
    for _ in range(2):
        await house.timers().tick()
    assert (await house.row(conversation))["state"] == "staff", "silence does not end an emergency"


async def test_33_unclaimed_for_a_minute_it_goes_to_the_second_level(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Unclaimed for 60 s an emergency goes to the second level: an error for who is on call, once."""
    conversation = await house.emergency("my chest hurts", level="emergency")
    timers = house.timers()
    for seconds, times in ((50, 0), (15, 1), (30, 1)):
        house.clock.forward(seconds=seconds)
        await timers.tick()
        assert caplog.text.count(f"unclaimed: conversation {conversation}") == times
    assert "chest" not in caplog.text


def test_34_it_is_found_while_the_bot_is_down(settings: Settings) -> None:
    """The detector stands outside Rasa: the fixed text with the number is there at once."""
    with running(settings) as gateway:
        gateway.bot.down = True
        patient = gateway.patient()
        patient.write("I have crushing chest pain and my left arm is numb")
        answer = patient.messages(after=1)[0]
        assert answer["author"] == "system"
        assert "911" in answer["text"]
        assert {"title", "url"} <= set(next(button for button in answer["buttons"] if "url" in button))
        (row,) = gateway.sql("SELECT state, priority FROM conversations.conversation")
        assert tuple(row) == ("waiting", 0)
        assert gateway.bot.turns == []
