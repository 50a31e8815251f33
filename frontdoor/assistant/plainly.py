"""Messages that mean one thing whatever the model makes of them: a bot's commands, a place, "is it safe?", "what app?".

Only while no form waits for an answer; there "/restart" begins the form again, and a place is an answer.
"""

from typing import Any

from frontdoor.assistant.protocol import without_slash
from frontdoor.booking.fold import fold
from frontdoor.booking.how import asks_how
from frontdoor.booking.places import read_place
from frontdoor.booking.talk import wants_restart

BEGIN = frozenset({"start", "help", "menu", "ayuda", "inicio", "comenzar", "empezar"})  # typed behind a slash
SURE = 0.99  # only a button is certain
IS_IT_SAFE = frozenset(  # with nothing that says what: this chat
    {
        "is it safe", "is this safe", "is it secure", "is this secure", "is it private", "is this private",
        "es seguro", "esto es seguro", "es esto seguro", "es confiable", "es privado", "esto es privado",
    }
)  # fmt: skip
MOST_CHARS = 120  # a longer message says more than where


def plainly_meant(text: str, *, asks_on: bool = False) -> dict[str, Any] | None:
    """Return *text* as Rasa's parsed data, where its meaning is plain. *asks_on*: an article was just shown."""
    said = without_slash(text)
    command = said.split("@")[0].lower() if text.lstrip().startswith("/") else ""
    if command in BEGIN or wants_restart(said):
        return _parsed(said, "greet")
    if asks_on or len(said) > MOST_CHARS:
        return None
    if fold(said).strip("¿?¡!. ") in IS_IT_SAFE:
        return _parsed(said, "privacy_data")
    return _parsed(said, "inform") if read_place(said) or asks_how(said) else None


def _parsed(text: str, intent: str) -> dict[str, Any]:
    return {"text": text, "intent": {"name": intent, "confidence": SURE}, "entities": []}
