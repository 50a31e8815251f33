"""Viber callbacks, read. https://developers.viber.com/docs/api/rest-bot-api/#callbacks

A message_token is larger than a JavaScript number holds exactly: it is read as an integer and kept as text.
"""

from typing import Any

from frontdoor.channels.contract import Event, Media
from frontdoor.channels.meta.reading import inner, instant, number, place, text
from frontdoor.channels.numbered import is_ours

STATUSES = {"delivered": "delivered", "seen": "read", "failed": "failed"}
NOTED = ("webhook", "action", "client_status")  # what Viber tells and we have no use for
FILES = {"picture": "image", "video": "video", "file": "document"}


def parse(root: dict[str, Any]) -> list[Event]:
    """Return what a person did in one callback."""
    return [_event(text(root, "event"), root)]


def _event(kind: str, root: dict[str, Any]) -> Event:
    token, at = number(root, "message_token"), instant(root.get("timestamp"))
    if kind in NOTED:
        return Event("ignored", reason=kind)
    if kind == "message":
        return _message(root)
    if kind in STATUSES:
        if not token:
            return Event("ignored", reason="incomplete")
        status = STATUSES[kind]
        return Event("delivery", f"{status}:{token}", text(root, "user_id"), platform_id=token, status=status, at=at)
    person = inner(root, "user")
    address = text(person, "id") or text(root, "user_id")
    if kind not in ("subscribed", "unsubscribed", "conversation_started"):
        return Event("ignored", reason="kind")
    if not address or not token:
        return Event("ignored", reason="incomplete")
    if kind == "conversation_started":
        ref = text(root, "context")
        return Event("start", f"start:{token}", address, ref=ref, name=text(person, "name"), at=at)
    return Event("resume" if kind == "subscribed" else "stop", f"{kind}:{token}", address, at=at)


def _message(root: dict[str, Any]) -> Event:
    """Read what a person wrote; the button of a keyboard comes as its id, written."""
    person, message, token = inner(root, "sender"), inner(root, "message"), number(root, "message_token")
    address = text(person, "id")
    if not address or not token:
        return Event("ignored", reason="incomplete")
    if text(root, "chat_id"):
        return Event("ignored", token, reason="group")
    common: dict[str, Any] = {
        "id": token, "address": address, "name": text(person, "name"), "platform_id": token,
        "at": instant(root.get("timestamp")),
    }  # fmt: skip
    said = text(message, "text")
    if text(message, "type") == "text" and is_ours(said):
        return Event("press", payload=said, **common)
    media = _media(message)
    if not said.strip() and not media:
        return Event("ignored", token, reason="empty" if text(message, "type") == "text" else "kind")
    return Event("message", text=said, media=media, **common)


def _media(message: dict[str, Any]) -> tuple[Media, ...]:
    kind = text(message, "type")
    if kind in FILES:
        return (Media(FILES[kind], url=text(message, "media"), detail=text(message, "file_name")),)
    if kind == "location":
        spot = inner(message, "location")
        return (Media("location", detail=place(spot.get("lat"), spot.get("lon")) or ""),)
    if kind == "contact":
        return (Media("contact"),)
    if kind == "sticker":
        return (Media("sticker", id=number(message, "sticker_id")),)
    return (Media("link", url=text(message, "media")),) if kind == "url" else ()
