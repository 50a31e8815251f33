"""One house (scheduling, actions, Rasa on PostgreSQL) for all conversations of this directory."""

import random
import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from frontdoor.assistant.client import Assistant
from tests import conftest as shared
from tests.booking.house import Chat, House, open_house


@pytest.fixture(scope="session")
def house(postgres: str, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The servers that a booking needs, with a database of their own."""
    name = f"house_{uuid.uuid4().hex[:12]}"
    shared._execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    with open_house(shared._named(postgres, name), tmp_path_factory.mktemp("house")) as opened:
        yield opened
    shared._execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def chats(house: House) -> AsyncIterator[Callable[..., Chat]]:
    """Makes conversations: `chats(language="es", phi="link")`."""
    async with Assistant(house.settings) as assistant:
        yield lambda **more: Chat(assistant, **more)


@pytest.fixture
def name() -> str:
    """A patient whom no other test knows."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "Zoe " + "".join(random.choices(letters, k=10)).capitalize()
