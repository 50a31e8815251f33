"""One message of a WhatsApp webhook. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/messages"""

from collections.abc import Mapping
from typing import Any

from frontdoor.channels.contract import Event, Media
from frontdoor.channels.meta.reading import inner, instant, items, number, text
from frontdoor.channels.numbered import is_ours
from frontdoor.channels.whatsapp.content import media, words

MOVED = ("user_changed_number", "user_changed_user_id", "customer_changed_number")
NOTED = ("reaction", "order", "system", "ephemeral")  # what we have no use for, by type
ADS = ("ad", "post")


def message(item: Any, people: Mapping[str, Any]) -> Event:
    """Return what *item* is; *people* are the contacts of its webhook, by each of their ids."""
    id_, kind = text(item, "id"), text(item, "type")
    if not id_:
        return Event("ignored", reason="incomplete")
    if text(item, "group_id"):
        return Event("ignored", id_, reason="group")
    if kind == "system":
        return _moved(item, id_)
    addresses = _addresses(item, people)
    if not addresses:
        return Event("ignored", id_, reason="no address")
    return _said(item, id_, kind, addresses, _name(addresses, people))


def _said(item: Any, id_: str, kind: str, addresses: tuple[str, ...], name: str) -> Event:
    """Return what a person did."""
    address, *also = addresses
    common: dict[str, Any] = {
        "id": id_, "address": address, "name": name, "at": instant(item.get("timestamp")), "also": tuple(also),
    }  # fmt: skip
    original = text(inner(item, kind), "original_message_id") if kind in ("edit", "revoke") else ""
    if kind == "revoke" and original:
        return Event("unsend", platform_id=original, **common)
    if kind == "edit" and original:
        changed = words(inner(inner(item, "edit"), "message"))
        return Event("edit", text=changed, platform_id=original, **common) if changed else _ignored(id_, "edit")
    common |= {"platform_id": id_, "ref": _ref(inner(item, "referral"))}
    if kind == "request_welcome":
        return Event("start", **common)
    if kind in ("button", "interactive"):
        return _pressed(item, kind, common)
    said, shown = words(item), media(item)
    if not said.strip() and not shown:
        if kind == "unsupported" or (kind not in NOTED and items(item, "errors")):
            return Event("message", media=(Media("unsupported"),), **common)
        return _ignored(id_, kind if kind in NOTED else "empty" if kind == "text" else "kind")
    return Event("message", text=said, media=shown, **common)


def _pressed(item: Any, kind: str, common: dict[str, Any]) -> Event:
    """Read a button of a template, a reply button, a row of a list. What we did not offer is its title, as typed."""
    part = inner(item, kind)
    if kind == "button":
        payload, title = text(part, "payload"), text(part, "text")
    else:
        chosen = inner(part, text(part, "type"))
        payload, title = text(chosen, "id"), text(chosen, "title")
        if text(part, "type") == "nfm_reply":
            return _ignored(common["id"], "form")
    if is_ours(payload):
        return Event("press", payload=payload, **common)
    if title:
        return Event("message", text=title, **common)
    # The platform may keep the body of an answer back, with errors in its place.
    return Event("message", media=(Media("unsupported"),), **common)


def _moved(item: Any, id_: str) -> Event:
    """Read a change of number or of id: from then on it may be another person."""
    change = inner(item, "system")
    if text(change, "type") not in MOVED:
        return _ignored(id_, "system")
    old = [
        text(change, "previous_parent_user_id"), text(change, "previous_user_id"), number(item, "from"),
        text(change, "customer"),
    ]  # fmt: skip
    new = [
        text(change, "parent_user_id"), text(change, "user_id"), text(change, "wa_id"), text(change, "new_wa_id"),
    ]  # fmt: skip
    before, after = _only(old), _only(new)
    if not before or not after or before[0] == after[0]:
        return _ignored(id_, "incomplete")
    at = instant(item.get("timestamp"))
    return Event("identity", id_, before[0], after[0], at=at, also=before[1:])


def _addresses(item: Any, people: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the addresses of who wrote, the one to use first."""
    sender, user = number(item, "from"), text(item, "from_user_id")
    person = people.get(user) or people.get(sender)
    if person is None and not sender and not user and len(people) == 1:
        person = next(iter(people.values()))
    parents = (text(item, "from_parent_user_id"), text(item, "parent_user_id"), text(person, "parent_user_id"))
    return _only([*parents, user, text(person, "user_id"), sender, text(person, "wa_id")])


def _name(addresses: tuple[str, ...], people: Mapping[str, Any]) -> str:
    found = [people[address] for address in addresses if address in people]
    return text(inner(found[0], "profile"), "name") if found else ""


def _ref(referral: dict[str, Any]) -> str:
    """Return the advertisement or the post that a person came from."""
    source, id_ = text(referral, "source_type"), text(referral, "source_id")
    return f"{source}:{id_}" if source in ADS and id_ else text(referral, "ctwa_clid")


def _only(values: list[str]) -> tuple[str, ...]:
    """Return what is there of *values*, each once, in order."""
    return tuple(dict.fromkeys(value for value in values if value))


def _ignored(id_: str, reason: str) -> Event:
    return Event("ignored", id_, reason=reason)
