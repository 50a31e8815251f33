"""What a WhatsApp message says and shows."""

from typing import Any

from frontdoor.channels.contract import Media
from frontdoor.channels.meta.reading import inner, items, place, text

FILES = ("image", "video", "audio", "document", "sticker")


def words(item: Any) -> str:
    """Return the text of a message, or the words under a picture."""
    kind = text(item, "type")
    if kind == "text":
        return text(inner(item, "text"), "body")
    return text(inner(item, kind), "caption") if kind in FILES else ""


def media(item: Any) -> tuple[Media, ...]:
    """Return what is no text in a message."""
    kind = text(item, "type")
    part = inner(item, kind)
    if kind in FILES:
        shown = "voice" if part.get("voice") is True else kind
        return (Media(shown, id=text(part, "id"), mime=text(part, "mime_type"), detail=text(part, "filename")),)
    if kind == "location":
        where = place(part.get("latitude"), part.get("longitude"))
        return (Media("location", detail=where or ""),)
    if kind == "contacts":
        return tuple(Media("contact") for _ in items(item, "contacts")[:10]) or (Media("contact"),)
    return ()
