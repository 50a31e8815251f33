"""The items of `messaging` and `standby`, which Messenger and Instagram share.

https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from frontdoor.channels.contract import Event, Media
from frontdoor.channels.meta.reading import inner, instant, items, made_id, number, place, text
from frontdoor.channels.meta.webhook import entries
from frontdoor.channels.numbered import is_ours

OURS = "frontdoor"  # in the metadata of what Messenger sends for us: it comes back in the echo
BEGUN = frozenset({"get_started", "start", "<get_started_payload>"})  # payloads of the Get Started button
PICTURES = {"image": "image", "video": "video", "audio": "audio", "file": "document", "sticker": "sticker"}
# What Meta tells and we have no use for, by the field that names it.
NOTED = (
    "reaction", "app_roles", "request_thread_control", "account_linking", "policy_enforcement", "response_feedback",
    "message_context", "checkout_update", "payment", "game_play",
)  # fmt: skip


@dataclass(frozen=True)
class Inbox:
    """Whose webhooks are read: the *account* (page or Instagram account), and our app's id if it is known."""

    object: str
    account: str
    app_id: str = ""


def parse(root: dict[str, Any], inbox: Inbox) -> list[Event]:
    """Return what is in a webhook of *inbox*."""
    events: list[Event] = []
    known = False
    for id_, entry in entries(root, inbox.object):
        known = True
        if id_ != inbox.account:
            events.append(Event("ignored", reason="other account"))
            continue
        events += [event for item in items(entry, "messaging") for event in _heard(item, inbox)]
        events += [event for change in items(entry, "changes") for event in _changed(change, inbox)]
        events += [event for item in items(entry, "standby") for event in _overheard(item, inbox)]
    return events if known else [Event("ignored", reason="other object")]


def _changed(change: Any, inbox: Inbox) -> list[Event]:
    """Read a change: Instagram's console sends messages in this shape."""
    if text(change, "field") in ("messages", "messaging_postbacks", "messaging_seen", "messaging_referral"):
        return _heard(inner(change, "value"), inbox)
    return [Event("ignored", reason="field")]


def _overheard(item: Any, inbox: Inbox) -> list[Event]:
    """Read what happens while somebody else has the conversation: it is theirs, but what a person writes is kept."""
    events = []
    for event in _heard(item, inbox):
        if event.kind in ("message", "press", "start"):
            events.append(Event("standby", f"standby:{event.id}", event.address, at=event.at))
            # A press without its payload has only its title.
            kept = event if event.kind == "message" else replace(event, kind="message", payload="")
            events += [kept] if kept.text or kept.media else []
        else:
            events.append(event)
    return events


def _heard(item: Any, inbox: Inbox) -> list[Event]:
    """Read one item."""
    sender, recipient = number(inner(item, "sender"), "id"), number(inner(item, "recipient"), "id")
    at = instant(item.get("timestamp")) if isinstance(item, dict) else None
    message = item.get("message") if isinstance(item, dict) else None
    if isinstance(message, dict):  # mostly
        if message.get("is_echo") is True:
            return [_echo(message, recipient, at, inbox)]
        if sender and sender != inbox.account:
            return [_message(message, sender, at)]
    match item:
        case {"sender": _} if sender == inbox.account:
            return [Event("ignored", reason="own")]
        case {"optin": _} if not sender:
            return [Event("ignored", reason="optin")]
        case _ if not sender:
            return [Event("ignored", reason="incomplete")]
        case {"postback": dict(postback)}:
            return [_postback(postback, sender, at)]
        case {"delivery": dict(report)}:
            return _reports("delivered", report, sender)
        case {"read": dict(report)}:
            return _reports("read", report, sender)
        case {"message_edit": {"mid": str(mid), "text": str(new)} as edit} if mid and new.strip():
            id_ = f"edit:{number(edit, 'num_edit') or made_id(new)}:{mid}"
            return [Event("edit", id_, sender, new, platform_id=mid, at=at)]
    return [_rest(item, sender, at, inbox)]


def _rest(item: Any, sender: str, at: datetime | None, inbox: Inbox) -> Event:
    """Read links that were followed, and conversations that change hands; name what is of no use."""
    made = made_id(sender, number(item, "timestamp"))
    match item:
        case {"referral": dict(referral)}:
            return Event("start", f"referral:{made}", sender, at=at, **_came(referral))
        case {"optin": {"ref": str(ref)}} if ref:
            return Event("start", f"optin:{made}", sender, ref=ref, at=at)
        case {"optin": _}:
            return Event("ignored", reason="optin")
        case {"pass_thread_control": dict(control)}:
            owner = number(control, "new_owner_app_id")
            ours = not owner or not inbox.app_id or owner == inbox.app_id
            return Event("handed_back" if ours else "standby", f"pass:{made}", sender, at=at)
        case {"take_thread_control": _}:
            return Event("standby", f"take:{made}", sender, at=at)
    found = [name for name in NOTED if isinstance(item, dict) and name in item]
    return Event("ignored", reason=found[0] if found else "kind")


