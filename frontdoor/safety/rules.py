"""Reads the rules that clinicians edit: `phrases/<language>/*.yml`.

`language.yml` says how the language is written, `context.yml` holds the words that change what a sign means
("no", "years ago", "what are the symptoms of"), every other file the rules of one category. `common.txt` lists the
everyday words of both languages that look like a word of the rules: they are no typing errors.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from frontdoor.safety.normalise import Spelling, plain
from frontdoor.safety.patterns import GAPS, WITHIN, Lexicon, Pattern, PatternError, Phrase, Sequence
from frontdoor.safety.spelling import Speller
from frontdoor.safety.verdict import CATEGORIES, Level

PHRASES = Path(__file__).parent / "phrases"
CUE = "cue."  # context words are terms whose names begin so
CONTEXTS = frozenset(
    {"negation", "past", "hypothetical", "education", "figurative", "media", "errand", "laughing", "mild", "asking"}
)
LONG_SHORT_FORM = 6  # letters from which typing errors in a word that `short` writes out are corrected too
_SEGMENTS = re.compile(r" ?(?<!\S)(~~?)(?!\S) ?")
_REFERENCE = re.compile(r"<\w+>")
_NOT_RULES = ("language", "context", "replies")


@dataclass(frozen=True)
class Rule:
    """One reason to stop and help. *despite* names the contexts that do not silence it."""

    id: str
    category: str
    level: Level
    reason: str
    source: str
    patterns: tuple[Pattern, ...]
    within: int
    despite: frozenset[str]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """Everything the screen knows of one language."""

    code: str
    rules: tuple[Rule, ...]
    lexicon: Lexicon
    spelling: Spelling
    telling: frozenset[str]
    """Words that are common in this language and in no other we know."""

    @cached_property
    def by_term(self) -> dict[str, list[tuple[Rule, Pattern]]]:
        """The patterns under their rarest term: the one that the fewest patterns need."""
        uses: dict[str, int] = {}
        for rule in self.rules:
            for pattern in rule.patterns:
                for term in pattern.needs:
                    uses[term] = uses.get(term, 0) + 1
        index: dict[str, list[tuple[Rule, Pattern]]] = {}
        for rule in self.rules:
            for pattern in rule.patterns:
                rarest = min(sorted(pattern.needs), key=uses.__getitem__)
                index.setdefault(rarest, []).append((rule, pattern))
        return index


def load_language(code: str, directory: Path = PHRASES) -> Language:
    """Read the rules of one language. Raises PatternError, naming the file, when a rule cannot be used."""
    return _Reader(code, directory / code).read()


class _Reader:
    """Turns the files of one language into a `Language`."""

    def __init__(self, code: str, directory: Path) -> None:
        self.code, self.directory = code, directory
        self.files = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(directory.glob("*.yml"))}
        writing = self.files["language"]
        self.fillers = frozenset(str(writing["fillers"]).split())
        self.short = {_bare(short): tuple(_bare(full).split()) for short, full in writing["short"].items()}
        self.short |= {symbol: tuple(_bare(words).split()) for symbol, words in writing["emoji"].items()}
        self.lists: dict[str, list[str]] = {}
        for content in self.files.values():
            for name, phrases in (content.get("words") or {}).items():
                if name in self.lists:
                    raise PatternError(f"{code}: the list <{name}> is given twice")
                self.lists[name] = _phrase_list(phrases)
        for name, phrases in self.files["context"]["cues"].items():
            self.lists[CUE + name] = _phrase_list(phrases)
        self.lexicon = Lexicon()
        self.used: set[str] = set()

    def read(self) -> Language:
        rules = tuple(rule for stem in self.files if stem not in _NOT_RULES for rule in self._rules(stem))
        for name in self.lists:
            if name.startswith(CUE):
                self._use(name)
        writing = self.files["language"]
        telling = frozenset(_bare(str(writing["telling"])).split())
        common = frozenset((self.directory.parent / "common.txt").read_text("utf-8").split()) | telling
        vocabulary = self.lexicon.vocabulary + Counter(_bare(str(writing["spelling"])).split())
        vocabulary += Counter(short for short in self.short if short.isalpha() and len(short) >= LONG_SHORT_FORM)
        speller = Speller(vocabulary, common, self.lexicon.stems)
        spelling = Spelling(self.short, self.fillers, speller.known, speller.correct)
        return Language(self.code, rules, self.lexicon, spelling, telling)

    def _rules(self, stem: str) -> Iterator[Rule]:
        content = self.files[stem]
        category = content.get("category")
        if category is None:
            return
        if category not in CATEGORIES:
            raise PatternError(f"{self.code}/{stem}.yml: there is no category {category!r}")
        for given in content["rules"]:
            yield self._rule(category, given)

    def _rule(self, category: str, given: dict[str, Any]) -> Rule:
        id_ = f"{self.code}.{category}.{given['id']}"
        despite = frozenset(given.get("despite", ()))
        if given["level"] not in ("emergency", "check") or not despite <= CONTEXTS:
            raise PatternError(f"{id_}: level is emergency or check; despite takes {', '.join(sorted(CONTEXTS))}")
        return Rule(
            id=id_,
            category=category,
            level=given["level"],
            reason=given["reason"],
            source=given["source"],
            patterns=tuple(self._pattern(id_, text) for text in _lines(given["patterns"])),
            within=given.get("within", WITHIN),
            despite=despite,
            fires=_lines(given.get("fires")),
            quiet=_lines(given.get("quiet")),
        )

    def _pattern(self, rule: str, text: str) -> Pattern:
        parts = tuple(self._sequence(part) for part in text.split(" & "))
        if not all(part.terms for part in parts):
            raise PatternError(f"{rule}: {text!r} has an empty part")
        return Pattern(text, parts, frozenset(term for part in parts for term in part.terms))

    def _sequence(self, text: str) -> Sequence:
        terms: list[str] = []
        gaps: list[int] = []
        gap = 0
        for segment in _SEGMENTS.split(text):
            if segment in GAPS:
                gap = GAPS[segment]
                continue
            for piece in [segment] if "|" in segment else segment.split():
                name = self._term(piece)
                if name is not None:
                    terms.append(name)
                    gaps.append(gap)
                    gap = 0
        return Sequence(tuple(terms), tuple(gaps))

    def _term(self, piece: str) -> str | None:
        """Make *piece* of a pattern findable and return its name; None for a word that does not count."""
        if _REFERENCE.fullmatch(piece):
            name = piece[1:-1]
        elif _bare(piece) in self.fillers:
            return None
        else:
            name = f"={piece}"
            self.lists.setdefault(name, piece.split("|"))
        self._use(name)
        return name

    def _use(self, name: str) -> None:
        """Make the list *name* findable, once."""
        if name in self.used:
            return
        self.used.add(name)
        self.lexicon.add(name, {phrase for entry in self._entries(name) for phrase in self._phrases(entry)})

    def _entries(self, name: str) -> list[str]:
        if name not in self.lists:
            raise PatternError(f"{self.code}: there is no list <{name}>")
        return self.lists[name]

    def _phrases(self, entry: str) -> Iterator[Phrase]:
        """Yield every phrase that *entry* stands for, its alternatives and lists written out."""
        for choice in product(*(list(self._choices(piece)) for piece in entry.split())):
            phrase = tuple(word for words in choice for word in words)
            if phrase:
                yield phrase

    def _choices(self, piece: str) -> Iterator[Phrase]:
        if piece.startswith("<"):
            for entry in self._entries(piece[1:-1]):
                yield from self._phrases(entry)
            return
        for word in piece.split("|"):
            bare = word if word == "*" else _bare(word)
            yield () if bare in self.fillers or not bare else self.short.get(bare, (bare,))


def _phrase_list(given: Any) -> list[str]:
    """A list in YAML, or one text with a phrase between commas."""
    phrases = given if isinstance(given, list) else str(given).replace("\n", " ").split(",")
    return [str(phrase).strip() for phrase in phrases if str(phrase).strip()]


def _lines(given: str | None) -> tuple[str, ...]:
    """The lines of a block of text."""
    return tuple(line.strip() for line in (given or "").splitlines() if line.strip())


def _bare(text: str) -> str:
    """Return *text* in small letters without accents and apostrophes, its `*` and emoji kept."""
    return " ".join(piece for piece in plain(text).tokens if piece not in ".,")
