"""Our own parts of Rasa's graph, and the pure pieces around them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor.assistant import turns
from frontdoor.assistant.components import SafetyScreen, SlashGuard
from frontdoor.assistant.hardening import NotReady, harden
from frontdoor.assistant.plain import by_sound, plain
from frontdoor.assistant.protocol import (
    SCREENED,
    TYPED,
    Button,
    Handoff,
    Press,
    Reply,
    Said,
    Turn,
    reply_from_json,
    reply_to_json,
    turn_from_json,
    turn_to_json,
    without_slash,
)
from frontdoor.settings import load as load_settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "hello"),
        ("/restart", "restart"),
        (" \u2003/ //restart now", "restart now"),
        ("and/or", "and/or"),
        ("///", "?"),
        ("", "?"),
    ],
)
def test_a_text_never_begins_like_a_command(text: str, expected: str) -> None:
    """Leading slashes and blanks go, all of them; the rest stays."""
    assert without_slash(text) == expected


@pytest.mark.parametrize(("metadata", "expected"), [({TYPED: True}, "restart"), ({}, "/restart"), (None, "/restart")])
def test_the_guard_acts_on_what_patients_typed(metadata: dict[str, bool] | None, expected: str) -> None:
    """Buttons in `rasa shell` are slash commands by design and carry no mark."""
    message = Message({TEXT: "/restart", "metadata": metadata})
    SlashGuard().process([message])
    assert message.get(TEXT) == expected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("i can't breathe and my chest hurts, crushing pain", "emergency"),
        ("what are your hours", "opening_hours"),
        ("/opening_hours", "opening_hours"),
    ],
)
def test_the_screen_overrules_the_classifier(text: str, intent: str) -> None:
    """In `rasa shell` an emergency is one, too."""
    message = Message({TEXT: text, INTENT: {"name": "opening_hours", "confidence": 0.9}})
    SafetyScreen().process([message])
    assert message.get(INTENT)["name"] == intent


@pytest.mark.parametrize(("metadata", "intent"), [({SCREENED: True}, "chitchat"), ({SCREENED: False}, "emergency")])
def test_what_the_gateway_screened_is_not_screened_again(metadata: dict[str, bool], intent: str) -> None:
    """It is, when somebody else asks Rasa."""
    text = "i can't breathe and my chest hurts, crushing pain"
    message = Message({TEXT: text, "metadata": metadata, INTENT: {"name": "chitchat", "confidence": 0.9}})
    SafetyScreen().process([message])
    assert message.get(INTENT)["name"] == intent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heyyyyy!!!", "heyy"),
        ("¿CUÁNTO cuesta?", "cuanto cuesta"),
        ("I don’t know 🤷 ok", "i dont know 🤷 ok"),
        ("$79?", "$79"),
        ("?", ""),
    ],
)
def test_texts_are_compared_without_their_dress(text: str, expected: str) -> None:
    """Case, accents, marks and drawn-out letters say nothing about the intent; signs do."""
    assert " ".join(plain(text).split()) == expected


@pytest.mark.parametrize(
    ("name", "agent"),
    [
        ("none", None),
        ("not ready", SimpleNamespace(is_ready=lambda: False, processor=None)),
        ("another store", SimpleNamespace(is_ready=lambda: True, processor=SimpleNamespace(tracker_store=object()))),
    ],
)
def test_without_a_model_or_our_store_nothing_runs(name: str, agent: object) -> None:
    """A misspelled class in endpoints.yml makes Rasa keep trackers in memory: that is refused."""
    with pytest.raises(NotReady):
        harden(agent, load_settings(dotenv=None))  # type: ignore[arg-type]


def test_a_failure_counts_in_its_turn_only() -> None:
    """Noted failures end this turn's save; outside of a turn, and in the next one, nothing is noted."""
    turns.note("before any turn")
    turns.begin()
    turns.check()
    turns.note("action server: 500")
    with pytest.raises(turns.HelperFailed, match="action server: 500"):
        turns.check()
    turns.begin()
    turns.check()


def test_turn_and_reply_survive_the_way() -> None:
    """What one side writes the other reads."""
    turn = Turn("c", 2, "t", "hi", Press("affirm", {"a": 1}, "Yes"), "es", "sms", "link", {"introduced": True})
    turn = replace(turn, vector="AAAA", screened=True, events=7)
    said = Said("hi", (Button("Yes", "/affirm"),), {"stop": True})
    reply = Reply(
        (said,), Handoff("asked", 2), {"topic": "asthma"}, 7, None, "es", {"name": "greet", "confidence": 1.0}
    )
    assert turn_from_json(turn_to_json(turn)) == turn
    assert reply_from_json(reply_to_json(reply)) == reply


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("konsulta", "consulta"),
        ("sita", "cita"),
        ("aser", "hacer"),
        ("kiero", "quiero"),
        ("medisina", "medicina"),
        ("boi", "voi"),
        ("tommorow", "tomorow"),
    ],
)
def test_what_sounds_alike_is_alike(typed: str, meant: str) -> None:
    """Many people write Spanish as they speak it."""
    assert by_sound(typed) == by_sound(meant)
