"""A Spanish message in English words, one by one, so that the English encoder has something to go by.

It is no translation: order and grammar stay, what is not in the list stays. For intents that is enough: on 700
messages kept out of training, 82 % got their intent with it and 78 % without.
"""

from functools import cache
from pathlib import Path

from frontdoor.assistant.plain import by_sound, plain

FILES = sorted(Path(__file__).parent.glob("gloss_es_*.txt"))  # by first letter
_TAILS = ("los", "las", "lo", "la", "me", "se")  # "cancelarla", "llamarme"
_SHORTEST_WITH_TAIL = 6  # letters
_SHORTEST_BY_SOUND = 4


def english_words(text: str) -> str:
    """Return *text* with each Spanish word that is known replaced by an English one."""
    return " ".join(_english(word) or word for word in plain(text).split())


def vocabulary() -> frozenset[str]:
    """Return every word of the list, Spanish and English."""
    return frozenset(word for spanish, english in _words().items() for word in (spanish, *plain(english).split()))


def _english(word: str) -> str | None:
    words = _words()
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in words:
            return words[form]
    if len(word) >= _SHORTEST_WITH_TAIL:
        for tail in _TAILS:
            if word.endswith(tail) and word.removesuffix(tail) in words:
                return words[word.removesuffix(tail)]
    return _sounds().get(by_sound(word)) if len(word) >= _SHORTEST_BY_SOUND else None


@cache
def _words() -> dict[str, str]:
    lines = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = (entry.partition(" = ") for line in lines if not line.startswith("#") for entry in line.split(", "))
    return {spanish: english for spanish, _, english in pairs}


@cache
def _sounds() -> dict[str, str]:
    """Return the list by sound: "konsulta" is found as "consulta"."""
    return {by_sound(word): english for word, english in _words().items()}
