"""Turns at a real Rasa with our channel, trackers in PostgreSQL and the real action server."""

import asyncio

import pytest

from frontdoor.assistant.client import Assistant, AssistantRefused
from frontdoor.assistant.protocol import Press


def words(reply) -> str:
    return "\n".join(said.text or "" for said in reply.messages)


async def test_first_contact_says_it_is_a_bot_exactly_once(assistant: Assistant, turn) -> None:
    """Whatever is asked first, the introduction comes first, and never again in the conversation."""
    first = await assistant.turn(turn("when are you open"))
    second = await assistant.turn(turn("hello"))
    moved = await assistant.turn(turn("hello", session=2, carry={"introduced": True}))
    assert "I am a bot, not a person" in (first.messages[0].text or "")
    assert len(first.messages) == 2
    assert "I am a bot" not in words(second) + words(moved)


async def test_a_turn_asked_for_again_is_answered_again_and_run_once(assistant: Assistant, turn) -> None:
    """The gateway may repeat a turn after a crash; the tracker answers, no second run."""
    once = turn("hello")
    first = await assistant.turn(once)
    await assistant.turn(turn("thanks"))
    assert (await assistant.turn(once)).messages == first.messages
    assert (await assistant.turn(turn("bye"))).events == first.events + 2 * 5
