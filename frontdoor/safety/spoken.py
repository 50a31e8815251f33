"""Numbers as people write and dictate them: "101.5", "one oh one", "a hundred and four point two", "treinta y nueve".

`numeric.py` says what a number means. Here it is only read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

_EN_UNITS = "one two three four five six seven eight nine"
_EN_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_EN_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_ES_UNITS = "uno dos tres cuatro cinco seis siete ocho nueve"
_ES_TEENS = "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve"
_ES_TENS = "diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_ES_TWENTIES = "veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
_ES_HUNDREDS = "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"


def _valued(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * at for at, word in enumerate(words.split())}


UNITS: Mapping[str, int] = _valued(_EN_UNITS, 1) | _valued(_ES_UNITS, 1) | {"un": 1, "una": 1, "a": 1, "an": 1}
TEENS: Mapping[str, int] = _valued(_EN_TEENS, 10) | _valued(_ES_TEENS, 10) | _valued(_ES_TWENTIES, 21)
TENS: Mapping[str, int] = _valued(_EN_TENS, 10, 10) | _valued(_ES_TENS, 10, 10) | {"fourty": 40}
HUNDREDS: Mapping[str, int] = _valued(_ES_HUNDREDS, 100, 100) | {"ciento": 100}
_ZERO = {"oh", "o", "zero", "cero"}
_POINT = {"point", "punto", "coma", "dot"}
_ARTICLES = {"a", "an", "un", "una"}
_HALF = (("and", "a", "half"), ("y", "medio"), ("y", "media"))
_DIGIT = 10
_HUNDRED = 100


@dataclass(frozen=True)
class Number:
    """A number of a message: its words from *start* to *end*, and its value."""

    start: int
    end: int
    value: float

    @property
    def last(self) -> int:
        """Where its last word stands."""
        return self.end - 1


def numbers_in(words: tuple[str, ...]) -> list[Number]:
    """Return the numbers of *words*, in order."""
    return list(_numbers(words))


def value_of(word: str) -> float | None:
    """Return the number that *word* alone says."""
    if word[0].isdigit():
        return _written(word)
    for known in (UNITS, TEENS, TENS, HUNDREDS):
        if word in known:
            return float(known[word])
    return None


def _numbers(words: tuple[str, ...]) -> Iterator[Number]:
    at = 0
    while at < len(words):
        found = _at(words, at)
        if found is None:
            at += 1
            continue
        found = _with_fraction(words, found)
        yield found
        at = found.end


def _at(words: tuple[str, ...], at: int) -> Number | None:
    """Return the whole number that begins at *at*: in digits, or as many words as belong together."""
    value = _written(words[at]) if words[at][0].isdigit() else None
    if value is not None:
        return Number(at, at + 1, value)
    if words[at] in _ARTICLES and words[at + 1 : at + 2] != ("hundred",):
        return None
    return _in_hundreds(words, at) or _below_hundred(words, at)


def _in_hundreds(words: tuple[str, ...], at: int) -> Number | None:
    """Return "two hundred and five", "one oh four", "one eighty" or "ciento diez"."""
    word, after = words[at], words[at + 1 : at + 2]
    if word in HUNDREDS:
        return _rest(words, Number(at, at + 1, HUNDREDS[word]))
    if word == "hundred":
        return _rest(words, Number(at, at + 1, _HUNDRED))
    if word not in UNITS or not after:
        return None
    hundreds = Number(at, at + 1, UNITS[word] * _HUNDRED)
    if after[0] == "hundred":
        return _rest(words, replace(hundreds, end=at + 2))
    if after[0] in _ZERO and words[at + 2 : at + 3] and words[at + 2] in UNITS:
        return Number(at, at + 3, hundreds.value + UNITS[words[at + 2]])
    if after[0] in TENS or after[0] in TEENS:
        small = _below_hundred(words, at + 1)
        return Number(at, small.end, hundreds.value + small.value) if small else None
    if word == "one" and after[0] in UNITS and after[0] not in _ARTICLES:  # "one oh four": "oh" is a filler
        return Number(at, at + 2, hundreds.value + UNITS[after[0]])
    return None


def _rest(words: tuple[str, ...], hundreds: Number) -> Number:
    """Return *hundreds* with what follows it below a hundred: "and one", "eighty"."""
    at = hundreds.end + (words[hundreds.end : hundreds.end + 1] in (("and",), ("y",)))
    small = _below_hundred(words, at)
    return Number(hundreds.start, small.end, hundreds.value + small.value) if small else hundreds


def _below_hundred(words: tuple[str, ...], at: int) -> Number | None:
    """Return "forty", "thirty eight", "treinta y nueve", "once" or "seven"."""
    if at >= len(words):
        return None
    word = words[at]
    if word in TENS:
        then = at + 1 + (words[at + 1 : at + 2] == ("y",))
        if words[then : then + 1] and words[then] in UNITS and words[then] not in _ARTICLES:
            return Number(at, then + 1, TENS[word] + UNITS[words[then]])
        return Number(at, at + 1, TENS[word])
    if word in TEENS:
        return Number(at, at + 1, TEENS[word])
    return Number(at, at + 1, UNITS[word]) if word in UNITS and word not in _ARTICLES else None


def _with_fraction(words: tuple[str, ...], number: Number) -> Number:
    """Return *number* with "point four", "punto cinco" or "y medio" after it."""
    at = number.end
    for half in _HALF:
        if words[at : at + len(half)] == half:
            return replace(number, end=at + len(half), value=number.value + 0.5)
    if words[at : at + 1] and words[at] in _POINT and words[at + 1 : at + 2]:
        digit = value_of(words[at + 1])
        if digit is not None and digit == int(digit) and 0 <= digit < _DIGIT:
            return replace(number, end=at + 2, value=number.value + digit / _DIGIT)
    return number


def _written(word: str) -> float | None:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
