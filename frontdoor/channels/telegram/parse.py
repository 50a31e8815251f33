"""Telegram updates, read. https://core.telegram.org/bots/api#update"""

from datetime import datetime, timezone
from typing import Any

from frontdoor.channels.contract import Event, Media

MEDIA = ("photo", "voice", "video", "audio", "document", "sticker", "animation", "video_note")


def parse(update: dict[str, Any]) -> list[Event]:
    """Return what a person did in one update."""
    match update:
        case {"update_id": int(number), **update} if not isinstance(number, bool):
            return [_event(str(number), update)]
    return [Event("ignored", reason="no update_id")]


def _event(id_: str, update: dict[str, Any]) -> Event:
    match update:
        case {"message": {"from": {"is_bot": True}}}:
            return Event("ignored", id_, reason="bot")
        case {"message": {"chat": {"type": "private"}} as message}:
            return _message(id_, message)
        case {"callback_query": {"message": {"chat": {"type": str(kind)}}}} if kind != "private":
            return Event("ignored", id_, reason="group")
        case {"callback_query": {"id": str(callback), "from": {"id": int(person)}, "data": str(data)} as query}:
            return Event("press", id_, f"{person}", payload=data, callback_id=callback, name=_name(query["from"]))
        case {"edited_message": {"chat": {"type": "private", "id": int(person)}, "message_id": int(number)} as message}:
            text = message.get("text") or message.get("caption")
            if isinstance(text, str):
                return Event("edit", id_, f"{person}", text, platform_id=f"{number}")
        case {
            "my_chat_member": {"chat": {"type": "private", "id": int(person)}, "new_chat_member": {"status": str(s)}}
        }:
            return Event("stop" if s in ("kicked", "left") else "resume", id_, f"{person}")
    for kind in ("message", "edited_message", "my_chat_member"):
        match update.get(kind):
            case {"chat": {"type": str(chat)}} if chat != "private":
                return Event("ignored", id_, reason="group")
    return Event("ignored", id_, reason="kind")


def _message(id_: str, message: dict[str, Any]) -> Event:
    match message:
        case {"chat": {"id": int(person)}, "message_id": int(number)}:
            pass
        case _:
            return Event("ignored", id_, reason="incomplete")
    common: dict[str, Any] = {
        "id": id_, "address": f"{person}", "platform_id": f"{number}", "name": _name(message.get("from")),
        "at": _instant(message.get("date")),
    }  # fmt: skip
    text = message.get("text", message.get("caption"))
    text = text if isinstance(text, str) else ""
    command, *rest = text.split(maxsplit=1) or [""]
    if command.partition("@")[0] == "/start":
        return Event("start", ref="".join(rest).strip(), **common)
    media = _media(message)
    if not text.strip() and not media:
        return Event("ignored", id_, reason="empty" if text else "kind")
    return Event("message", text=text, media=media, **common)


def _media(message: dict[str, Any]) -> tuple[Media, ...]:
    match message:
        case {"location": {"latitude": float() | int() as latitude, "longitude": float() | int() as longitude}}:
            return (Media("location", detail=f"{latitude},{longitude}"),)
        case {"contact": {}}:
            return (Media("contact"),)
    for kind in MEDIA:
        found = message.get(kind)
        if isinstance(found, list) and found:
            found = found[-1]  # the largest of a photo's sizes
        if isinstance(found, dict):
            return (
                Media("image" if kind == "photo" else kind, id=_text(found, "file_id"), mime=_text(found, "mime_type")),
            )
    return ()


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return ""
    return " ".join(filter(None, (_text(person, "first_name"), _text(person, "last_name"))))


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _instant(seconds: Any) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < 10**11:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc)
