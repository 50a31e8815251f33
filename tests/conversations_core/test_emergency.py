"""The number comes first: in every state, with the bot down, with staff in charge, out of hours."""

from dataclasses import replace

import pytest

from frontdoor.privacy import audit
from frontdoor.safety.screen import screen
from frontdoor.safety.verdict import Verdict

from .conftest import Core

CHEST = "crushing chest pain that spreads to my jaw, it started 10 minutes ago"


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


async def test_a_no_in_more_words_is_one_too(core: Core, doubtful: str) -> None:
    """Where nobody may harm or be harmed; a later message is not told the number again."""
    await core.write(DOUBTFUL["cardiac"])
    await core.write("no, it's just when i cough, had a cold")
    await core.write("ok book me")
    assert [turn.text for turn in core.assistant.turns] == [DOUBTFUL["cardiac"], "ok book me"]
    assert (await core.row())["state"] == "bot"


async def test_where_somebody_may_be_harmed_only_no_is_no(core: Core, doubtful: str) -> None:
    """More words are no answer: the bot hears them, and the question stays."""
    await core.write(doubtful)
    await core.write("no, just tired of it all")
    assert (await core.row())["check_seq"] == 1


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
    "cardiac": "my chest hurts when i cough",
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
