"""The small language in which the rules are written, and its matcher.

    <chest> & <pain>          both, in any order, near each other
    cant ~ <breathe>          in this order, up to three other words between (`~~`: up to seven)
    wont|does not ~ <wake>    one of several words or phrases
    <bad> headache            directly one after the other
    convuls*                  any word that begins so; inside a phrase of a list, `*` alone is any one word

`<name>` is a list of words and phrases, given under `words:` in the same or another file of the language. Phrases
may hold `*` and the names of other lists. Everything is normalised as a patient's text is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from frontdoor.safety.normalise import Words

GAPS = {"~": 3, "~~": 7}
WITHIN = 12  # words between the parts of an `&`, unless the rule says otherwise
CLOSE = 2  # words between the parts of what is still said in one breath
MAX_MATCHES = 24  # of one sequence in one message
MIN_STEM, MAX_STEM = 3, 16  # letters before a `*`

Span: TypeAlias = tuple[int, int]  # first word, word after the last
Spans: TypeAlias = Mapping[str, list[Span]]
Phrase: TypeAlias = tuple[str, ...]  # words, the stems among them with their `*`


class PatternError(ValueError):
    """A rules file says something that cannot be used; the message quotes it."""


@dataclass(frozen=True)
class Match:
    """Where a pattern was found: its words from *start* to *end*, and those between them that it does not name."""

    start: int
    end: int
    skipped: tuple[int, ...]

    @property
    def loose(self) -> bool:
        """Whether it was pieced together of words that stand apart."""
        return len(self.skipped) > CLOSE


@dataclass(frozen=True)
class Sequence:
    """Terms in order, each with the greatest gap before it in words."""

    terms: tuple[str, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """One line of a rule: sequences that must all be there."""

    text: str
    parts: tuple[Sequence, ...]
    needs: frozenset[str]


class Lexicon:
    """All terms of one language. Finds every one of them in a message in one pass."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = defaultdict(list)  # terms of one word
        self._pairs: dict[tuple[str, str], list[tuple[Phrase, str]]] = defaultdict(list)  # by the first two words
        self._loose: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)  # whose second word is a stem or any
        self._stems: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)
        self.vocabulary: Counter[str] = Counter()
        """Every word of the terms, and in how many phrases it stands."""

    def add(self, term: str, phrases: Iterable[Phrase]) -> None:
        """Make *term* findable by each of *phrases*."""
        for phrase in phrases:
            first, rest = phrase[0], phrase[1:]
            if first.endswith("*"):
                self._stems[first[:-1]].append((rest, term))
            elif not rest:
                self._words[first].append(term)
            elif rest[0].endswith("*"):
                self._loose[first].append((rest, term))
            else:
                self._pairs[first, rest[0]].append((rest[1:], term))
            self.vocabulary.update(word for word in phrase if not word.endswith("*"))

    @property
    def stems(self) -> tuple[str, ...]:
        """What comes before the `*` of every first word."""
        return tuple(self._stems)

    def find(self, words: tuple[str, ...]) -> dict[str, list[Span]]:
        """Return where each term stands in *words*; terms that are not there have no entry."""
        found: dict[str, list[Span]] = {}
        following = (*words[1:], "")
        for at, (word, after) in enumerate(zip(words, following, strict=True)):
            for term in self._words.get(word, ()):
                found.setdefault(term, []).append((at, at + 1))
            for rest, term in self._pairs.get((word, after), ()):
                if not rest or _follows(words, at + 2, rest):
                    found.setdefault(term, []).append((at, at + 2 + len(rest)))
            self._find_loose(words, at, found)
        return found

    def _find_loose(self, words: tuple[str, ...], at: int, found: dict[str, list[Span]]) -> None:
        """Add the phrases at *at* that begin with a stem, or go on with one."""
        word = words[at]
        beginnings = [self._loose.get(word, ())]
        beginnings += [
            self._stems[word[:n]] for n in range(MIN_STEM, min(len(word), MAX_STEM) + 1) if word[:n] in self._stems
        ]
        for phrases in beginnings:
            for rest, term in phrases:
                if not rest or _follows(words, at + 1, rest):
                    found.setdefault(term, []).append((at, at + 1 + len(rest)))


def matches(pattern: Pattern, spans: Spans, message: Words, within: int) -> list[Match]:
    """Return where *pattern* stands in *message*, whose terms are at *spans*."""
    found = _in_order(pattern.parts[0], spans, message.places)
    for part in pattern.parts[1:]:
        if not found:
            return []
        others = _in_order(part, spans, message.places)
        found = [
            _joined(one, other) for one in found for other in others if _apart(one, other, message.places) <= within
        ][:MAX_MATCHES]
    return found


def _follows(words: tuple[str, ...], at: int, phrase: Phrase) -> bool:
    if at + len(phrase) > len(words):
        return False
    return all(
        words[at + i].startswith(wanted[:-1]) if wanted[-1] == "*" else words[at + i] == wanted
        for i, wanted in enumerate(phrase)
    )


def _in_order(sequence: Sequence, spans: Spans, places: tuple[int, ...]) -> list[Match]:
    found = [Match(start, end, ()) for start, end in spans[sequence.terms[0]][:MAX_MATCHES]]
    for term, gap in zip(sequence.terms[1:], sequence.gaps[1:], strict=True):
        found = [
            Match(before.start, end, (*before.skipped, *range(before.end, start)))
            for before in found
            for start, end in spans[term]
            if start >= before.end and places[start] - places[before.end - 1] - 1 <= gap
        ][:MAX_MATCHES]
    return found


def _apart(one: Match, other: Match, places: tuple[int, ...]) -> int:
    """Return the words between two matches: 0 when one lies in a gap of the other, many when they share words."""
    if one.start > other.start:
        one, other = other, one
    if other.start >= one.end:
        return places[other.start] - places[one.end - 1] - 1
    return 0 if all(i in one.skipped for i in range(other.start, other.end)) else 1_000


def _joined(one: Match, other: Match) -> Match:
    if one.start > other.start:
        one, other = other, one
    if other.start >= one.end:
        return Match(one.start, other.end, (*one.skipped, *range(one.end, other.start), *other.skipped))
    taken = set(range(other.start, other.end)) - set(other.skipped)
    return Match(one.start, one.end, tuple(i for i in one.skipped if i not in taken))
