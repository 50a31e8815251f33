"""What is typed instead of "Yes, it helped" and "Not really", right under an answer that asks for it. Pure."""

import json
from collections.abc import Mapping, Sequence

from frontdoor.booking.fold import fold

_YES = frozenset(
    {
        "yes it helped", "it helped", "that helped", "this helped", "helpful", "very helpful", "that was helpful",
        "this is helpful", "yes helpful", "helped a lot", "si ayudo", "me ayudo", "si me ayudo", "ayudo", "sirvio",
        "me sirvio", "si me sirvio", "me sirve", "me fue util", "fue util", "muy util", "util",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "not really", "not helpful", "no help", "unhelpful", "it didnt help", "didnt help", "that didnt help",
        "doesnt help", "that doesnt help", "it doesnt help", "this doesnt help", "not what i asked", "wrong answer",
        "this is not helpful", "thats not helpful", "that was not helpful", "that wasnt helpful", "no ayudo",
        "no me ayudo", "no mucho", "no me sirvio", "no me sirve", "no sirve", "no es lo que pregunte", "eso no ayuda",
        "no es util", "no fue util", "no me fue util",
    }
)  # fmt: skip


def asked_about(buttons: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return topic and section of the answer under which *buttons* ask whether it helped; empty where none asks it."""
    payload = next((button["payload"] for button in buttons if '"helpful"' in button["payload"]), None)
    return json.loads(payload.removeprefix("/education")) if payload else {}


def typed_opinion(text: str) -> str | None:
    """Return "yes" or "no" when the whole message says whether an answer helped; else None."""
    plain = " ".join("".join(mark for mark in fold(text) if mark.isalnum() or mark.isspace()).split())
    return "yes" if plain in _YES else "no" if plain in _NO else None
