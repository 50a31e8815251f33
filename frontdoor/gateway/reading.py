"""What a web chat client may send, read into values. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from frontdoor import plain_json
from frontdoor.gateway.errors import Bad, TooLong

LANGUAGES = ("en", "es")
ID_MAX_CHARS, PAYLOAD_MAX_CHARS, CAMPAIGN_MAX_CHARS = 100, 200, 64
BODY_MAX_BYTES = 64_000  # beside the text itself, of which a character takes up to twelve bytes of JSON
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and newline
_NOT_CAMPAIGN = re.compile(r"[^\w.\-]")


@dataclass(frozen=True)
class Typed:
    """Something that the patient wrote."""

    client_message_id: str
    text: str


@dataclass(frozen=True)
class Pressed:
    """A button that the patient pressed: its opaque *payload*."""

    client_message_id: str
    payload: str


@dataclass(frozen=True)
class Wanted:
    """A session that a client asks for. *cookie*: keep the token from scripts, as our own page does."""

    language: str | None
    campaign: str | None
    cookie: bool


def message(body: bytes, *, most_chars: int) -> Typed | Pressed:
    """Read the body of POST /chat/messages.

    Raises:
        Bad: It is no such body.
        TooLong: The text has more than *most_chars* characters.
    """
    if len(body) > BODY_MAX_BYTES + 12 * most_chars:
        raise _too_long(most_chars)
    given = _object(body)
    identifier = given.get("client_message_id")
    if not isinstance(identifier, str) or not 1 <= len(identifier) <= ID_MAX_CHARS or clean(identifier) != identifier:
        raise Bad("bad_client_message_id", f"client_message_id takes text of 1 to {ID_MAX_CHARS} characters.")
    if "payload" in given:
        return _press(identifier, given)
    text = given.get("text")
    if not isinstance(text, str):
        raise Bad("bad_text", "text is missing or is no text.")
    text = clean(text)
    if len(text) > most_chars:
        raise _too_long(most_chars)
    if not text:
        raise Bad("empty", "The message is empty.")
    return Typed(identifier, text)


def session(body: bytes) -> Wanted:
    """Read the body of POST /chat/sessions; nothing at all is a session with what is usual.

    Raises:
        Bad: It is no such body.
    """
    given = _object(body) if body.strip() else {}
    language, campaign = given.get("language"), given.get("campaign")
    if language is not None and language not in LANGUAGES:
        raise Bad("bad_language", f"language takes one of {', '.join(LANGUAGES)}.")
    if campaign is not None and not isinstance(campaign, str):
        raise Bad("bad_campaign", "campaign takes text.")
    return Wanted(language, campaign_name(campaign), given.get("cookie") is True)


def after(text: str | None) -> int:
    """Read the number of the last message that a client has; nothing is none.

    Raises:
        Bad: It is no number.
    """
    if text is None or text == "":
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Bad("bad_after", "after takes the seq of the last message you have.")
    return int(text)


def campaign_name(text: str | None) -> str | None:
    """Return what of *text* may be kept as a campaign's name."""
    return _NOT_CAMPAIGN.sub("", text or "")[:CAMPAIGN_MAX_CHARS] or None


def clean(text: str) -> str:
    """Return *text* as PostgreSQL and people can read it: no control characters, no halves of characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip()


def preferred_language(accepted: str, otherwise: str) -> str:
    """Return our language that an Accept-Language header names first, else *otherwise*."""
    for entry in accepted[:200].split(","):
        language = entry.strip().partition(";")[0].partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return otherwise


def _press(identifier: str, given: dict[str, Any]) -> Pressed:
    payload = given["payload"]
    if "text" in given:
        raise Bad("bad_payload", "Send text or payload, not both.")
    if not isinstance(payload, str) or not 1 <= len(payload) <= PAYLOAD_MAX_CHARS or clean(payload) != payload:
        raise Bad("not_offered", "This choice was not offered in this conversation.")
    return Pressed(identifier, payload)


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = plain_json.loads(body)  # half an emoji, which a patient's browser can send, is read
    except (ValueError, RecursionError):
        raise Bad("bad_json", "The body is no JSON.") from None
    if not isinstance(given, dict):
        raise Bad("bad_json", "The body is no JSON object.")
    return given


def _too_long(most_chars: int) -> TooLong:
    return TooLong("too_long", f"A message has at most {most_chars} characters.")
