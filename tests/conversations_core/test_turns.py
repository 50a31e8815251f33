"""Messages are stored once and answered once, in order, by whoever may speak."""

import asyncio
import uuid
from dataclasses import replace

from frontdoor.assistant.client import AssistantRefused
from frontdoor.assistant.protocol import Button, Handoff, Reply, Said, Turn
from frontdoor.conversations.store import Store, instance_key

from .conftest import Core, said


async def test_message_is_answered(core: Core) -> None:
    """A patient's message gets the bot's answer."""
    await core.write("hello there")
    assert await core.texts() == [
        ("patient", "hello there", "received"),
        ("bot", "answer to hello there", "sent"),
    ]


async def test_events_that_arrive_together_share_a_commit(core: Core) -> None:
    """A batch keeps its order, and a repetition inside it is found."""
    batch = [core.event("a", event_id="1"), core.event("b", event_id="2"), core.event("a", event_id="1")]
    receipts = await core.store.receive(batch)
    assert [(receipt.seq, receipt.fresh) for receipt in receipts] == [(1, True), (2, True), (1, False)]
    assert [receipt.turn is not None for receipt in receipts] == [True, False, False]


async def test_messages_are_answered_in_order(core: Core) -> None:
    """While the bot thinks, what comes in waits its turn."""
    core.assistant.gate = asyncio.Event()
    first = await core.intake.accept(core.event("one"))
    assert first.turn is not None
    core.dispatcher.start(first.turn)
    for text in ("two", "three"):
        assert (await core.intake.accept(core.event(text))).turn is None
    core.assistant.gate.set()
    await core.dispatcher.stop(within_seconds=20)
    answers = [text for author, text, _ in await core.texts() if author == "bot"]
    assert answers == ["answer to one", "answer to two", "answer to three"]


async def test_bot_is_silent_once_an_emergency_was_found(core: Core) -> None:
    """What the bot had in hand when the emergency came is a draft for staff, not a reply."""
    core.assistant.gate = asyncio.Event()
    first = await core.intake.accept(core.event("hello"))
    assert first.turn is not None
    core.dispatcher.start(first.turn)
    await core.write_nowait("my chest hurts really bad and i cant breathe")
    core.assistant.gate.set()
    await core.dispatcher.stop(within_seconds=20)
    assert ("bot", "answer to hello", "suppressed") in await core.texts()


async def test_handoff_of_the_bot_queues_the_conversation(core: Core) -> None:
    """The bot asks for a person: the conversation waits, the patient is told, later texts are not the bot's."""
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 2))
    await core.write("human please")
    await core.write("are you there")
    row = await core.row()
    assert (row["state"], row["reason"], row["priority"], row["epoch"]) == ("waiting", "asked", 2, 2)
    assert len(core.assistant.turns) == 1
    assert [author for author, _, _ in await core.texts()] == ["patient", "bot", "system", "patient"]


async def test_off_hours_are_said(core: Core) -> None:
    """Out of hours the patient hears that nothing is lost, and can go on with the assistant."""
    core.time = core.time.replace(hour=3)
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 2))
    await core.write("human please")
    _, text, _ = (await core.texts())[-1]
    assert "saved" in text
    assert (await core.row())["deferred"] is True
    core.assistant.answer = lambda turn: said("here I am")
    await core.press("Go on with the assistant")
    await core.write("what does it cost")
    assert (await core.texts())[-1] == ("bot", "here I am", "sent")
    assert (await core.row())["state"] == "waiting"


async def test_patient_who_needs_nobody_leaves_the_queue(core: Core) -> None:
    """ "I don't need a person" gives the conversation back to the bot."""
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 2))
    await core.write("human please")
    await core.press("I don't need a person")
    assert (await core.row())["state"] == "bot"


async def test_down_bot_hands_over_and_answers_when_it_is_back(core: Core) -> None:
    """Two tries, then people and a notice; the message is still answered if the bot is back first."""
    core.assistant.down = True
    await core.write("hello")
    row = await core.row()
    assert (row["state"], row["reason"], row["bot_ok"]) == ("waiting", "bot_unavailable", True)
    assert len(core.assistant.turns) == 2
    assert [author for author, _, _ in await core.texts()] == ["patient", "system"]
    core.assistant.down = False
    await core.dispatcher.sweep()
    await core.dispatcher.stop(within_seconds=20)
    assert (await core.texts())[-1] == ("bot", "answer to hello", "sent")


async def test_turn_that_the_bot_refuses_goes_to_people(core: Core) -> None:
    """A message that the bot will never take holds nobody up: a person gets it, the next one is answered."""

    def answer(turn: Turn) -> Reply:
        if turn.text == "unreadable":
            raise AssistantRefused("text")
        return said("ok")

    core.assistant.answer = answer
    await core.write("unreadable")
    assert (await core.row())["reason"] == "bot_unavailable"
    await core.write("hello")
    await core.dispatcher.sweep()
    await core.dispatcher.stop(within_seconds=20)
    assert [turn.text for turn in core.assistant.turns] == ["unreadable", "hello"]
    assert (await core.texts())[-1] == ("bot", "ok", "sent")


