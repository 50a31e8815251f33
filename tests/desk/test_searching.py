"""Searching from the page, and what stands beside a conversation."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from frontdoor.conversations import store_search
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.store_search import Wanted
from tests.desk.house import House


async def found(by: Any, /, **wanted: str) -> list[str]:
    """Return the conversations that a search gives."""
    status, answer = await by.post("/desk/search", wanted)
    assert status == 200, answer
    return [one["id"] for one in answer["found"]]


async def test_search_finds_and_is_recorded(house: House) -> None:
    """All the words, in any conversation that the person may see; the words are not in the log."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("the rash is on my left arm")
    await house.waiting("the rash is on my nose")
    assert await found(ana, words="RASH left") == [conversation]
    row = await house.pool.fetchrow("SELECT * FROM privacy.audit WHERE action = 'conversation.search'")
    assert row["after"] == {"found": 1}


async def test_a_patient_is_found_by_name(house: House) -> None:
    """The name counts as words do; what was found names the message that has the words, else none."""
    ana = await house.sign_in("Ana")
    rosa = await house.waiting("hello", name="Rosa Quill")
    walter = await house.waiting("I am looking for Rosa", name="Walter Pike")
    assert set(await found(ana, words="rosa")) == {rosa, walter}
    _, answer = await ana.post("/desk/search", {"words": "rosa"})
    assert {one["id"]: one["found_seq"] for one in answer["found"]} == {rosa: 0, walter: 1}


@pytest.mark.parametrize("found_at_once", [0, 10**9], ids=["common", "rare"])
async def test_rare_and_common_words_are_found_alike(
    house: House, monkeypatch: pytest.MonkeyPatch, found_at_once: int
) -> None:
    """However many messages have the words: the latest conversation first, with the last message that has them."""
    monkeypatch.setattr(store_search, "FOUND_AT_ONCE", found_at_once)
    first = await house.waiting("hello there", "and hello again", "bye")
    named, second = await house.waiting("good day", name="Hello Kim"), await house.waiting("hello")
    await house.waiting("something else")
    await house.waiting("hello", queue="billing")
    seen = await store_search.search(house.pool, Scope(str(uuid.uuid4()), ("general",)), Wanted(words="hello"))
    assert [(one.conversation.id, seq) for one, seq in seen] == [(second, 1), (named, 0), (first, 2)]


async def test_every_filter_narrows(house: House) -> None:
    """State, queue, channel, language, person, days: alone and together, with words and without."""
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    one = await house.waiting("tengo un rash en la piel", queue="billing", language="es")
    two = await house.waiting("a rash")
    three = await house.patient("a rash")
    await ben.act(two, "claim", epoch=2)
    there = "UPDATE conversations.conversation SET channel = 'whatsapp' WHERE id = $1"
    await house.pool.execute(there, uuid.UUID(three))
    today = house.clock().date()
    tomorrow, later = (today + timedelta(days=days) for days in (2, 3))
    for wanted, expected in (
        ({"state": "waiting"}, {one}), ({"state": "staff"}, {two}), ({"state": "bot"}, {three}),
        ({"queue": "billing"}, {one}), ({"channel": "whatsapp"}, {three}), ({"language": "es"}, {one}),
        ({"person": ben.id}, {two}), ({"person": ana.id}, set()), ({"from": "2020-01-01"}, {one, two, three}),
        ({"from": f"{tomorrow}", "to": f"{later}"}, set()), ({"words": "rash", "queue": "general"}, {two, three}),
        ({"words": "rash", "state": "staff", "channel": "whatsapp"}, set()),
    ):  # fmt: skip
        assert set(await found(ana, **wanted)) == expected, wanted


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({}, "words"), ({"words": "x"}, "words"), ({"state": "open"}, "state"), ({"from": "soon"}, "from"),
     ({"to": "2026-02-30"}, "to"), ({"person": "Ana"}, "person")],
)  # fmt: skip
async def test_a_search_that_means_nothing_is_refused(house: House, wanted: dict[str, str], field: str) -> None:
    """The refusal names the field."""
    ana = await house.sign_in("Ana")
    assert await ana.post("/desk/search", wanted) == (400, {"error": "bad_request", "field": field})


async def test_what_came_before_stands_beside_the_conversation(house: House) -> None:
    """Campaign, flagged messages, and each earlier time that a person had it: why, who, what came of it."""
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("my chest hurts", level="emergency", category="cardiac", rule="chest-pain")
    await house.pool.execute("UPDATE conversations.conversation SET campaign = 'autumn'")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "close", disposition="referred", seen=9)
    _, opened = await ana.get(f"/desk/conversations/{conversation}")
    assert opened["campaign"] == "autumn"
    assert [(one["seq"], one["level"], one["category"]) for one in opened["flags"]] == [(1, "emergency", "cardiac")]
    assert [(one["how"], one["by"], one["why"], one["came_of"]) for one in opened["cases"]] == [
        ("Resolved", "Ana", "asked", "referred")
    ]
    _, again = await ana.get(f"/desk/conversations/{conversation}/messages?after=0")
    assert {again[name] == opened[name] for name in ("campaign", "flags", "cases")} == {True}
