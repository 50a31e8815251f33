"""Reading webhook bodies: a clear refusal or a JSON object, and nothing in between."""

from typing import Any

import orjson

from frontdoor.channels.contract import Malformed, WebRequest

DEPTH_MOST = 24


def read_json(request: WebRequest) -> dict[str, Any]:
    """Return the JSON object that *request* says it holds.

    Raises:
        Malformed: It says to be something else, or it is no such object.
    """
    check_type(request, "application/json")
    return json_object(request.body)


def check_type(request: WebRequest, expected: str) -> None:
    """Hold that *request* does not say to be something else than *expected*.

    Raises:
        Malformed: It does.
    """
    if request.headers.get("content-type", expected).partition(";")[0].strip().lower() != expected:
        raise Malformed("another content type")


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*.

    Raises:
        Malformed: It is no UTF-8, no JSON, no object, or nested deeper than any platform nests.
    """
    try:
        value = orjson.loads(body)
    except ValueError:
        raise Malformed("no JSON") from None
    if not isinstance(value, dict):
        raise Malformed("no object")
    # counting brackets is quick, and few of them cannot nest deep
    if body.count(b"{") + body.count(b"[") > DEPTH_MOST and _deeper(value, DEPTH_MOST):
        raise Malformed("nested too deep")
    return value


def _deeper(value: Any, most: int) -> bool:
    """Tell whether *value* is nested deeper than *most*, without recursion."""
    level: list[Any] = [value]
    for _ in range(most):
        level = [item for outer in level for item in _inner(outer)]
        if not level:
            return False
    return True


def _inner(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, dict | list)]