async def test_turn_of_a_dead_process_is_taken_up(core: Core) -> None:
    """A process that dies with a turn in hand leaves it to the next; a living one keeps its turn."""
    other = Store(core.pool, uuid.uuid4())
    holder = await core.pool.acquire()
    await holder.execute("SELECT pg_advisory_lock($1)", instance_key(other.instance))
    (receipt,) = await other.receive([core.event("hello")])
    assert receipt.turn is not None
    assert await core.store.release_dead_turns() == 0
    await holder.execute("SELECT pg_advisory_unlock_all()")
    await core.pool.release(holder)
    assert await core.store.release_dead_turns() == 1
    await core.dispatcher.sweep()
    await core.dispatcher.stop(within_seconds=20)
    assert (await core.texts())[-1] == ("bot", "answer to hello", "sent")


async def test_answer_of_a_process_that_lost_its_turn_is_dropped(core: Core) -> None:
    """When another process took a turn over, the late answer of the first one is not sent as well."""
    core.assistant.gate = asyncio.Event()
    receipt = await core.intake.accept(core.event("hello"))
    assert receipt.turn is not None
    core.dispatcher.start(receipt.turn)
    await core.pool.execute("UPDATE conversations.conversation SET turn_instance = $1", uuid.uuid4())
    core.assistant.gate.set()
    await core.dispatcher.stop(within_seconds=20)
    assert [author for author, _, _ in await core.texts()] == ["patient"]


async def test_long_session_is_followed_by_a_fresh_one(core: Core) -> None:
    """A session that has grown ends at a quiet point; its slots are carried over; a form is never cut."""
    core.assistant.answer = lambda turn: said("ok", events=500, active_form="visit_form")
    await core.write("one")
    assert (await core.row())["session"] == 1
    core.assistant.answer = lambda turn: said("ok", events=510, carry={"introduced": True})
    await core.write("two")
    await core.write("three")
    assert [turn.session for turn in core.assistant.turns] == [1, 1, 2]
    assert core.assistant.turns[-1].carry == {"introduced": True}


async def test_buttons_are_opaque_and_of_this_conversation(core: Core) -> None:
    """A button's meaning stays with us; another conversation cannot press it; a broken one is not shown."""
    offered = (Button("Yes", '/affirm{"kind": "x"}'), Button("Broken", "/affirm{"), Button("Call", "tel:911"))
    core.assistant.answer = lambda turn: said(messages=(Said("Sure?", offered),))
    await core.write("hello")
    (row,) = await core.pool.fetch("SELECT buttons FROM conversations.message WHERE author = 'bot'")
    shown = row["buttons"]
    assert [button["title"] for button in shown] == ["Yes", "Call"]
    mine = (await core.row())["id"]
    press = await core.store.pressed(str(mine), shown[0]["payload"])
    assert press is not None
    assert (press.intent, press.entities) == ("affirm", {"kind": "x"})
    other = await core.intake.accept(core.event("hi", sender="other"))
    assert await core.store.pressed(other.conversation.id, shown[0]["payload"]) is None


async def test_only_what_goes_out_by_a_platform_wakes_who_sends(core: Core) -> None:
    """A web chat is nothing for the worker; an answer on a platform is, with the commit that puts it there."""
    heard: list[str] = []

    def hear(*told: object) -> None:
        heard.append(str(told[-1]))

    async with core.pool.acquire() as connection:
        await connection.add_listener("frontdoor_out", hear)
        await core.write("hello there")
        await connection.execute("SELECT 1")  # what was told is here by now
        assert heard == []
        receipt = await core.intake.accept(replace(core.event("hello", sender="bea"), channel="telegram"))
        assert receipt.turn is not None
        core.dispatcher.start(receipt.turn)
        await core.dispatcher.stop(within_seconds=20)
        await connection.execute("SELECT 1")
        assert heard == [""]
        await connection.remove_listener("frontdoor_out", hear)


async def test_only_a_text_that_was_screened_as_it_is_counts_as_screened(core: Core) -> None:
    """What waits for its turn is read from the database then, and may have been edited."""
    core.assistant.gate = asyncio.Event()
    first = await core.write_nowait("hello")
    await core.write_nowait("and something else")
    assert first.turn is not None
    core.assistant.gate.set()
    await core.dispatcher.stop(within_seconds=20)
    assert [(turn.text, turn.screened) for turn in core.assistant.turns] == [
        ("hello", True), ("and something else", False),
    ]  # fmt: skip
