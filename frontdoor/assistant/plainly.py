"""Messages that mean one thing whatever the model makes of them: a bot's usual commands, and the name of a place.

Only while no form waits for an answer; there "/restart" begins the form again, and a place is an answer.
"""

from typing import Any

from frontdoor.assistant.protocol import without_slash
from frontdoor.booking.places import read_place
from frontdoor.booking.talk import wants_restart

BEGIN = frozenset({"start", "help", "menu", "ayuda", "inicio", "comenzar", "empezar"})  # typed behind a slash
SURE = 0.99  # only a button is certain
MOST_CHARS = 120  # a longer message says more than where


def plainly_meant(text: str) -> dict[str, Any] | None:
    """Return *text* as Rasa's parsed data, where its meaning is plain."""
    said = without_slash(text)
    command = said.split("@")[0].lower() if text.lstrip().startswith("/") else ""
    if command in BEGIN or wants_restart(said):
        return _parsed(said, "greet")
    if len(said) <= MOST_CHARS and read_place(said):
        return _parsed(said, "inform")
    return None


def _parsed(text: str, intent: str) -> dict[str, Any]:
    return {"text": text, "intent": {"name": intent, "confidence": SURE}, "entities": []}
