"""Content templates of a Twilio account, read. https://www.twilio.com/docs/content/content-api-resources"""

import json
from collections.abc import Mapping
from typing import Any

from frontdoor.channels.contract import Filled, Template
from frontdoor.channels.meta.reading import inner, items, text
from frontdoor.channels.placeholders import one_line, places, tidy

PATH = "/v1/ContentAndApprovals"
MOST = 200  # in one answer; a clinic has a few


def read(body: Mapping[str, Any]) -> list[Template] | None:
    """Return the templates of words that WhatsApp has approved."""
    if not isinstance(body.get("contents"), list):
        return None
    return [found for item in items(body, "contents") if (found := _one(item)) is not None]


def form(said: Filled) -> dict[str, str]:
    """Return *said* as fields of a message."""
    values = {name: one_line(value) for name, value in said.values.items()}
    return {"ContentSid": said.id} | ({"ContentVariables": json.dumps(values, ensure_ascii=False)} if values else {})


def _one(item: Any) -> Template | None:
    approval, kinds = inner(item, "approval_requests"), inner(item, "types")
    words = [text(kinds.get(kind), "body") for kind in ("twilio/text", "twilio/quick-reply") if kind in kinds]
    id_, name = text(item, "sid"), text(approval, "name") or text(item, "friendly_name")
    if text(approval, "status") != "approved" or not id_ or not words or not words[0]:
        return None
    body = tidy(words[0])
    found = places(body)
    if set(inner(item, "variables")) - set(found):  # a place outside the body: on a button, in an address
        return None
    return Template(id_, name, text(item, "language"), text(approval, "category").lower(), body, found)
