"""Chatwoot beside our desk: what its agents see, and that our gate decides what reaches the patient."""

import pytest

from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import BotAccepted, HandoffAsked, LeaseExpired, PatientWrote
from frontdoor.privacy.audit import SYSTEM
from tests.desk.house import House
from tests.helpdesk.chatwoot import ACCOUNT, INBOX, Chatwoot
from tests.helpdesk.twin import house, opened, other, settled, state, until

__all__ = ["house", "other"]


async def test_agents_see_it_once_somebody_wants_a_person(house: House, other: Chatwoot) -> None:
    """A contact and a conversation, with what was said before; then each message, the patient's as theirs."""
    conversation = await house.patient("what is asthma?")
    await house.bot_says(conversation, "It is …")
    await settled(house)
    assert other.conversations == {}
    await house.happens(conversation, HandoffAsked(house.clock(), "asked"))
    await settled(house)
    await house.writes_in(conversation, "hello?")
    await settled(house)
    assert other.contacts[1]["identifier"] == conversation
    assert other.said()[1:] == [
        ("incoming", "what is asthma?"), ("note", "Assistant: It is …"), ("incoming", "hello?")
    ]  # fmt: skip
    assert other.said()[0][1].startswith("Wants a person: asked")


async def test_an_agent_s_reply_claims_it_and_reaches_the_patient(house: House, other: Chatwoot) -> None:
    """The agent becomes its owner, in the audit log "via Chatwoot"; sent twice it is one message, and no echo comes."""
    conversation = await opened(house, other)
    assert await other.writes("Hello, I am Ines.") == 200
    assert await other.repeats() == 200
    assert await state(house, conversation) == ("staff", "Ines Agent")
    assert await house.said(conversation, "staff") == ["Hello, I am Ines."]
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.Claimed'")
    assert (row["actor_name"], row["session_id"]) == ("Ines Agent via Chatwoot", "chatwoot:21")
    await settled(house)
    assert [text for _, text in other.said()].count("Hello, I am Ines.") == 1


async def test_our_gate_decides(house: House, other: Chatwoot) -> None:
    """What a colleague at the desk has is theirs: the agent's words are not sent, and a note says who has it."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    assert await other.writes("me too") == 200
    assert await house.said(conversation, "staff") == []
    await settled(house)
    assert ("note", "Ana is answering at the desk.") in other.said()
    assert other.said()[-1] == ("note", "Not sent: Ana is answering at the desk.")
    await other.resolves()
    await settled(house)
    assert await state(house, conversation) == ("staff", "Ana")
    assert other.conversations[1]["status"] == "open"


async def test_a_file_of_an_agent_is_not_sent_and_they_are_told(house: House, other: Chatwoot) -> None:
    """Its words go out, the file does not, and a note says so."""
    conversation = await opened(house, other)
    file = [{"id": 1, "file_type": "file", "data_url": "https://chatwoot.example/x.pdf"}]
    assert await other.writes("See the leaflet.", attachments=file) == 200
    await settled(house)
    assert await house.said(conversation, "staff") == ["See the leaflet."]
    assert other.said()[-1][1].startswith("The file was not sent")
    event = {
        "event": "message_created", "id": 77, "message_type": "outgoing", "content": None, "private": False,
        "conversation": {"id": 1}, "inbox": {"id": INBOX}, "account": {"id": ACCOUNT},
        "sender": {"id": 21, "name": "Ines Agent"}, "attachments": file,
    }  # fmt: skip
    assert await other.posts(event) == 200
    await settled(house)
    assert [text.startswith("The file was not sent") for _, text in other.said()].count(True) == 2
    assert await house.said(conversation, "staff") == ["See the leaflet."]


async def test_another_agent_there_takes_it_over(house: House, other: Chatwoot) -> None:
    """Among themselves they hand it on as they like."""
    conversation = await opened(house, other)
    await other.writes("one")
    assert await other.writes("two", agent=22, name="Otto Agent") == 200
    assert await state(house, conversation) == ("staff", "Otto Agent")
    assert await house.said(conversation, "staff") == ["one", "two"]


@pytest.mark.parametrize(
    ("house", "after"), [({}, "closed"), ({"CHATWOOT_RESOLVED": "return"}, "returning")], indirect=["house"]
)
async def test_resolving_there_closes_or_returns_it_here(house: House, other: Chatwoot, after: str) -> None:
    """As the clinic has set; in the agent's name."""
    conversation = await opened(house, other)
    await other.writes("All is well.")
    await settled(house)
    assert await other.resolves() == 200
    assert (await state(house, conversation))[0] == after
    names = {"closed": "Resolved", "returning": "ReturnedToBot"}
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = $1", f"conversation.{names[after]}")
    assert row["actor_name"] == "Ines Agent via Chatwoot"


