"""What the clinic's clocks do to conversations, and who can be given one."""

import asyncio
import dataclasses
import uuid
from datetime import timedelta

import pytest

from frontdoor.conversations.limits import Limits, terms
from frontdoor.settings import SettingsError, load
from tests.desk.house import House
from tests.desk.test_acting import claimed
from tests.desk.test_team import routed


async def test_a_silent_patient_is_asked_and_later_let_go(house: House) -> None:
    """Who owes staff an answer is asked once after 20 hours and let go after 24; whoever writes stays."""
    ana = await house.sign_in("Ana")
    quiet, epoch = await claimed(house, ana)
    await ana.act(quiet, "reply", text="Is it better?", epoch=epoch, client_message_id="a")
    waits, _ = await claimed(house, ana)  # here it is staff who have not answered
    await house.pool.execute("UPDATE conversations.conversation SET replied_at = now()")
    timers = house.timers()
    states = []
    for hours in (19, 2, 2, 2):
        house.clock.forward(hours=hours)
        await house.pool.execute(
            "UPDATE conversations.conversation SET lease_expires_at = $1 WHERE state = 'staff'",
            house.clock() + timedelta(hours=1),
        )
        await timers.tick()
        asked = len([text for text in await house.said(quiet, "system") if "still there" in text])
        states.append((asked, (await house.row(quiet))["state"]))
    assert states == [(0, "staff"), (1, "staff"), (1, "staff"), (1, "closed")]
    assert (await house.row(quiet))["disposition"] == "patient_silent"
    assert (await house.row(waits))["state"] == "staff"


async def test_nobody_is_closed_before_being_asked(house: House) -> None:
    """After a long pause of the gateway the question comes first, and time to answer it."""
    ana = await house.sign_in("Ana")
    conversation, epoch = await claimed(house, ana)
    await ana.act(conversation, "reply", text="Is it better?", epoch=epoch, client_message_id="a")
    house.clock.forward(hours=100)
    await house.pool.execute(
        "UPDATE conversations.conversation SET lease_expires_at = $1", house.clock() + timedelta(hours=1)
    )
    await house.timers().tick()
    assert (await house.row(conversation))["state"] == "staff"
    assert any("still there" in text for text in await house.said(conversation, "system"))


async def test_who_takes_and_does_not_answer_loses_it_with_a_note(house: House) -> None:
    """After ten minutes it is back at its place, and a note says who had it."""
    ana = await house.sign_in("Ana")
    conversation, _ = await claimed(house, ana)
    before = await house.row(conversation)
    house.clock.forward(minutes=10, seconds=1)
    await house.pool.execute(
        "UPDATE conversations.conversation SET lease_expires_at = $1", house.clock() + timedelta(hours=1)
    )
    await house.timers().tick()
    row = await house.row(conversation)
    assert (row["state"], row["waiting_since"], row["priority"]) == (
        "waiting", before["waiting_since"], before["priority"],
    )  # fmt: skip
    assert ["Ana" in text for text in await house.said(conversation, "note")] == [True]


async def test_nobody_is_given_more_than_they_have_room_for(house: House) -> None:
    """Two supervisors at once, one place: one assignment succeeds, the other names who is full; a transfer too."""
    lead, second = await house.sign_in("Lena", "supervisor"), await house.sign_in("Lou", "supervisor")
    ana = await routed(house, "Ana", 1)
    one, other = await house.waiting(), await house.waiting()
    answers = await asyncio.gather(lead.act(one, "assign", to=ana.id), second.act(other, "assign", to=ana.id))
    assert sorted(status for status, _ in answers) == [200, 409]
    refused = next(answer for status, answer in answers if status == 409)
    assert refused == {"error": "full", "holder": "Ana"}
    third, _ = await claimed(house, lead)
    assert (await lead.act(third, "transfer", to=ana.id, note="please"))[1]["error"] == "full"
    _, found = await lead.get("/desk/colleagues")
    assert [(one["name"], one["full"]) for one in found["people"] if one["name"] == "Ana"] == [("Ana", True)]


async def test_a_skill_is_needed_to_be_given_it_by_itself(house: House) -> None:
    """What asks for a skill goes to who has it, however free the others are; claiming stays open to all."""
    await routed(house, "Ana", 5)
    ben = await routed(house, "Ben", 1)
    await house.pool.execute("UPDATE desk.staff SET skills = '{therapy}' WHERE id = $1", uuid.UUID(ben.id))
    conversation = await house.waiting()
    await house.pool.execute("UPDATE conversations.conversation SET skill = 'therapy'")
    await house.timers(dataclasses.replace(Limits(), assigns=True)).tick()
    assert (await house.row(conversation))["owner_name"] == "Ben"


async def test_a_takeover_with_the_first_words_is_one_step(house: House) -> None:
    """The patient reads who joined and what they say; what cannot be said leaves the bot in charge."""
    ana = await house.sign_in("Ana")
    conversation = await house.patient("hello")
    status, answer = await ana.act(conversation, "takeover", text="Hi, Ana here.", client_message_id="a")
    assert (status, answer["state"]) == (200, "staff")
    assert await house.said(conversation, "staff") == ["Hi, Ana here."]
    assert (await house.row(conversation))["replied_at"] is not None
    stopped = await house.patient("hello")
    await house.pool.execute(
        "UPDATE conversations.conversation SET channel = 'telegram', stopped_at = now() WHERE id = $1",
        uuid.UUID(stopped),
    )
    status, answer = await ana.act(stopped, "takeover", text="Hi", client_message_id="b")
    assert (status, answer["error"], (await house.row(stopped))["state"]) == (409, "stopped", "bot")


async def test_two_senders_of_one_name_stay_two(house: House) -> None:
    """A name is not an identity: there are two conversations, and to merge them is refused."""
    ana = await house.sign_in("Ana", "supervisor")
    one, other = await house.waiting(name="Rosa Quill"), await house.waiting(name="Rosa Quill")
    assert one != other
    assert await ana.act(one, "merge") == (409, {"error": "not_merged", "holder": ""})


def test_every_clock_of_the_desk_is_a_setting() -> None:
    """Leases, the return, silence and reopening come from settings; what cannot be is refused by name."""
    given = {"FRONTDOOR_LEASE_MINUTES": "7", "FRONTDOOR_EMERGENCY_LEASE_SECONDS": "45", "FRONTDOOR_REOPEN_HOURS": "2",
             "FRONTDOOR_RETURNING_SECONDS": "9", "FRONTDOOR_SILENT_ASK_HOURS": "3", "FRONTDOOR_SILENT_HOURS": "5",
             "FRONTDOOR_INTERNAL_TOKEN": "x" * 40}  # fmt: skip
    settings = load(given, dotenv=None)
    limits, found = Limits.from_settings(settings), terms(settings)
    assert (found.lease, found.emergency_lease) == (timedelta(minutes=7), timedelta(seconds=45))
    assert (found.reopen, limits.returning) == (timedelta(hours=2), timedelta(seconds=9))
    assert (limits.silent_ask, limits.silent, limits.terms) == (timedelta(hours=3), timedelta(hours=5), found)
    for name, value in (
        ("FRONTDOOR_SILENT_ASK_HOURS", "6"), ("FRONTDOOR_EMERGENCY_LEASE_SECONDS", "5"),
        ("FRONTDOOR_REASSURE_MINUTES", "1 2 3 4 5"), ("FRONTDOOR_IDLE_WARNING_SECONDS", "900"),
    ):  # fmt: skip
        with pytest.raises(SettingsError, match=name):
            load(given | {name: value}, dotenv=None)
