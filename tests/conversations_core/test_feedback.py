"""After staff closed a conversation: one question, 1 to 5, and room for a line."""

from frontdoor.conversations import store_desk
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.scope import Scope
from frontdoor.privacy.audit import Actor

from .conftest import Core, said

ANA_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CHEST = "crushing chest pain that spreads to my jaw, it started 10 minutes ago"


async def closed(core: Core, disposition: str = "answered", *, asks: bool = True, **columns: object) -> None:
    """Let Ana take, and close, Ana's patient's conversation."""
    await core.pool.execute(
        "INSERT INTO desk.staff (id, name, login, role, password_hash, created_at) "
        "VALUES ($1, 'Ana', 'ana', 'staff', 'x', now()) ON CONFLICT DO NOTHING",
        ANA_ID,
    )
    await core.write("hello")
    who = Doer(Staff(ANA_ID, "Ana"), Actor(ANA_ID, "Ana"), Scope(ANA_ID, None), core.time, asks_feedback=asks)
    identifier = str((await core.row())["id"])
    await store_desk.take_over(core.pool, who, identifier, text="All good.", client_message_id="one")
    for name, value in columns.items():
        await core.pool.execute(f"UPDATE conversations.conversation SET {name} = $1", value)
    await store_desk.close(core.pool, who, identifier, disposition, seen_seq=99)


async def answers(core: Core) -> list[tuple[object, ...]]:
    found = await core.pool.fetch(
        "SELECT f.score, m.text FROM desk.feedback f LEFT JOIN conversations.message m "
        "ON m.conversation_id = f.conversation_id AND m.seq = f.comment_seq"
    )
    return [tuple(row) for row in found]


async def test_a_score_and_a_line(core: Core) -> None:
    """Both are kept, the bot hears neither, and the conversation stays closed."""
    await closed(core)
    assert "How was it?" in (await core.texts())[-1][1]
    await core.press("4")
    await core.press("Say why")
    await core.write("Ana was kind")
    assert await answers(core) == [(4, "Ana was kind")]
    assert (await core.texts())[-1][1].startswith("Thank you")
    assert (await core.row())["state"] == "closed"
    assert [turn.text for turn in core.assistant.turns] == ["hello"]


async def test_what_is_written_instead_is_an_ordinary_message(core: Core) -> None:
    """Who just writes is not taken for a critic; soon after a close people answer again, and say so."""
    await closed(core)
    await core.press("5")
    await core.write("one more question")
    assert await answers(core) == [(5, None)]
    row = await core.row()
    assert (row["state"], row["reason"], row["owner_id"]) == ("waiting", "reopened", None)
    assert "answer you here again" in (await core.texts())[-1][1]


async def test_an_emergency_is_no_comment(core: Core) -> None:
    """Asked for a line, the patient writes what must not wait: it does not."""
    await closed(core)
    await core.press("1")
    await core.press("Say why")
    await core.write(CHEST)
    row = await core.row()
    assert (row["state"], row["priority"]) == ("waiting", 0)
    assert await answers(core) == [(1, None)]


async def test_a_score_after_the_conversation_went_on(core: Core) -> None:
    """A late press counts, changes nothing else, and the last one stands."""
    await closed(core)
    await core.press("2")
    await core.pool.execute("UPDATE conversations.conversation SET state = 'bot'")
    await core.press("3")
    core.assistant.answer = lambda turn: said("yes?")
    await core.write("hi")
    assert await answers(core) == [(3, None)]
    assert (await core.texts())[-1] == ("bot", "yes?", "sent")


async def test_who_is_not_reached_is_not_asked(core: Core) -> None:
    """Not after the window, not after STOP, not after an emergency, not where the clinic does not want it."""
    await closed(core, channel="whatsapp", window_expires_at=core.time)
    await core.pool.execute("UPDATE conversations.conversation SET channel = 'web', state = 'bot'")
    await closed(core, channel="telegram", window_expires_at=None, stopped_at=core.time)
    await core.pool.execute("UPDATE conversations.conversation SET channel = 'web', stopped_at = NULL, state = 'bot'")
    await closed(core, "emergency")
    await core.pool.execute("UPDATE conversations.conversation SET state = 'bot'")
    await closed(core, asks=False)
    assert await answers(core) == []
