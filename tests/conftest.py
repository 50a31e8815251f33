"""What every test may ask for: a real PostgreSQL with its own fresh database, settings that point at it."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from sanic import Sanic

from frontdoor.database import embedded, migrations
from frontdoor.settings import Settings, load

if TYPE_CHECKING:
    from tests.assistant.servers import Running
    from tests.product import Product

Sanic.test_mode = True  # one process makes many apps of one name


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a server for this test session: TEST_DATABASE_URL, or the embedded one in a new directory."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # A short path: a Unix socket's name has at most 107 characters.
    directory = Path(tempfile.mkdtemp(prefix="fd-pg-"))
    try:
        yield embedded.start(directory / "db")
    finally:
        embedded.stop(directory / "db")
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(postgres: str) -> str:
    """Name of a database that has every migration; each test's database is a copy of it."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name}")
    migrations.upgrade(_named(postgres, name))
    return name


@pytest.fixture
def database_url(postgres: str, migrated: str) -> Iterator[str]:
    """Address of a fresh, migrated database of this test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    yield _named(postgres, name)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a product that keeps everything in this test's own places."""
    return load({"DATABASE_URL": database_url, "FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None)


def _named(server_url: str, database: str) -> str:
    """Return *server_url* with another database: postgresql://postgres:@/THIS?host=/dir."""
    address, question, options = server_url.partition("?")
    return f"{address.rpartition('/')[0]}/{database}{question}{options}"


def _execute(database_url: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(database_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def product() -> "Iterator[Product]":
    """The whole product, running: one for all tests of this session. Who kills a part waits until it is back."""
    from tests.product import running

    with running() as started:
        yield started


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model of the checkout; trained now if its inputs changed."""
    from frontdoor.assistant.training import ensure_model

    return ensure_model(load(dotenv=None))


@pytest.fixture(scope="session")
def running(postgres: str, migrated: str, model: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Running]":
    """One Rasa and one action server for all tests of this session, with a database of their own."""
    from tests.assistant import servers
    from tests.product import lend

    name = f"rasa_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    url, place = _named(postgres, name), tmp_path_factory.mktemp("assistant")
    settings = servers.on_free_ports(load({"DATABASE_URL": url, "FRONTDOOR_DATA_DIR": str(place)}, dotenv=None))
    lend(place)  # the encoder that the model was made with, and the screen
    rasa = servers.rasa(settings, url, model, place / "rasa.log")
    actions = servers.actions(settings, url, place / "actions.log")
    with actions, rasa:
        yield servers.Running(settings, url, rasa, actions, model)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")