def _echo(message: dict[str, Any], address: str, at: datetime | None, inbox: Inbox) -> Event:
    """Read what was said from our side: by us, or by a person in the platform's own inbox."""
    mid = text(message, "mid")
    ours = bool(inbox.app_id) and number(message, "app_id") == inbox.app_id
    if ours or text(message, "metadata") == OURS:
        return Event("ignored", reason="own echo")
    if not mid or not address:
        return Event("ignored", reason="incomplete")
    if message.get("is_deleted") is True:
        return Event("ignored", reason="echo taken back")
    said = text(message, "text") or " ".join(f"[{media.kind}]" for media in _media(message))
    return Event("echo", mid, address, said, platform_id=mid, at=at)


def _message(message: dict[str, Any], sender: str, at: datetime | None) -> Event:
    mid = text(message, "mid")
    if not mid:
        return Event("ignored", reason="incomplete")
    if message.get("is_deleted") is True:
        return Event("unsend", f"unsend:{mid}", sender, platform_id=mid, at=at)
    said, media = text(message, "text"), _media(message)
    came = _came(inner(message, "referral"))
    pressed = text(inner(message, "quick_reply"), "payload")
    if is_ours(pressed):
        return Event("press", mid, sender, payload=pressed, platform_id=mid, at=at, **came)
    if message.get("is_unsupported") is True and not said:
        media = (Media("unsupported"),)
    if not said.strip() and not media:
        return Event("ignored", reason="empty")
    return Event("message", mid, sender, said, media=media, platform_id=mid, at=at, **came)


def _postback(postback: dict[str, Any], sender: str, at: datetime | None) -> Event:
    """Read a pressed button, the Get Started button, an ice breaker."""
    mid, payload, title = text(postback, "mid"), text(postback, "payload"), text(postback, "title")
    id_ = mid or f"postback:{made_id(sender, at.isoformat() if at else '', payload or title)}"
    came = _came(inner(postback, "referral"))
    if payload.casefold() in BEGUN:
        return Event("start", id_, sender, platform_id=mid, at=at, **came)
    if is_ours(payload):
        return Event("press", id_, sender, payload=payload, platform_id=mid, at=at, **came)
    if title:  # an ice breaker or a menu set up in Meta's pages; or overheard, and then without its payload
        return Event("message", id_, sender, title, platform_id=mid, at=at, **came)
    return Event("ignored", reason="incomplete")


def _reports(status: str, report: dict[str, Any], sender: str) -> list[Event]:
    """Read what became of our messages: by their ids, else all up to an instant."""
    mids = [mid for mid in [*items(report, "mids"), report.get("mid")] if isinstance(mid, str) and mid]
    if mids:
        return [Event("delivery", f"{status}:{mid}", sender, platform_id=mid, status=status) for mid in mids]
    upto = instant(report.get("watermark"))
    if upto is None:
        return [Event("ignored", reason="incomplete")]
    return [Event("delivery", f"{status}:{made_id(sender, upto.isoformat())}", sender, at=upto, status=status)]


def _media(message: dict[str, Any]) -> tuple[Media, ...]:
    """Return what hangs on a message. Meta shows a sticker twice, as a picture and as a sticker: it is one."""
    found = [media for item in items(message, "attachments") if (media := _one(item)) is not None]
    stickers = [media for media in found if media.kind == "sticker"]
    return tuple([media for media in found if media.kind != "sticker"] + stickers[:1])


def _one(item: Any) -> Media | None:
    kind, payload = text(item, "type"), inner(item, "payload")
    if kind == "location":
        spot = inner(payload, "coordinates")
        where = place(spot.get("lat"), spot.get("long"))
        return Media("location", detail=where or "")
    sticker = number(payload, "sticker_id")
    if sticker:
        return Media("sticker", id=sticker)
    if kind in PICTURES:
        return Media(PICTURES[kind], url=text(payload, "url"))
    if kind == "fallback":
        return Media("link", url=text(payload, "url") or text(item, "url"))
    return Media(kind[:32], url=text(payload, "url")) if kind else None


def _came(referral: dict[str, Any]) -> dict[str, Any]:
    """Return how a person came: the reference of a link, or the ad that it was."""
    ad = number(referral, "ad_id")
    ref = text(referral, "ref") or (f"ad:{ad}" if ad else "")
    return {"ref": ref, "by_ad": bool(ad) or text(referral, "source") == "ADS"}
