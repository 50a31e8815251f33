"""The places in a template's words: {{1}}, or {{first_name}}."""

import re

_PLACE = re.compile(r"\{\{\s*(\w{1,40})\s*\}\}")


def places(body: str) -> tuple[str, ...]:
    """Return the names of the places in *body*, each once: numbers by number, names as they come."""
    found = list(dict.fromkeys(_PLACE.findall(body)))
    return tuple(sorted(found, key=int) if all(name.isdecimal() for name in found) else found)


def tidy(body: str) -> str:
    """Return *body* with every place written the same way, without blanks."""
    return _PLACE.sub(r"{{\1}}", body)


def one_line(value: str) -> str:
    """Return *value* as a place takes it: without line ends, tabs and runs of blanks."""
    return " ".join(value.split())
