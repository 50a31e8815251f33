"""Cutting text to a platform's measure: nothing lost, no limit exceeded, no character cut."""

from collections.abc import Callable

import regex

GRAPHEME = regex.compile(r"\X")
LONGEST_GRAPHEME = 64  # characters; the longest emoji in use has ten

UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
}


def split(text: str, most: int, unit: str = "characters") -> list[str]:
    """Cut *text* into parts of at most *most* units, at line ends or blanks where there are any.

    The parts joined are the text, but for the white space at the cuts. A text of white space is no part.
    """
    size = UNITS[unit]
    parts = []
    rest = text.strip()
    while rest:
        end = _fitting(rest, most, size)
        if end < len(rest):
            end = _at_a_word(rest, end)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [part for part in parts if part]


def shorten(text: str, most: int, unit: str = "characters") -> str:
    """Return *text* in at most *most* units, with an ellipsis where something is missing."""
    size = UNITS[unit]
    if size(text) <= most:
        return text
    room = most - size("…")
    return text[: _fitting(text, room, size)].rstrip() + "…" if room > 0 else text[: _fitting(text, most, size)]


def _fitting(text: str, most: int, size: Callable[[str], int]) -> int:
    """Return how many characters of *text* fit, at least one, not cutting through what a reader sees as one letter."""
    low, high = 1, len(text)
    while low < high:  # the longest prefix that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    if low == len(text):
        return low
    # A single letter that does not fit, with all its accents and joiners, is cut after all.
    return next((end for end in reversed(_boundaries(text, low))), low)


def _boundaries(text: str, upto: int) -> list[int]:
    """Return the places from 1 to *upto* at which *text* can be cut (Unicode's extended grapheme clusters).

    Where a cluster ends is told by what is around it, so a little more than that is looked at.
    """
    return [match.end() for match in GRAPHEME.finditer(text, 0, upto + LONGEST_GRAPHEME) if match.end() <= upto]


def _at_a_word(text: str, end: int) -> int:
    """Return the last good place to cut at or before *end*: after a line, else a blank, not too early."""
    if text[end].isspace():
        return end
    for sign in ("\n", " "):
        place = text.rfind(sign, 0, end)
        if place > end // 3:
            return place + 1
    return end
