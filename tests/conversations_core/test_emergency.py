"""The number comes first: in every state, with the bot down, with staff in charge, out of hours."""

from dataclasses import replace

import pytest

from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import Claimed, Resolved, ReturnedToBot, Staff
from frontdoor.conversations.model import Conversation
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor
from frontdoor.safety.screen import screen
from frontdoor.safety.verdict import Verdict

from .conftest import Core

ANA = Staff("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Ana", supervisor=True)
CHEST = "crushing chest pain that spreads to my jaw, it started 10 minutes ago"


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


@pytest.mark.parametrize("arrange", [in_bot, in_waiting, in_staff, in_returning, in_closed])
async def test_number_comes_first(core: Core, arrange: object) -> None:
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


async def test_emergency_cannot_be_cancelled_by_the_patient(core: Core) -> None:
    """ "I'm safe now" lets the assistant go on, but people still look."""
    await core.write(CHEST)
    await core.press("I'm safe now")
    row = await core.row()
    assert (row["state"], row["priority"], row["bot_ok"]) == ("waiting", 0, True)
    assert core.assistant.turns[-1].press is not None
    assert core.assistant.turns[-1].press.intent == "EXTERNAL_returned_from_staff"
    await core.write("what are your hours")
    assert core.assistant.turns[-1].text == "what are your hours"


async def test_every_transition_is_audited(core: Core) -> None:
    """The chain holds a row for it, and is whole; a changed row is found."""
    await core.write(CHEST)
    async with core.pool.acquire() as connection:
        actions = [row["action"] for row in await connection.fetch("SELECT action FROM privacy.audit")]
        assert actions == ["conversation.EmergencyFound"]
        assert await audit.first_broken(connection) is None
        with pytest.raises(Exception, match="append-only"):
            await connection.execute("UPDATE privacy.audit SET actor = 'nobody'")
        await connection.execute("ALTER TABLE privacy.audit DISABLE TRIGGER append_only")
        await connection.execute("UPDATE privacy.audit SET actor = 'nobody'")
        assert await audit.first_broken(connection) == 1


async def test_doubtful_message_is_asked_about(core: Core, doubtful: str) -> None:
    """One question with two buttons, and the bot waits."""
    await core.write(doubtful)
    assert core.assistant.turns == []
    assert (await core.row())["check_seq"] == 1
    assert [author for author, _, _ in await core.texts()] == ["patient", "system"]


@pytest.mark.parametrize("answer", ["yes", "Yes, now!", "sí"])
async def test_yes_is_an_emergency(core: Core, doubtful: str, answer: str) -> None:
    """A typed yes counts as the button."""
    await core.write(doubtful)
    await core.write(answer)
    row = await core.row()
    assert (row["state"], row["priority"], row["check_seq"]) == ("waiting", 0, None)
    assert core.assistant.turns == []


async def test_no_gives_the_message_to_the_bot(core: Core, doubtful: str) -> None:
    """It is not happening now: the bot answers what was asked, and not the "no"."""
    await core.write(doubtful)
    await core.write("no")
    assert [turn.text for turn in core.assistant.turns] == [doubtful]
    assert (await core.row())["state"] == "bot"


async def test_number_is_given_again_after_two_turns(core: Core, doubtful: str) -> None:
    """Who passes the question by is answered by the bot, and gets the number once more."""
    await core.write(doubtful)
    await core.write("what do you cost")
    await core.write("and do you take aetna")
    said = await core.texts()
    assert [turn.text for turn in core.assistant.turns] == ["what do you cost", "and do you take aetna"]
    assert sum("911" in text for author, text, _ in said[2:] if author == "system") == 1


DOUBTFUL = {
    "self_harm": "sometimes i wonder whether i matter",
    "violence": "he gets so angry at home",
}


@pytest.fixture
def doubtful(core: Core) -> str:
    """A message that the screen asks about: which real ones it does is its own tests' matter."""

    def ask(text: str) -> Verdict:
        category = next((name for name, words in DOUBTFUL.items() if words == text), None)
        return Verdict("check", category, "en.test", "en") if category else screen(text)

    core.intake = replace(core.intake, screen=ask)
    return DOUBTFUL["self_harm"]


async def test_are_you_safe_is_asked_the_other_way(core: Core, doubtful: str) -> None:
    """Where we ask "are you safe?", a typed no is the emergency."""
    await core.write(DOUBTFUL["violence"])
    await core.write("no")
    assert (await core.row())["priority"] == 0
