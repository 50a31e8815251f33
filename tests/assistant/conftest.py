"""Each test talks to the session's Rasa in a conversation of its own."""

import uuid
from collections.abc import Callable

import pytest

from frontdoor.assistant.client import Assistant
from frontdoor.assistant.protocol import Press, Turn
from tests.assistant.servers import Running


@pytest.fixture
async def assistant(running: Running) -> "Assistant":
    """A client of the running Rasa."""
    async with Assistant(running.settings) as client:
        yield client


@pytest.fixture
def turn() -> Callable[..., Turn]:
    """Makes turns of one new conversation: `turn("hello")`, `turn(press=Press("affirm"))`."""
    conversation = str(uuid.uuid4())

    def make(text: str = "", press: Press | None = None, **more: object) -> Turn:
        given = {"conversation": conversation, "session": 1, "turn": str(uuid.uuid4()), "text": text} | more
        return Turn(**given, press=press)  # type: ignore[arg-type]

    return make
