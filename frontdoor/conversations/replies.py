"""What the bot said, as messages that a channel can show."""

import json
import logging
from typing import Any

from frontdoor.assistant.protocol import Button as Offered
from frontdoor.assistant.protocol import Said
from frontdoor.conversations.model import Attachment, Button, Outbound

log = logging.getLogger(__name__)
SAFE_LINKS = ("http://", "https://", "tel:", "sms:")


def outbound(said: Said, language: str | None) -> Outbound | None:
    """Return *said* as one message, or None where there is nothing for the patient to see."""
    buttons = tuple(button for offered in said.buttons if (button := _button(offered)) is not None)
    attachment = _attachment(said.custom or {})
    if not said.text and not buttons and attachment is None:
        return None
    return Outbound(said.text or (attachment.filename if attachment else ""), buttons, attachment, language)


def _button(offered: Offered) -> Button | None:
    """Read Rasa's `/intent{"entity": "value"}`; a link is a link; anything else is dropped."""
    payload = offered.payload
    if payload.startswith(SAFE_LINKS):
        return Button(offered.title, url=payload)
    intent, brace, rest = payload.lstrip("/").partition("{")
    try:
        entities: Any = json.loads(brace + rest) if brace else {}
    except ValueError:
        entities = None
    if not payload.startswith("/") or not intent or not isinstance(entities, dict):
        log.warning("a button was dropped: its payload cannot be read")
        return None
    return Button(offered.title, intent.strip(), entities)


def _attachment(custom: Any) -> Attachment | None:
    match custom:
        case {"attachment": {"url": str(url), "filename": str(filename), "mime": str(mime)}}:
            return Attachment(url, filename, mime) if url.startswith(("http://", "https://", "/")) else None
    return None
