"""A patient's text as plain words: one spelling for each way of typing the same thing.

Unicode forms, case, accents, apostrophes, emoji, stretched letters ("heeelp"), digits for letters ("k1ll") and
short forms ("kms", "cnt") become plain lower-case words. Typing errors are `spelling`'s work.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_CHARS = 8000  # more than any channel sends in one message
COMMA, SENTENCE = 1, 2  # what stood before a word
SENTENCE_DISTANCE = 4  # a full stop counts as so many words between its neighbours

_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`\u2032]")
_DOTS = re.compile(r"\.{2,}|\u2026")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-z*@$!0-9]*[a-z][a-z*@$0-9]*|[.,;:!?\n/()-]|[^\x00-\x7f]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_UNITS = "mg|mmol|ml|f|c|kg|lbs?|mos?|yo|yrs?|wks?|weeks?|months?|days?|hrs?|hours?|mins?|h|m"
_DIGIT_UNIT = re.compile(rf"(?<=\d)(?=(?:{_UNITS})\b)")
_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_LAUGHTER = re.compile(r"(?:a?(?:ha|ja|je){2,}[hj]?|l+o+l+(?:ol)*|lmf?ao+|rofl|xd+|jsjs\w*)")
_LAUGHING_EMOJI = frozenset("😂🤣😆😹💀😅😜😝🤪")


@dataclass(frozen=True)
class Words:
    """The words of a message, in order.

    *places* are their positions, with `SENTENCE_DISTANCE` more after the end of a sentence; *breaks* says what
    stood before each (0, `COMMA` or `SENTENCE`).
    """

    words: tuple[str, ...]
    places: tuple[int, ...]
    breaks: tuple[int, ...]
    question: bool = False
    laughing: bool = False


@dataclass(frozen=True)
class Plain:
    """A message cut into raw tokens, the same for every language."""

    tokens: tuple[str, ...]
    laughing: bool


@dataclass(frozen=True)
class Spelling:
    """How one language writes: short forms and emoji written out, words without meaning for the screen left out."""

    short: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    known: frozenset[str]
    correct: Callable[[str], tuple[str, ...]]
    """Returns the word or words that a token stands for; the token itself when nothing better is known."""


def plain(text: str) -> Plain:
    """Cut *text* into lower-case tokens without accents; punctuation and emoji are tokens of their own."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower()
    laughing = any(symbol in _LAUGHING_EMOJI for symbol in text)
    text = _DOTS.sub(" ", _APOSTROPHES.sub("", text))
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return Plain(tuple(_TOKEN.findall(_DIGIT_UNIT.sub(" ", text))), laughing)


def words_of(message: Plain, spelling: Spelling) -> Words:
    """Return the words of *message* as one language writes them."""
    words: list[str] = []
    places: list[int] = []
    breaks: list[int] = []
    place, pending = 0, 0
    question, laughing = False, message.laughing
    for piece in message.tokens:
        if piece in ".!?;\n":
            question = question or piece == "?"
            pending = SENTENCE
        elif piece in ",:()/-":
            pending = max(pending, COMMA)
        elif _LAUGHTER.fullmatch(piece):
            laughing = True
        else:
            for word in _written_out(piece, spelling):
                place += SENTENCE_DISTANCE if pending == SENTENCE and words else 1
                words.append(word)
                places.append(place)
                breaks.append(pending)
                pending = 0
    return Words(tuple(words), tuple(places), tuple(breaks), question, laughing)


def _written_out(token: str, spelling: Spelling) -> tuple[str, ...]:
    """Return the words of *token* without fillers: `kms` is kill myself, `stroook` strok (and then stroke)."""
    if token in spelling.fillers:
        return ()
    written = spelling.short.get(token)
    if written is not None:
        return written
    if not token.isascii() or token[0].isdigit():
        return (token,) if token.isascii() else ()
    token = token.strip("!*")
    if not token.isalpha():
        token = token.translate(_LETTERS).replace("*", "")
    if _STRETCHED.search(token):
        token = _unstretched(token, spelling)
    if token in spelling.fillers:
        return ()
    if token in spelling.short:
        return spelling.short[token]
    corrected = spelling.correct(token)
    return spelling.short.get(corrected[0], corrected) if len(corrected) == 1 else corrected


def _unstretched(token: str, spelling: Spelling) -> str:
    """Return *token* with its runs of one letter cut to two where that is a known word, else to one."""
    twice = _STRETCHED.sub(r"\1\1", token)
    return twice if twice in spelling.known else _STRETCHED.sub(r"\1", token)
