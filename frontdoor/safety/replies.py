"""The fixed words for an emergency: the number and the action first, and always that a bot cannot call for anyone.

The text comes from `phrases/<language>/replies.yml`, the numbers from `numbers.yml`. Nothing here is generated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from frontdoor.safety.rules import PHRASES
from frontdoor.safety.verdict import LANGUAGES, Verdict, lines_of

NUMBERS = Path(__file__).parent / "numbers.yml"
MAX_CHARS = 320
SAFE_NOW, YES, NO, HUMAN = "/safety_safe_now", "/safety_yes", "/safety_no", "/human"
KINDS = ("crisis", "poison", "abuse", "child")
# The button calls the line that this category needs first; all others call the emergency number.
_FIRST_CALL = {"self_harm": "crisis"}

Button: TypeAlias = tuple[str, str]  # title, payload; a payload `tel:…` is an address to open
After: TypeAlias = Literal["safe", "no", "reminder"]


@dataclass(frozen=True)
class SafetyReply:
    """What to send at once: a text of at most `MAX_CHARS` characters and its buttons."""

    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Number:
    """A telephone number of one country. *say* is the whole phrase for it by language."""

    dial: str
    say: Mapping[str, str]
    source: str
    verified_on: Any


def reply(verdict: Verdict, language: str, region: str) -> SafetyReply:
    """Return the reply to a verdict of level `emergency` or `check`.

    *region* is an ISO 3166 country; an unknown one gets "your local emergency number" and no button to call.
    Raises ValueError at level `none`: there is nothing to say.
    """
    if verdict.level == "none" or verdict.category is None:
        raise ValueError("a verdict of level none has no reply")
    words, numbers = _words(language), _numbers().get(region.upper(), {})
    if verdict.level == "check":
        buttons = ((words["buttons"]["yes"], YES), (words["buttons"]["no"], NO))
        if verdict.category == "violence":  # the question is "are you safe?": its yes is our no
            buttons = ((words["buttons"]["no"], YES), (words["buttons"]["safe"], NO))
        return SafetyReply(f"{words['check'][verdict.category]} {words['bot']}", buttons)
    also = _also(verdict)
    said = [*words["emergency"][verdict.category], *(words["also"][kind] for kind in also)]
    lines = [_filled(line, words, numbers, language) for line in said]
    text = " ".join([*(line for line in lines if line), words["bot"]])
    return SafetyReply(text, (*_calls(verdict.category, also, words, numbers), *_steady(words)))


def confirmed(verdict: Verdict) -> Verdict:
    """Return the verdict after the patient pressed yes to the question of *verdict*."""
    return Verdict("emergency", verdict.category, verdict.rule, verdict.language)


def afterwards(what: After, language: str, region: str) -> SafetyReply:
    """Return what to say when a person is `safe` now, answered `no` to the question, or did not answer (`reminder`)."""
    words, numbers = _words(language), _numbers().get(region.upper(), {})
    text = _filled(words[what], words, numbers, language)
    return SafetyReply(
        text or "", (*_calls("other", [], words, numbers), *_steady(words)) if what == "reminder" else ()
    )


def numbers_of(region: str) -> Mapping[str, Number]:
    """Return the numbers of a country by kind (`emergency`, `crisis`, …); empty when we know none."""
    return _numbers().get(region.upper(), {})


def emergency_number(region: str, language: str) -> str:
    """Return the number to call in an emergency, or the words for it in a country that we do not know."""
    number = numbers_of(region).get("emergency")
    return number.dial if number else str(_words(language)["local_number"])


def _steady(words: Mapping[str, Any]) -> tuple[Button, ...]:
    return (words["buttons"]["safe"], SAFE_NOW), (words["buttons"]["human"], HUMAN)


def _also(verdict: Verdict) -> list[str]:
    """Return the line of help of the second category, unless the words for the first name it: one kind or none."""
    if verdict.category is None or verdict.second is None:
        return []
    return sorted(lines_of(verdict.second) - lines_of(verdict.category))


def _calls(
    category: str, also: list[str], words: Mapping[str, Any], numbers: Mapping[str, Number]
) -> tuple[Button, ...]:
    """Return a button for the number that *category* needs first, and one for each kind of *also*."""
    first = numbers.get(_FIRST_CALL.get(category, "emergency")) or numbers.get("emergency")
    called = [number for number in (first, *(numbers.get(kind) for kind in also)) if number]
    return tuple((words["buttons"]["call"].format(number=number.dial), _address(number)) for number in called)


def _address(number: Number) -> str:
    return f"tel:{''.join(c for c in number.dial if c.isdigit() or c == '+')}"


def _filled(line: str, words: Mapping[str, Any], numbers: Mapping[str, Number], language: str) -> str | None:
    """Return *line* with its numbers; None when the country has no such line of help."""
    filling = {"emergency": numbers["emergency"].dial if "emergency" in numbers else words["local_number"]}
    for kind in KINDS:
        if f"{{{kind}}}" in line:
            number = numbers.get(kind)
            if number is None:
                return None
            filling[kind] = number.say.get(language) or words["call"].format(number=number.dial)
    return line.format(**filling)


def _words(language: str) -> Mapping[str, Any]:
    return _all_words()[language if language in LANGUAGES else "en"]


@lru_cache(maxsize=1)
def _all_words() -> Mapping[str, Mapping[str, Any]]:
    return {code: yaml.safe_load((PHRASES / code / "replies.yml").read_text("utf-8")) for code in LANGUAGES}


@lru_cache(maxsize=1)
def _numbers() -> Mapping[str, Mapping[str, Number]]:
    countries = yaml.safe_load(NUMBERS.read_text("utf-8"))
    return {
        country: {
            kind: Number(given["dial"], given.get("say", {}), given["source"], given["verified_on"])
            for kind, given in kinds.items()
        }
        for country, kinds in countries.items()
    }
