"""A visit is one visit: whoever is faster, whatever dies meanwhile, whoever asks for it later."""

import asyncio
import hashlib
import re
from datetime import datetime, timezone

import asyncpg
import pytest

from frontdoor.scheduling.model import Hold
from tests.booking.house import House
from tests.booking.steps import Chats, to_read_back, visits_of


async def test_a_taken_opening_gives_others_in_the_same_turn(house: House, chats: Chats, name: str) -> None:
    """Somebody was faster at the very end: it is said, others are offered, and one of them is booked."""
    chat = chats()
    await to_read_back(chat, name)
    opening = str(chat.reply.slots["opening_id"])  # type: ignore[union-attr]
    key = hashlib.sha256(f"{chat.last.sender_id}|0|hold|{opening}".encode()).hexdigest()[:40]  # type: ignore[union-attr]
    client = house.client()
    client.release(Hold(opening, key, datetime.now(timezone.utc), client.opening(opening).version))
    client.hold(opening, key="somebody else")
    await chat.press("Book it")
    assert "just taken" in chat.text
    assert len(chat.openings) >= 3
    assert not visits_of(house, name)
    await chat.press_first_opening()
    await chat.press("Book it")
    assert len(visits_of(house, name)) == 1


async def test_a_visit_is_listed_moved_and_cancelled(house: House, chats: Chats, name: str) -> None:
    """Right after booking nothing is asked again; the new visit is booked before the old one is cancelled."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    first = visits_of(house, name)[0]
    await chat.say("when is my appointment?")
    assert "Dermatology" in chat.text
    await chat.press("Move")
    await chat.say("in two weeks")
    await chat.press_first_opening()
    assert "Move your visit from" in chat.text
    await chat.press("Move it")
    assert "moved" in chat.text
    (second,) = visits_of(house, name)
    assert second.id != first.id
    assert house.client().appointment(first.id).status == "cancelled"
    await chat.say("join my visit")
    assert "The link opens" in chat.text
    await chat.say("cancel my appointment")
    await chat.press("Keep it")
    assert len(visits_of(house, name)) == 1
    await chat.say("cancel my appointment")
    await chat.say("yes")
    assert "cancelled" in chat.text
    assert not visits_of(house, name)


async def test_a_locked_link_is_given_anew_to_who_asks(house: House, chats: Chats, name: str) -> None:
    """In the visit's hours the chat gives the link; the same one again, another one when wrong dates locked it."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    (booked,) = visits_of(house, name)
    base = await asyncpg.connect(str(house.settings.database_url))
    try:
        await base.execute(
            """UPDATE scheduling.appointment SET starts_at = now() + interval '5 minutes',
                   ends_at = now() + interval '35 minutes' WHERE id = $1""",
            booked.id,
        )
        given = []
        for failures in (0, 4, 5):
            await base.execute(
                "UPDATE scheduling.visit SET failures = $2 WHERE appointment_id = $1", booked.id, failures
            )
            await chat.say("join my visit")
            given += re.findall(r"/v/[\w-]{43}", chat.text)
    finally:
        await base.close()
    assert len(given) == 3
    assert given[0] == given[1]
    assert given[2] != given[1]


async def test_a_stranger_has_five_tries(house: House, chats: Chats, name: str) -> None:
    """After five names and dates that fit nobody it is refused; even the right one is, for a while."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    stranger = chats()
    await stranger.say("cancel my appointment")
    for day in range(1, 6):
        await stranger.say(name)
        await stranger.say(f"May {day}, 1990")
    assert "did not match several times" in stranger.text
    await stranger.say("cancel my appointment")
    assert "did not match several times" in stranger.text
    assert len(visits_of(house, name)) == 1


async def test_another_conversation_needs_name_and_birth_date(chats: Chats, name: str) -> None:
    """Who comes back later is found by both, and can cancel."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    later = chats()
    await later.say("cancel my appointment")
    await later.say(name.lower())
    await later.say("5/13/1990")
    assert "Cancel this visit" in later.text
    await later.press("Yes")
    assert "cancelled" in later.text


async def test_while_scheduling_is_down_a_person_is_called(house: House, chats: Chats, name: str) -> None:
    """It is said, a person is called, nothing is booked; afterwards the booking goes on and happens once."""
    chat = chats()
    await to_read_back(chat, name)
    house.scheduling.stop()
    try:
        await chat.press("Book it")
    finally:
        house.scheduling.start()
    assert chat.reply
    assert chat.reply.handoff
    assert chat.reply.handoff.reason == "scheduling_unavailable"
    assert "is booked" not in chat.text
    await chat.say("book a visit")
    await chat.press("Book it")
    assert len(visits_of(house, name)) == 1


@pytest.mark.parametrize("seconds", [0.05, 0.25])
async def test_a_killed_assistant_never_books_twice(house: House, chats: Chats, name: str, seconds: float) -> None:
    """Rasa dies while it books; the same turn again, after it is back, gives the one visit."""
    chat = chats()
    await to_read_back(chat, name)
    running = asyncio.ensure_future(chat.press("Book it"))
    await asyncio.sleep(seconds)
    house.rasa.kill()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.to_thread(house.rasa.start)
    await chat.again()
    assert "booked" in chat.text
    assert len(visits_of(house, name)) == 1
