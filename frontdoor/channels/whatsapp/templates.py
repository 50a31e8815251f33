"""The templates of a WhatsApp Business account, read.

https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates
"""

from collections.abc import Mapping
from typing import Any

from frontdoor.channels.contract import Filled, Template
from frontdoor.channels.meta.reading import items, number, text
from frontdoor.channels.placeholders import one_line, places, tidy

FIELDS = "id,name,language,status,category,components,parameter_format"
MOST = 200  # in one answer; a clinic has a few


def read(body: Mapping[str, Any]) -> list[Template] | None:
    """Return the approved templates whose only places are in their body: the others need what staff do not have."""
    if not isinstance(body.get("data"), list):
        return None
    return [found for item in items(body, "data") if (found := _one(item)) is not None]


def content(said: Filled) -> dict[str, Any]:
    """Return *said* as the content of a message."""
    values = [_value(name, value) for name, value in said.values.items()]
    components = [{"type": "body", "parameters": values}] if values else []
    own = {"name": said.name, "language": {"code": said.language}}
    return {"type": "template", "template": own | ({"components": components} if components else {})}


def _one(item: Any) -> Template | None:
    if text(item, "status") != "APPROVED":
        return None
    parts = {text(part, "type"): part for part in items(item, "components")}
    body = tidy(text(parts.get("BODY"), "text"))
    others = [part for kind, part in parts.items() if kind != "BODY"]
    id_, name, language = number(item, "id"), text(item, "name"), text(item, "language")
    if not (id_ and name and language and body) or any(_asks(part) for part in others):
        return None
    return Template(id_, name, language, text(item, "category").lower(), body, places(body))


def _asks(part: Any) -> bool:
    """Tell whether a part has places to fill, or needs a file."""
    if text(part, "format") not in ("", "TEXT"):
        return True
    asked = [text(part, "text"), *(text(button, "url") for button in items(part, "buttons"))]
    kinds = {text(button, "type") for button in items(part, "buttons")}
    return any(places(words) for words in asked) or bool(kinds - {"", "QUICK_REPLY", "URL", "PHONE_NUMBER"})


def _value(name: str, value: str) -> dict[str, str]:
    own = {} if name.isdecimal() else {"parameter_name": name}
    return {"type": "text", **own, "text": one_line(value)}
