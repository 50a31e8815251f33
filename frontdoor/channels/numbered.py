"""Buttons where a platform has none: numbered lines, and reading the answer that is typed."""

import re
from collections.abc import Sequence

from frontdoor.channels.contract import Choice

ORDINALS = {
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    "es": ("primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven", "décim"),
}
_NUMBER = re.compile(r"^\W*(?:(?:option|opción|opcion|number|número|numero|no|n)\W*)?(\d{1,2})\W*$", re.IGNORECASE)
_AROUND = re.compile(r"^(?:the|el|la) | (?:one|option|opción|opcion)$")
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
    """Return which of *titles* was meant by "2", "the second one", "segunda" or the title itself, or None."""
    words = " ".join(typed.casefold().split()).strip(" .!?¡¿")
    for index, title in enumerate(titles):
        if words == " ".join(title.casefold().split()).strip(" .!?¡¿"):
            return index
    number = _NUMBER.match(words)
    if number:
        return int(number[1]) - 1 if 1 <= int(number[1]) <= len(titles) else None
    short = (
        words.removeprefix("the ").removeprefix("el ").removeprefix("la ").removesuffix(" one").removesuffix(" option")
    )
    for names in ORDINALS.values():
        for index, name in enumerate(names[: len(titles)]):
            if short == name or (name[-1] not in "ht" and re.fullmatch(f"{name}[oa]?", short)):
                return index
    return None


def _pressable(choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.payload]
