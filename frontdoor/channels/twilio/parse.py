"""Twilio's webhook forms, read. https://www.twilio.com/docs/messaging/guides/webhook-request"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from frontdoor.channels.bodies import check_type, read_json
from frontdoor.channels.contract import Event, Malformed, Media, WebRequest
from frontdoor.channels.numbered import is_ours
from frontdoor.channels.twilio.render import WHATSAPP, classify
from frontdoor.channels.twilio.signature import BODY_HASH, FIELDS_MOST

FORM = "application/x-www-form-urlencoded"
MEDIA_MOST = 10
CODE_MOST_CHARS = 9
STATUSES = {
    "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed",
    "canceled": "failed",
}  # fmt: skip
KINDS = ("image", "audio", "video")


def fields(request: WebRequest) -> dict[str, str]:
    """Return the parameters of a request.

    Raises:
        Malformed: It holds none that we can read.
    """
    if BODY_HASH in request.query:
        return {name: value for name, value in read_json(request).items() if isinstance(value, str)}
    check_type(request, FORM)
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict"
        )
    except ValueError:
        raise Malformed("no form") from None
    return dict(pairs)


def parse(given: Mapping[str, str], account: str) -> list[Event]:
    """Return what one request says; *account* is ours.

    Raises:
        Malformed: It is about no message.
    """
    message = given.get("MessageSid") or given.get("SmsSid") or given.get("SmsMessageSid")
    if not message:
        raise Malformed("no MessageSid")
    if given.get("AccountSid") != account:
        return [Event("ignored", message, reason="another account")]
    status = (given.get("MessageStatus") or given.get("SmsStatus") or "received").lower()
    if status not in ("received", "receiving"):
        return [_report(message, status, given)]
    address = given.get("From", "")
    if not address:
        return [Event("ignored", message, reason="no sender")]
    if given.get("OptOutType"):
        return [_opt_out(message, address, given["OptOutType"])]
    return [_said(message, address, given)]


def _said(message: str, address: str, given: Mapping[str, str]) -> Event:
    common: dict[str, Any] = {
        "id": message,
        "address": address,
        "platform_id": message,
        "name": given.get("ProfileName", ""),
        "also": _also(address, given),
    }
    ref = given.get("ReferralSourceId", "")
    payload = given.get("ButtonPayload") or given.get("ListId") or ""
    if is_ours(payload):
        return Event("press", payload=payload, ref=ref, **common)
    # A button set up elsewhere is its title, as typed.
    text, media = given.get("Body") or given.get("ButtonText") or given.get("ListTitle") or "", _media(given)
    if not text.strip() and not media:
        return Event("ignored", message, reason="empty")
    return Event("message", text=text, media=media, ref=ref, **common)


def _also(address: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the number of a person whom WhatsApp names by an id of their own, so that it is the same person."""
    number = given.get("WaId", "")
    by_id = address.startswith(WHATSAPP) and not address.startswith(f"{WHATSAPP}+")
    return (f"{WHATSAPP}+{number}",) if by_id and number.isascii() and number.isdecimal() else ()


def _media(given: Mapping[str, str]) -> tuple[Media, ...]:
    found = []
    for number in range(MEDIA_MOST):
        url, mime = given.get(f"MediaUrl{number}"), given.get(f"MediaContentType{number}", "")
        if url:
            found.append(Media(_kind(mime), url=url, mime=mime))
    if given.get("Latitude") and given.get("Longitude"):
        found.append(Media("location", detail=f"{given['Latitude']},{given['Longitude']}"))
    return tuple(found)


def _kind(mime: str) -> str:
    if "vcard" in mime:
        return "contact"
    kind = mime.partition("/")[0]
    return kind if kind in KINDS else "document"


def _opt_out(message: str, address: str, kind: str) -> Event:
    """Read a keyword that Twilio has answered already."""
    if kind.upper() == "STOP":
        return Event("stop", message, address)
    if kind.upper() == "START":
        return Event("resume", message, address)
    return Event("ignored", message, reason="answered by Twilio")


def _report(message: str, given_status: str, given: Mapping[str, str]) -> Event:
    status = STATUSES.get(given_status)
    if status is None:
        return Event("ignored", message, reason="on its way")
    code = given.get("ErrorCode", "") if status == "failed" else ""
    if not code.isdecimal() or code == "0" or len(code) > CODE_MOST_CHARS:
        return Event("delivery", platform_id=message, status=status)
    return Event(
        "delivery", platform_id=message, status=status, error_code=code, error=classify(int(code)) or "content"
    )
