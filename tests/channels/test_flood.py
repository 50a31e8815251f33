"""Somebody who writes without a pause: kept and screened, told once, and no trouble to anybody else."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.scene import Scene, playing
from tests.channels.telegram.case import TelegramCase
from tests.channels.whatsapp.case import WhatsAppCase
from tests.conftest import _execute, _named
from tests.gateway.serving import until

MOST = 5
CASES = (WhatsAppCase(), TelegramCase())  # batches, and one at a time
TOO_FAST = "You write faster than I can answer."


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def scene(
    postgres: str, migrated: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A channel on which nobody may write more than five messages; tokens come back only when a test says so."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    few = {"FRONTDOOR_CHANNEL_MESSAGES_PER_MINUTE": f"{MOST}"}
    with playing(request.param, _named(postgres, name), tmp_path_factory.mktemp("flood"), **few) as made:
        made.house.worker.reception.flood.per_second = 0.0
        yield made
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def flood(scene: Scene, person: str, count: int) -> None:
    """Have *person* write *count* messages, in one webhook where the platform has such a thing."""
    items = [(person, f"message {number}", scene.id()) for number in range(count)]
    batch = scene.case.batch(items)
    for content in [batch] if batch is not None else [scene.case.text(*item) for item in items]:
        scene.deliver(content)


def said(scene: Scene, person: str, author: str) -> list[Any]:
    """Return what *author* said to *person*, or the person wrote."""
    return [message for message in scene.messages(person) if message["author"] == author]


def test_a_flood_is_kept_and_said_once(scene: Scene) -> None:
    """Everything is stored, the bot hears what was within the measure, and one notice goes out."""
    person = scene.person()
    flood(scene, person, MOST + 12)
    scene.wait_shown(person, TOO_FAST)
    assert len(said(scene, person, "patient")) == MOST + 12
    flood(scene, person, 3)
    assert [message["status"] for message in said(scene, person, "patient")].count("kept") >= 15
    assert len([text for text in scene.shown_to(person) if TOO_FAST in text]) == 1
    heard = " ".join(scene.turns(person))
    assert f"message {MOST + 5}" not in heard


def test_what_is_delivered_again_is_no_flood(scene: Scene) -> None:
    """A platform that sends one message many times makes nobody too fast."""
    person = scene.person()
    again = scene.case.text(person, "hello once", scene.id())
    for _ in range(MOST + 5):
        scene.deliver(again)
    scene.says(person, "hello twice")
    scene.wait_shown(person, "hello twice")
    assert [message["text"] for message in said(scene, person, "patient")] == ["hello once", "hello twice"]
    assert not [text for text in scene.shown_to(person) if TOO_FAST in text]


def test_nobody_else_is_held_up(scene: Scene) -> None:
    """Another person is answered as ever."""
    person, other = scene.person(), scene.person()
    flood(scene, person, MOST + 5)
    scene.says(other, "hello there")
    scene.wait_shown(other, "hello there")


def test_an_emergency_in_a_flood_is_answered(scene: Scene) -> None:
    """The screen comes before every limit: the number goes out, and the conversation waits at the very front."""
    person = scene.person()
    flood(scene, person, MOST + 5)
    scene.wait_shown(person, TOO_FAST)
    scene.says(person, "I want to kill myself tonight")
    scene.wait_shown(person, "988")
    row = scene.conversation(person)
    assert (row["state"], row["priority"]) == ("waiting", 0)


def test_who_pauses_is_answered_again(scene: Scene) -> None:
    """After a pause the bot goes on."""
    person = scene.person()
    flood(scene, person, MOST + 5)
    scene.wait_shown(person, TOO_FAST)
    scene.house.worker.reception.flood.per_second = 1e6
    scene.says(person, "sorry, are you there?")
    scene.house.worker.reception.flood.per_second = 0.0
    until(lambda: "sorry, are you there?" in scene.turns(person))
