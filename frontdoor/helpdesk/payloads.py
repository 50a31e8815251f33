"""Conversations and messages as other programs get them. Pure.

Without the right to patient text nothing is there that was said, and no name.
"""

from datetime import datetime
from typing import Any

from frontdoor.conversations.model import Conversation, Message
from frontdoor.helpdesk.model import Delivery


def conversation(one: Conversation, *, with_text: bool, desk_url: str) -> dict[str, Any]:
    """Return who may speak in it, since when, and where staff find it."""
    now = one.ownership
    return {
        "id": one.id,
        "channel": one.channel,
        "language": one.language,
        "patient": one.display_name if with_text else None,
        "state": now.state.value,
        "epoch": now.epoch,
        "owner": {"id": now.owner_id, "name": now.owner_name} if now.owner_id else None,
        "priority": now.priority,
        "queue": now.queue,
        "reason": now.reason,
        "disposition": now.disposition,
        "waiting_since": when(now.waiting_since),
        "closed_at": when(now.closed_at),
        "last_seq": one.last_seq,
        "last_patient_seq": one.last_patient_seq,
        "url": f"{desk_url}/desk#{one.id}",
    }


def message(one: Message, *, with_text: bool) -> dict[str, Any]:
    """Return one message; without *with_text* only that there is one."""
    return {
        "seq": one.seq,
        "author": one.author,
        "author_name": one.author_name if one.author == "staff" else None,
        "text": one.text if with_text else None,
        "attachment": one.attachment["filename"] if with_text and one.attachment else None,
        "status": one.status,
        "at": when(one.at),
    }


def event(
    one: Delivery, about: Conversation, said: Message | None, *, with_text: bool, desk_url: str
) -> dict[str, Any]:
    """Return the body of a webhook."""
    found: dict[str, Any] = {
        "id": str(one.id), "event": one.event, "at": when(one.at),
        "conversation": conversation(about, with_text=with_text, desk_url=desk_url),
    }  # fmt: skip
    if said:
        found["message"] = message(said, with_text=with_text)
    if "from" in one.detail:
        found["change"] = {"from": one.detail["from"], "to": one.detail["to"], "epoch": one.detail["epoch"]}
    if "use" in one.detail:
        found["break_glass"] = {name: one.detail[name] for name in ("use", "staff", "until")}
    return found


def when(at: datetime | None) -> str | None:
    """Return an instant as JSON has it."""
    return at.isoformat().replace("+00:00", "Z") if at else None
