"""X webhooks, read. https://docs.x.com/x-api/activity/introduction

Direct messages come in three shapes: the Account Activity API's `direct_message_events`, the same within an envelope
of the X Activity API, and single events of version 2 in that envelope.
"""

from datetime import datetime
from typing import Any

from frontdoor.channels.contract import Event, Media
from frontdoor.channels.meta.reading import inner, instant, items, made_id, number, text

MEDIA = {"photo": "image", "video": "video", "animated_gif": "animation"}
NOTED = {
    "direct_message_indicate_typing_events": "typing",
    "tweet_create_events": "post",
    "favorite_events": "like",
    "follow_events": "follow",
    "block_events": "block",
    "mute_events": "mute",
    "user_event": "revoked",
}


def parse(root: dict[str, Any], account: str) -> list[Event]:
    """Return what people wrote to us. *account* is our user id; empty: whoever the webhook is for."""
    data = inner(root, "data") or (root if text(root, "event_type") else {})
    if data:
        return _activity(text(data, "event_type"), data, account)
    ours = text(root, "for_user_id")
    if account and ours and ours != account:
        return [Event("ignored", reason="other account")]
    return _legacy(root, account or ours)


def _activity(kind: str, data: dict[str, Any], account: str) -> list[Event]:
    """Read an envelope of the X Activity API."""
    ours, payload = number(inner(data, "filter"), "user_id"), inner(data, "payload")
    if kind.startswith("chat."):
        return [Event("ignored", reason="encrypted")]
    if kind not in ("dm.received", "dm.sent"):
        return [Event("ignored", reason="typing" if kind == "dm.indicate_typing" else "kind")]
    if account and ours and ours != account:
        return [Event("ignored", reason="other account")]
    ours = account or ours or text(payload, "for_user_id")
    if items(payload, "direct_message_events"):
        return _legacy(payload, ours or (_addressed(payload) if kind == "dm.received" else ""))
    return [_single(payload, ours or (_addressed_single(payload) if kind == "dm.received" else ""))]


def _addressed(payload: dict[str, Any]) -> str:
    """Return to whom the first message of a list was written."""
    return number(inner(inner(items(payload, "direct_message_events")[0], "message_create"), "target"), "recipient_id")


def _addressed_single(payload: dict[str, Any]) -> str:
    """Return who else than its writer is in the conversation of a single event: "<one>-<other>"."""
    people = text(payload, "dm_conversation_id").split("-")
    return next((person for person in people if person != number(payload, "sender_id")), "")


def _legacy(root: dict[str, Any], ours: str) -> list[Event]:
    """Read the lists of the Account Activity API."""
    events = [_created(item, inner(root, "users"), ours) for item in items(root, "direct_message_events")]
    events += [_read(item) for item in items(root, "direct_message_mark_read_events")]
    events += [Event("ignored", reason=reason) for name, reason in NOTED.items() if name in root]
    return events or [Event("ignored", reason="kind")]


def _created(item: Any, users: dict[str, Any], ours: str) -> Event:
    """Read one message_create."""
    created = inner(item, "message_create")
    id_, sender, data = number(item, "id"), number(created, "sender_id"), inner(created, "message_data")
    if text(item, "type") != "message_create":
        return Event("ignored", id_, reason="kind")
    other = number(inner(created, "target"), "recipient_id")
    if not id_ or not sender or not ours:
        return Event("ignored", id_, reason="incomplete")
    at, said = instant(item.get("created_timestamp")), text(data, "text")
    if sender == ours:
        return _ours(id_, other, said, at)
    if other and other != ours:
        return Event("ignored", id_, reason="other account")
    media = _media(inner(inner(data, "attachment"), "media")) if inner(data, "attachment") else ()
    if not said.strip() and not media:
        return Event("ignored", id_, reason="empty")
    name = text(inner(users, sender), "name") or text(inner(inner(users, sender), "data"), "name")
    return Event("message", id_, sender, said, name=name, media=media, at=at, platform_id=id_)


def _single(payload: dict[str, Any], ours: str) -> Event:
    """Read one event of version 2."""
    id_, sender, said = number(payload, "id"), number(payload, "sender_id"), text(payload, "text")
    if not id_ or not sender or not ours:
        return Event("ignored", id_, reason="incomplete")
    if text(payload, "event_type") not in ("", "MessageCreate"):
        return Event("ignored", id_, reason="group")  # people join and leave groups
    people = [person for person in text(payload, "dm_conversation_id").split("-") if person.isdecimal()]
    if people and (len(people) != 2 or ours not in people):
        return Event("ignored", id_, reason="group")
    at = _written(text(payload, "created_at"))
    if sender == ours:
        return _ours(id_, next((person for person in people if person != ours), ""), said, at)
    keys = items(inner(payload, "attachments"), "media_keys")
    media = tuple(Media("image", id=key) for key in keys[:10] if isinstance(key, str))
    if not said.strip() and not media:
        return Event("ignored", id_, reason="empty")
    return Event("message", id_, sender, said, media=media, at=at, platform_id=id_)


def _ours(id_: str, address: str, said: str, at: datetime | None) -> Event:
    """Return what was written as us: by us, or by a person of the clinic on X itself."""
    if not address:
        return Event("ignored", id_, reason="incomplete")
    return Event("echo", id_, address, said, platform_id=id_, at=at)


def _read(item: Any) -> Event:
    """Read how far a person has read."""
    sender, at = number(item, "sender_id"), instant(item.get("created_timestamp")) if isinstance(item, dict) else None
    if not sender or at is None:
        return Event("ignored", reason="incomplete")
    return Event("delivery", f"read:{made_id(sender, at.isoformat())}", sender, at=at, status="read")


def _media(media: dict[str, Any]) -> tuple[Media, ...]:
    """Return a picture; its address needs our token."""
    kind = MEDIA.get(text(media, "type"), "image")
    return (Media(kind, id=number(media, "id_str"), url=text(media, "media_url_https")),)


def _written(value: str) -> datetime | None:
    """Return the instant of "2026-07-20T01:51:31.000Z"."""
    if not value.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(value[:-1].partition(".")[0] + "+00:00")
    except ValueError:
        return None
