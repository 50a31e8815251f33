"""Where a whole message says that somebody is, and the commands that every bot is thought to know."""

import pytest

from frontdoor.assistant.plainly import plainly_meant
from frontdoor.booking.places import Place, read_place

PLACES = [
    ("ontario", Place("Ontario")),
    ("I live in Ontario", Place("Ontario")),
    ("do you guys serve Canada?", Place("Canada")),
    ("¿atienden en Monterrey?", Place("Monterrey")),
    ("are you available in texas?", Place("Texas", "TX")),
    ("vivo en nueva jersey", Place("New Jersey", "NJ")),
    ("TX", Place("Texas", "TX")),
    ("Do you see patients in NJ?", Place("New Jersey", "NJ")),
    ("I am in PA", Place("Pennsylvania", "PA")),
    ("in georgia", Place("Georgia", "GA")),
    ("Which states do you serve?", Place()),
    ("¿en qué estados atienden?", Place()),
    ("where are you licensed?", Place()),
    ("georgia", None),  # may be a person
    ("OK", None),
    ("hi", None),
    ("in LA", None),  # which of two?
    ("book a visit in texas", None),
    ("is it safe to travel to mexico", None),
    ("I have a cough in ontario", None),
    ("what states that I am ill", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_places(text: str, expected: Place | None) -> None:
    """A place counts where the message is about it and nothing else."""
    assert read_place(text) == expected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("/start", "greet"), ("/restart", "greet"), ("/help", "greet"), ("/start@clinic_bot", "greet"),
        ("start over", "greet"), ("empezar de nuevo", "greet"), ("Ontario", "inform"),
        ("¿es seguro?", "privacy_data"), ("Is this safe?", "privacy_data"), ("is it safe to fly", None),
        ("help", None), ("/cancel", None), ("ontario " * 40, None),
    ],
)  # fmt: skip
def test_plain_commands(text: str, intent: str | None) -> None:
    """A command begins the conversation anew; most words alone are for the model."""
    meant = plainly_meant(text)
    assert (meant and meant["intent"]["name"]) == intent
    asked_on = plainly_meant(text, asks_on=True)  # right after an article, "is it safe?" is about it
    assert (asked_on and asked_on["intent"]["name"]) == (intent if intent == "greet" else None)
