"""WhatsApp Cloud API webhooks, read. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks

A person is addressed by the business-scoped id where there is one (the widest first), else by the phone number.
"""

import re
from dataclasses import replace
from typing import Any

from frontdoor.channels.contract import Event
from frontdoor.channels.meta.errors import classify
from frontdoor.channels.meta.reading import inner, instant, items, made_id, number, text
from frontdoor.channels.meta.webhook import entries
from frontdoor.channels.whatsapp.content import media, words
from frontdoor.channels.whatsapp.message import message

STATUSES = {
    "sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed",
}  # fmt: skip
CODE = re.compile(r"[0-9]{1,9}")
ECHOES = ("smb_message_echoes", "message_echoes")
PASSED, TAKEN = ("control_passed", "pass_thread_control"), ("control_taken", "take_thread_control")


def parse(root: dict[str, Any], phone_number_id: str) -> list[Event]:
    """Return what people did at our number."""
    events: list[Event] = []
    known = False
    for _, entry in entries(root, "whatsapp_business_account"):
        known = True
        for change in items(entry, "changes"):
            events += _changed(text(change, "field"), inner(change, "value"), phone_number_id)
    return events if known else [Event("ignored", reason="other object")]


def _changed(field: str, value: dict[str, Any], phone_number_id: str) -> list[Event]:
    """Read one change."""
    if field not in ("messages", "standby", "messaging_handovers", *ECHOES):
        return [Event("ignored", reason="field")]
    ours = number(inner(value, "metadata"), "phone_number_id")
    if ours != phone_number_id and (ours or field != "messaging_handovers"):
        return [Event("ignored", reason="other account")]
    if field == "messaging_handovers":
        return [_handed_over(value)]
    people = {key: person for person in items(value, "contacts") for key in _keys(person)}
    events = [message(item, people) for item in items(value, "messages")]
    if field == "standby":
        events = [event for heard in events for event in _overheard(heard)]
    events += [_echo(item) for item in items(value, "message_echoes")]
    events += [_status(item) for item in items(value, "statuses")]
    return events or [Event("ignored", reason="errors" if items(value, "errors") else "empty")]


def _keys(person: Any) -> list[str]:
    return [key for name in ("wa_id", "user_id") if (key := text(person, name))]


def _overheard(event: Event) -> list[Event]:
    """Return what a person said to somebody else at our number: it is theirs, but it is kept, and screened."""
    if event.kind not in ("message", "press", "start"):
        return [event]
    theirs = Event("standby", f"standby:{event.id}", event.address, at=event.at, also=event.also)
    return [theirs, event] if event.kind != "start" else [theirs]


def _echo(item: Any) -> Event:
    """Read what the clinic said in the WhatsApp Business app, or what another sender at our number said."""
    id_, phone = text(item, "id"), text(item, "to")
    address = text(item, "to_parent_user_id") or text(item, "to_user_id") or phone
    if not id_ or not address:
        return Event("ignored", reason="incomplete")
    if text(item, "type") in ("revoke", "edit"):
        return Event("ignored", reason="echo changed")
    said = words(item) or " ".join(f"[{found.kind}]" for found in media(item))
    at = instant(item.get("timestamp"))
    also = (phone,) if phone and phone != address else ()
    return Event("echo", id_, address, said, platform_id=id_, at=at, also=also)


def _status(item: Any) -> Event:
    """Read what became of one of our messages."""
    id_, status = text(item, "id"), STATUSES.get(text(item, "status"))
    if not id_ or status is None:
        return Event("ignored", reason="status")
    codes = [code for error in items(item, "errors") if CODE.fullmatch(code := number(error, "code"))]
    address = text(item, "recipient_user_id") or text(item, "recipient_id")
    about = Event("delivery", f"{status}:{id_}", address, platform_id=id_, status=status)
    if status != "failed" or not codes:
        return about
    return replace(about, error_code=codes[0], error=classify(int(codes[0])))


def _handed_over(value: dict[str, Any]) -> Event:
    """Read who answers from now on."""
    person = inner(value, "sender") or inner(value, "recipient")
    address = (
        text(person, "user_id") or text(person, "wa_id") or number(person, "phone_number") or text(person, "id")
    ).lstrip("+")
    made = made_id(address, number(value, "timestamp"))
    if address and any(name in value for name in PASSED):
        return Event("handed_back", f"pass:{made}", address, at=instant(value.get("timestamp")))
    if address and any(name in value for name in TAKEN):
        return Event("standby", f"take:{made}", address, at=instant(value.get("timestamp")))
    return Event("ignored", reason="handover")
