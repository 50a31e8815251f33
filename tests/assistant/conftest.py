"""One Rasa and one action server for all tests of this directory; each test talks in conversations of its own."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from frontdoor.assistant.client import Assistant
from frontdoor.assistant.protocol import Press, Turn
from frontdoor.assistant.training import ensure_model
from frontdoor.settings import Settings, load
from tests import conftest as shared
from tests.assistant import servers
from tests.assistant.servers import Server
from tests.product import lend


@dataclass
class Running:
    """The two servers, their settings and where their logs are."""

    settings: Settings
    database_url: str
    rasa: Server
    actions: Server
    model: Path


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model of the checkout; trained now if its inputs changed."""
    return ensure_model(load(dotenv=None))


@pytest.fixture(scope="session")
def running(postgres: str, migrated: str, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Rasa and the actions, with a database of their own."""
    name = f"rasa_{uuid.uuid4().hex[:12]}"
    shared._execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    url, place = shared._named(postgres, name), tmp_path_factory.mktemp("assistant")
    settings = servers.on_free_ports(load({"DATABASE_URL": url, "FRONTDOOR_DATA_DIR": str(place)}, dotenv=None))
    lend(place)  # the encoder that the model was made with, and the screen
    rasa = servers.rasa(settings, url, model, place / "rasa.log")
    actions = servers.actions(settings, url, place / "actions.log")
    with actions, rasa:
        yield Running(settings, url, rasa, actions, model)
    shared._execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


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
