"""LINE webhooks, read. https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects"""

from datetime import datetime, timezone
from typing import Any

from frontdoor.channels.contract import Event, Media

MEDIA = {"image": "image", "video": "video", "audio": "audio", "file": "document", "sticker": "sticker"}
LATEST_MS = 253_402_300_799_000  # the end of the year 9999


def parse(webhook: dict[str, Any]) -> list[Event]:
    """Return what is in one webhook, in its order."""
    events = webhook.get("events")
    if not isinstance(events, list):
        return [Event("ignored", reason="no events")]
    return [event for item in events for event in _events(item)]


def _events(item: Any) -> list[Event]:
    """Read one item; two events where it says two things."""
    if not isinstance(item, dict) or not isinstance(item.get("source"), dict):
        return [Event("ignored", reason="no source")]
    id_, source = _text(item, "webhookEventId"), item["source"]
    if source.get("type") != "user":
        return [Event("ignored", id_, reason="group")]
    person = _text(source, "userId")
    if not id_ or not person:
        return [Event("ignored", id_, reason="no sender")]
    event = _event(item, id_, person)
    match item:
        case {"mode": "standby"} if event.kind in ("message", "press"):
            # Another module answers: it is stored and screened, and the bot keeps out.
            return [Event("standby", f"{id_}:standby", person), event]
        case {"type": "follow", "follow": {"isUnblocked": True}}:
            return [Event("resume", f"{id_}:resume", person), event]
    return [event]


def _event(item: dict[str, Any], id_: str, person: str) -> Event:
    common: dict[str, Any] = {"id": id_, "address": person, "at": _instant(item.get("timestamp"))}
    match item:
        case {"type": "message", "message": {"id": str(number)} as message} if number:
            return _message(message, {**common, "platform_id": number, "reply_token": _reply_token(item)})
        case {"type": "postback", "postback": {"data": str(data)}} if data:
            return Event("press", payload=data, reply_token=_reply_token(item), **common)
        case {"type": "follow"}:
            return Event("start", reply_token=_reply_token(item), **common)
        case {"type": "unfollow"}:
            return Event("stop", **common)
        case {"type": "unsend", "unsend": {"messageId": str(number)}} if number:
            return Event("unsend", platform_id=number, **common)
        case {"type": "activated"}:
            return Event("handed_back", **common)
        case {"type": "deactivated"}:
            return Event("standby", **common)
    return Event("ignored", id_, reason="kind")


def _message(message: dict[str, Any], common: dict[str, Any]) -> Event:
    match message:
        case {"type": "text", "text": str(text)} if text.strip():
            return Event("message", text=text, **common)
        case {"type": "location", "latitude": int() | float() as latitude, "longitude": int() | float() as longitude}:
            return Event("message", media=(Media("location", detail=f"{latitude},{longitude}"),), **common)
        case {"type": str(kind)} if kind in MEDIA:
            provider = message.get("contentProvider")
            url = _text(provider, "originalContentUrl") if isinstance(provider, dict) else ""
            media = Media(MEDIA[kind], id=message["id"], url=url, detail=_text(message, "fileName"))
            return Event("message", media=(media,), **common)
    return Event("ignored", common["id"], reason="kind")


def _reply_token(item: dict[str, Any]) -> str:
    """Return the reply token, where it is still good."""
    match item:
        case {"mode": "standby"} | {"deliveryContext": {"isRedelivery": True}}:
            return ""
    return _text(item, "replyToken")


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _instant(milliseconds: Any) -> datetime | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int) or not 0 < milliseconds < LATEST_MS:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
