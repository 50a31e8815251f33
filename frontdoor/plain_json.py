"""JSON where it is written and read for every message: quick, and whatever the standard library takes is taken."""

import json
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> bytes:
    """Write *value*; half a character, which orjson refuses, is written as an escape."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(value).encode()


def loads(text: bytes | str) -> Any:
    """Read JSON.

    Raises:
        ValueError: It is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # NaN, half a character: the standard library reads them
        return json.loads(text)
