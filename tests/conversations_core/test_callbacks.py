"""Out of hours a patient can ask to be called back: how and when, and nothing else is taken for the answer."""

import pytest

from frontdoor.assistant.protocol import Handoff
from frontdoor.conversations.callbacks import number_in

from .conftest import Core, said

CHEST = "crushing chest pain that spreads to my jaw, it started 10 minutes ago"


async def deferred(core: Core, **more: object) -> None:
    """Ask for a person at three in the morning."""
    core.time = core.time.replace(hour=7)
    core.assistant.answer = lambda turn: said("They answer tomorrow.", handoff=Handoff("asked", 2))
    await core.write("a person please", **more)


async def requests(core: Core) -> list[tuple[str, str, str, str]]:
    return [tuple(row) for row in await core.pool.fetch("SELECT how, phone, wanted, status FROM desk.callback")]


async def test_number_and_time_are_asked_for(core: Core) -> None:
    """In the web chat: the number, then the time; neither goes to the bot, and the request is open."""
    await deferred(core)
    await core.press("Call me back")
    assert "Which number" in (await core.texts())[-1][1]
    await core.write("sure, +1 (555) 010-0199")
    assert "good time" in (await core.texts())[-1][1]
    await core.press("Afternoon")
    assert "Noted" in (await core.texts())[-1][1]
    assert await requests(core) == [("phone", "+15550100199", "afternoon", "open")]
    row = await core.row()
    assert (row["state"], row["awaits"], row["callback_at"] is not None) == ("waiting", None, True)
    assert len(core.assistant.turns) == 1


async def test_a_time_in_the_patients_words(core: Core) -> None:
    """Whoever types when instead of choosing is understood as such."""
    await deferred(core)
    await core.press("Call me back")
    await core.write("555 010 0199")
    await core.write("Tuesday after five")
    assert await requests(core) == [("phone", "5550100199", "Tuesday after five", "open")]


async def test_where_nothing_personal_may_be_said_no_number_is_asked_for(core: Core) -> None:
    """On such a platform only the time is asked; on WhatsApp the number is known."""
    for channel, sender, how, phone in (
        ("messenger", "ana", "here", ""),
        ("whatsapp", "15550100177", "phone", "15550100177"),
    ):
        core.time = core.time.replace(hour=7)
        core.assistant.answer = lambda turn: said("They answer tomorrow.", handoff=Handoff("asked", 2))
        await core.write("a person please", sender=sender)
        await core.pool.execute(
            "UPDATE conversations.conversation SET channel = $1, phi = 'link' WHERE address = $2", channel, sender
        )
        await core.press_as("Call me back", channel, sender)
        assert "good time" in (await core.texts(sender))[-1][1]
        row = await core.pool.fetchrow("SELECT how, phone FROM desk.callback ORDER BY asked_at DESC, how DESC LIMIT 1")
        assert tuple(row) == (how, phone)
        await core.pool.execute("DELETE FROM desk.callback")


async def test_something_else_is_no_number(core: Core) -> None:
    """A question in between is an ordinary message, and an emergency is one at every step."""
    await deferred(core)
    core.assistant.answer = lambda turn: said("We open at eight.")
    await core.press("Go on with the assistant")
    await core.press("Call me back")
    await core.write("when do you open?")
    assert (await core.texts())[-1] == ("bot", "We open at eight.", "sent")
    assert (await core.row())["awaits"] is None
    await core.press("Call me back")
    await core.write(CHEST)
    row = await core.row()
    assert (row["state"], row["priority"]) == ("waiting", 0)
    assert "911" in (await core.texts())[-1][1]


async def test_who_needs_nobody_is_not_called(core: Core) -> None:
    """Leaving the queue takes the request back."""
    await deferred(core)
    await core.press("Call me back")
    await core.write("555 010 0199")
    await core.press("I don't need a person")
    assert [status for *_, status in await requests(core)] == ["cancelled"]
    assert (await core.row())["callback_at"] is None


async def test_in_opening_hours_it_is_not_offered(core: Core) -> None:
    """Somebody is there, so the place in line is said instead."""
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 2))
    await core.write("a person please")
    shown = await core.pool.fetchval("SELECT buttons FROM conversations.message WHERE author = 'system'")
    assert [button["title"] for button in shown] == ["Go on with the assistant", "I don't need a person"]


async def test_the_assistant_is_not_offered_beside_what_is_urgent(core: Core) -> None:
    """At priority 1 the patient waits for the person."""
    core.assistant.answer = lambda turn: said("I'll get a person.", handoff=Handoff("asked", 1))
    await core.write("a person please")
    shown = await core.pool.fetchval("SELECT buttons FROM conversations.message WHERE author = 'system'")
    assert [button["title"] for button in shown] == ["I don't need a person"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+1 (555) 010-0199", "+15550100199"), ("call 555.010.0199 please", "5550100199"),
        ("0034 600 123 456", "0034600123456"),
        ("tomorrow at 9", None), ("12345", None), ("1234567890123456789", None), ("", None),
    ],
)  # fmt: skip
def test_numbers(text: str, number: str | None) -> None:
    """Seven to fifteen digits, however they are written."""
    assert number_in(text) == number
