"""JSON Patch (RFC 6902): test, add, replace, remove. Pure."""

import copy
from typing import Any

from frontdoor.scheduling.refusals import Malformed

MOST_STEPS = 20


def apply(document: dict[str, Any], steps: Any) -> Any:
    """Return a patched copy of *document*; `meta` is not there to be patched.

    Raises:
        Malformed: The patch cannot be read, points nowhere, or a test fails.
    """
    if not isinstance(steps, list) or not 0 < len(steps) <= MOST_STEPS:
        raise Malformed(f"A JSON Patch is a list of 1 to {MOST_STEPS} steps.")
    patched = copy.deepcopy({name: value for name, value in document.items() if name != "meta"})
    for step in steps:
        match step:
            case {"op": "test", "path": str(path), "value": value}:
                if _get(patched, path) != value:
                    raise Malformed("A test of the patch failed.", issue="value")
            case {"op": "add" | "replace" as op, "path": str(path), "value": value}:
                _set(patched, path, value, insert=op == "add")
            case {"op": "remove", "path": str(path)}:
                _remove(patched, path)
            case _:
                raise Malformed("A step of the patch is not test, add, replace or remove with a path.")
    return patched


def _keys(path: str) -> list[str]:
    if not path.startswith("/"):
        raise Malformed("A path of the patch does not start with /.")
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _parent(document: Any, path: str) -> tuple[Any, str | int]:
    *way, last = _keys(path)
    for key in way:
        document = _child(document, key)
    if isinstance(document, list):
        return document, len(document) if last == "-" else _index(last, len(document) + 1)
    if not isinstance(document, dict):
        raise Malformed("A path of the patch points nowhere.")
    return document, last


def _child(value: Any, key: str) -> Any:
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list):
        return value[_index(key, len(value))]
    raise Malformed("A path of the patch points nowhere.")


def _index(text: str, size: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) < size):
        raise Malformed("A path of the patch points nowhere.")
    return int(text)


def _get(document: Any, path: str) -> Any:
    for key in _keys(path):
        document = _child(document, key)
    return document


def _set(document: Any, path: str, value: Any, *, insert: bool) -> None:
    parent, key = _parent(document, path)
    if isinstance(parent, list) and isinstance(key, int) and insert:
        parent.insert(key, value)
    elif isinstance(parent, list) and key == len(parent):
        raise Malformed("A path of the patch points nowhere.")
    else:
        parent[key] = value


def _remove(document: Any, path: str) -> None:
    _get(document, path)
    parent, key = _parent(document, path)
    del parent[key]
