"""Reading fields of webhooks that may hold anything."""

import hashlib
from datetime import datetime, timezone
from typing import Any

MILLISECONDS_FROM = 10**11  # larger numbers are no seconds before the year 5138


def text(item: Any, key: str) -> str:
    """Return the text at *key*; empty where there is none."""
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def inner(item: Any, key: str) -> dict[str, Any]:
    """Return the object at *key*; an empty one where there is none."""
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, dict) else {}


def items(item: Any, key: str) -> list[Any]:
    """Return the list at *key*; an empty one where there is none."""
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, list) else []


def number(item: Any, key: str) -> str:
    """Return the id at *key*, which platforms write as text or as a number; empty where there is none."""
    value = item.get(key) if isinstance(item, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return f"{value}"


def instant(value: Any) -> datetime | None:
    """Return the instant of a time in seconds or in milliseconds, as a number or as its digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return None
    seconds = value / 1000 if value > MILLISECONDS_FROM else value
    if seconds > MILLISECONDS_FROM:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc)


def made_id(*parts: str) -> str:
    """Return an id for an event that has none of its own: the same parts, the same id."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def place(latitude: Any, longitude: Any) -> str | None:
    """Return "40.7,-74.0", or None where these are no numbers."""
    if isinstance(latitude, bool) or isinstance(longitude, bool):
        return None
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return f"{latitude},{longitude}"
