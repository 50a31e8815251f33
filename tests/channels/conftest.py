"""A gateway with one channel on, shared by the tests of a class that names its `case`."""

import uuid
from collections.abc import Iterator

import pytest

from frontdoor.conversations import outbox
from tests.channels.scene import Scene, playing
from tests.conftest import _execute, _named


@pytest.fixture(scope="class")
def stage(
    postgres: str, migrated: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The scene of the class's `case`, on a database of its own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    directory = tmp_path_factory.mktemp("channel")
    with playing(request.cls.case, _named(postgres, name), directory) as made:
        yield made
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def scene(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The shared scene, its platform willing and its bot up; what fails is tried again soon."""
    monkeypatch.setattr(outbox, "AGAIN_SECONDS", (0.05,) * 4)
    monkeypatch.setattr(outbox, "POLL_SECONDS", 0.05)
    stage.platform.script.clear()
    stage.house.bot.down = False
    stage.resume()
    return stage
