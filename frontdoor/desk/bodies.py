"""Reading what the page sends: typed, bounded, and without what PostgreSQL or a terminal would choke on."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from sanic.exceptions import InvalidUsage
from sanic.request import Request

from frontdoor.desk.errors import BadRequest, Unknown

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # control characters, half characters
TEXT_MOST_CHARS = 4_000


class Body:
    """A JSON object that was posted. Every reader raises `BadRequest` naming its field."""

    def __init__(self, request: Request) -> None:
        try:
            given = request.json
        except InvalidUsage:
            raise BadRequest("body") from None
        if not isinstance(given, Mapping):
            raise BadRequest("body")
        self.given: Mapping[str, Any] = given

    def text(self, name: str, *, least: int = 1, most: int = TEXT_MOST_CHARS) -> str:
        """Return a text of *least* to *most* characters, cleaned."""
        value = self.given.get(name, "")
        if not isinstance(value, str):
            raise BadRequest(name)
        value = clean(value)
        if not least <= len(value) <= most:
            raise BadRequest(name)
        return value

    def whole(self, name: str, *, least: int = 0, most: int = 2**62) -> int:
        """Return a whole number."""
        value = self.given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadRequest(name)
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no; no when it is not there."""
        value = self.given.get(name, False)
        if not isinstance(value, bool):
            raise BadRequest(name)
        return value

    def names(self, name: str, *, most: int = 50) -> list[str]:
        """Return a list of short texts."""
        value = self.given.get(name, [])
        if not isinstance(value, list) or len(value) > most or not all(isinstance(item, str) for item in value):
            raise BadRequest(name)
        return [clean(item)[:100] for item in value]

    def identifier(self, name: str) -> str | None:
        """Return an id, or None when it is not there."""
        value = self.given.get(name)
        if value is None:
            return None
        try:
            return str(uuid.UUID(value))
        except (ValueError, AttributeError, TypeError):
            raise BadRequest(name) from None


def clean(text: str) -> str:
    """Return *text* without unprintable characters and without blanks around it."""
    return UNPRINTABLE.sub("", text).strip()


def path_id(text: str) -> str:
    """Return an id that stands in an address.

    Raises:
        Unknown: It is none.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise Unknown("id") from None


def number(request: Request, name: str, default: int) -> int:
    """Return a whole number of the query."""
    given = request.args.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise BadRequest(name)
    return int(given)
