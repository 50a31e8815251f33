"""One computing a message: the screen, the intents and the library's search ask for the same vector."""

import base64
import shutil
import uuid
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import requests
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor.assistant.client import Assistant
from frontdoor.assistant.dense import SentenceVector
from frontdoor.assistant.protocol import Reply, Turn
from frontdoor.education.ready import ready
from frontdoor.encoder import DIMENSIONS, Encoder, load, sharing
from frontdoor.encoder.runtime import REMEMBERED
from frontdoor.encoder.sharing import BadVector
from frontdoor.safety import screen
from frontdoor.settings import load as load_settings
from tests.assistant.servers import Running

MESSAGES = (
    "my head hurts on one side and light bothers me",
    "me duele la cabeza de un lado y me molesta la luz",
    "doctor i have mucha tos y mocos since lunes",
    "how long does the flu last 🤒",
    "¿qué es bueno para la acidez?",
)


@pytest.fixture
def elsewhere(encoder_dir: Path, tmp_path: Path) -> Path:
    """The data directory of another process, with the same encoder."""
    shutil.copytree(encoder_dir, tmp_path / "encoder")
    return tmp_path


def _intents(encoder: Encoder) -> SentenceVector:
    return SentenceVector("x", SentenceVector.get_default_config(), encoder)


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message_is_computed_once(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """For everybody who asks, whatever language it is in."""
    settings = load_settings(dotenv=None)
    asked, intents, library = screen.load(settings.data_dir), _intents(encoder), ready(settings)
    computed: list[str] = []
    monkeypatch.setattr(Encoder, "embed", lambda self, text: computed.append(text) or np.ones(DIMENSIONS, np.float32))
    fresh = f"{text} {uuid.uuid4().hex[:6]}"
    asked(fresh)
    intents.process([Message({TEXT: fresh})])
    for answers in library.answers.values():
        answers.to(fresh, date(2026, 11, 28))
    encoder.keep(fresh, encoder.embed("nobody shall find this one"))
    assert len(computed) == 2


def test_a_vector_arrives_as_it_was_sent(encoder: Encoder, elsewhere: Path) -> None:
    """To the last bit: what comes out of it is the same in every process."""
    data_dir = load_settings(dotenv=None).data_dir
    here = load(data_dir / "encoder")  # of this process: the fixture's may be one that was loaded before others
    assert here is not None
    vector = here.of_message("how long does a cold last")
    written = sharing.known(data_dir, "how long does a cold last")
    assert written is not None
    assert sharing.known(elsewhere, "how long does a cold last") is None
    sharing.take(elsewhere, "how long does a cold last", written)
    there = load(elsewhere / "encoder")
    assert there is not None
    assert there is not here
    assert np.array_equal(there.of_message("how long does a cold last"), vector)
    assert sharing.known(elsewhere, "how long does a cold last") == written


@pytest.mark.parametrize(
    "written",
    ["", "no base64!", base64.b64encode(b"short").decode(), base64.b64encode(b"\xff" * 4 * DIMENSIONS).decode()],
    ids=["empty", "no base64", "short", "no numbers"],
)
def test_what_is_no_vector_is_refused(elsewhere: Path, written: str) -> None:
    """And nothing is remembered."""
    with pytest.raises(BadVector):
        sharing.take(elsewhere, "hello", written)
    assert sharing.known(elsewhere, "hello") is None


def test_only_the_last_messages_are_remembered(elsewhere: Path) -> None:
    """A process that runs for months keeps no more of them."""
    there = load(elsewhere / "encoder")
    assert there is not None
    for number in range(REMEMBERED + 1):
        there.keep(f"message {number}", np.ones(DIMENSIONS, np.float32))
    assert there.known("message 0") is None
    assert there.known("message 1") is not None


async def _asked(running: Running, text: str) -> Reply:
    async with Assistant(running.settings) as assistant:
        return await assistant.turn(Turn(str(uuid.uuid4()), 1, str(uuid.uuid4()), text))


async def test_rasa_uses_the_vector_that_comes_with_the_turn(running: Running) -> None:
    """With that of another message it is not as sure of the intent."""
    there = load(running.settings.data_dir / "encoder")
    assert there is not None
    alone = await _asked(running, "may i see somebody about my skin on friday")
    there.keep("may i see somebody about my skin on friday", there.of_message("unsubscribe me from your messages"))
    misled = await _asked(running, "may i see somebody about my skin on friday")
    assert misled.intent["confidence"] != alone.intent["confidence"]


@pytest.mark.parametrize(("meaning", "said"), [("heartburn acid reflux", "reflux"), ("i cannot sleep", "insomnia")])
async def test_the_search_uses_it_too(running: Running, meaning: str, said: str) -> None:
    """It goes on from Rasa to the action server: words that say little are about what the vector says."""
    there = load(running.settings.data_dir / "encoder")
    assert there is not None
    there.keep("what helps when it flares up at night", there.of_message(meaning))
    reply = await _asked(running, "what helps when it flares up at night")
    assert any(said in (message.text or "").lower() for message in reply.messages), reply


async def test_rasa_refuses_what_is_no_vector(running: Running) -> None:
    """As it refuses every other wrong field."""
    turn = {"conversation": "c", "session": 1, "turn": "t", "language": "en", "channel": "web", "phi": "allow"}
    answer = requests.post(
        f"{running.settings.rasa_url}/webhooks/frontdoor/turn",
        json=turn | {"text": "hello", "vector": "no base64!"},
        headers={"Authorization": f"Bearer {running.settings.internal_token}"},
        timeout=20,
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"