async def test_what_the_agent_has_not_seen_is_not_closed(house: House, other: Chatwoot) -> None:
    """The patient wrote and Chatwoot was not told yet: it stays open on both sides."""
    conversation = await opened(house, other)
    await other.writes("All is well.")
    await settled(house)
    other.down = 1
    await house.writes_in(conversation, "wait, one more thing")
    await until(lambda: other.down == 0)
    assert await other.resolves() == 200
    assert (await state(house, conversation))[0] == "staff"
    house.clock.forward(seconds=11)
    await settled(house)
    assert other.said()[-2:] == [
        ("incoming", "wait, one more thing"), ("note", "Not resolved: the patient wrote meanwhile.")
    ]  # fmt: skip
    assert other.conversations[1]["status"] == "open"


async def test_closing_here_resolves_it_there_and_writing_again_opens_it(house: House, other: Chatwoot) -> None:
    """The same conversation there, not a second one."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "close", disposition="answered", seen=99)
    await settled(house)
    assert other.conversations[1]["status"] == "resolved"
    await house.writes_in(conversation, "once more")
    await house.happens(conversation, PatientWrote(house.clock()))
    await settled(house)
    assert (list(other.conversations), other.conversations[1]["status"]) == ([1], "open")
    assert ("incoming", "once more") in other.said()


async def test_back_with_the_assistant_nothing_is_told(house: House, other: Chatwoot) -> None:
    """What a patient says to the assistant alone does not leave the house."""
    conversation, ana = await opened(house, other), await house.sign_in("Ana")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "return", seen=99)
    await house.happens(conversation, BotAccepted(house.clock()))
    await house.writes_in(conversation, "a sentinel for the assistant")
    await settled(house)
    assert "sentinel" not in str(other.said())
    assert other.conversations[1]["status"] == "resolved"


async def test_who_works_there_keeps_it_and_who_is_gone_loses_it(house: House, other: Chatwoot) -> None:
    """Their leases are renewed while they were active lately; an hour later it goes back to the queue."""
    conversation = await opened(house, other)
    await other.writes("Hello.")
    lease = (await house.row(conversation))["lease_expires_at"]
    house.clock.forward(minutes=3)

    async def renewed() -> bool:
        return bool((await house.row(conversation))["lease_expires_at"] > lease)

    await until(renewed)
    house.clock.forward(minutes=61)
    async with house.pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation)
        after = await store_ownership.apply(connection, now, LeaseExpired(house.clock()), SYSTEM)
    assert after.state.value == "waiting"


@pytest.mark.parametrize(
    "headers",
    [{"X-Chatwoot-Signature": "sha256=00"}, {"X-Chatwoot-Signature": ""}, {"at": "1500000000"}, {"at": "soon"}],
)
async def test_a_forged_or_old_post_does_nothing(house: House, other: Chatwoot, headers: dict[str, str]) -> None:
    """Without the right signature, or minutes later: 401, and nobody hears anything."""
    conversation = await opened(house, other)
    event = {
        "event": "message_created", "id": 5, "message_type": "outgoing", "content": "forged", "private": False,
        "conversation": {"id": 1}, "inbox": {"id": INBOX}, "account": {"id": ACCOUNT},
        "sender": {"id": 1, "name": "Mallory"},
    }  # fmt: skip
    assert await other.posts(event, **headers) == 401
    assert await house.said(conversation, "staff") == []
    assert await other.posts(event) == 200
    assert await house.said(conversation, "staff") == ["forged"]


async def test_what_is_not_for_the_patient_stays_there(house: House, other: Chatwoot) -> None:
    """Notes, what the patient said, other inboxes and unknown events are answered 200 and do nothing."""
    conversation = await opened(house, other)
    assert await other.writes("between us", private=True) == 200
    assert await other.writes("   ") == 200
    elsewhere = {"event": "conversation_status_changed", "id": 1, "status": "resolved", "inbox_id": INBOX + 1}
    for event in ({"event": "message_created"}, {"event": "contact_updated"}, [], "x", {}, elsewhere):
        assert await other.posts(event) == 200
    assert (await state(house, conversation), await house.said(conversation, "staff")) == (("waiting", None), [])
