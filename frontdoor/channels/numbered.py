"""Buttons where a platform has none: numbered lines, and reading the answer that is typed."""

import re
import unicodedata
from collections.abc import Sequence

from frontdoor.channels.contract import Choice

# What the first, second … choice is called: one line a choice, in both languages, without accents.
NAMES = (
    ("first", "1st", "one", "primero", "primera", "primer", "uno", "una"),
    ("second", "2nd", "two", "segundo", "segunda", "dos"),
    ("third", "3rd", "three", "tercero", "tercera", "tercer", "tres"),
    ("fourth", "4th", "four", "cuarto", "cuarta", "cuatro"),
    ("fifth", "5th", "five", "quinto", "quinta", "cinco"),
    ("sixth", "6th", "six", "sexto", "sexta", "seis"),
    ("seventh", "7th", "seven", "septimo", "septima", "siete"),
    ("eighth", "8th", "eight", "octavo", "octava", "ocho"),
    ("ninth", "9th", "nine", "noveno", "novena", "nueve"),
    ("tenth", "10th", "ten", "decimo", "decima", "diez"),
)
LAST = frozenset({"last", "ultimo", "ultima"})
_NUMBER = re.compile(
    r"^\W*(?:(?:option|opcion|number|numero|no|n)\W*)?(\d{1,2})(?:[ºª]|ra?|da|do|ta|to|va|vo|na|no|ma|mo)?\W*$"
)
_AROUND = re.compile(r"^(?:the|el|la|option|opcion|number|numero) | (?:one|option|opcion)$")
_OURS = re.compile(r"[0-9a-f]{16}")


def is_ours(payload: str) -> bool:
    """Tell whether *payload* looks like the id of a button that we offered, and not like one set up elsewhere."""
    return _OURS.fullmatch(payload) is not None


def with_numbers(text: str, choices: Sequence[Choice]) -> str:
    """Return *text* with one numbered line a choice; links are written out."""
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(_pressable(choices), 1)]
    links = [f"{choice.title}: {choice.url.removeprefix('tel:')}" for choice in choices if choice.url]
    return "\n".join(part for part in (text, *links, *lines) if part)


def chosen(typed: str, titles: Sequence[str]) -> int | None:
    """Return which of *titles* was meant by "2", "the second one", "la segunda" or the title itself, or None."""
    words = _plain(typed)
    for index, title in enumerate(titles):
        if words == _plain(title):
            return index
    number = _NUMBER.match(words)
    if number:
        return int(number[1]) - 1 if 1 <= int(number[1]) <= len(titles) else None
    short = _AROUND.sub("", _AROUND.sub("", words))
    if short in LAST and titles:
        return len(titles) - 1
    return next((index for index, names in enumerate(NAMES[: len(titles)]) if short in names), None)


def _plain(text: str) -> str:
    """Return *text* in small letters, without accents, outer signs and runs of blanks."""
    letters = unicodedata.normalize("NFD", " ".join(text.casefold().split()).strip(" .,;:!?¡¿\"'"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _pressable(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.payload]
