"""Gateways for tests: one of a test's own, or one that the tests of a file share."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdoor.settings import Settings, load
from tests.conftest import _execute, _named
from tests.gateway.serving import House, running

MANY = 100_000


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A gateway on a fresh database, with a bot that echoes."""
    with running(settings) as made:
        yield made


@pytest.fixture(scope="module")
def module_house(postgres: str, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same for all tests of a file, without limits to speak of."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    directory: Path = tmp_path_factory.mktemp("gateway")
    own = {"DATABASE_URL": _named(postgres, name), "FRONTDOOR_DATA_DIR": str(directory)}
    settings = load(own, dotenv=None)
    with running(settings, chat_messages_per_minute=MANY, chat_sessions_per_minute=MANY) as made:
        yield made
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def shared(module_house: House) -> House:
    """The shared gateway, its bot as new."""
    module_house.bot.turns.clear()
    module_house.bot.down = False
    return module_house
