"""Typing errors: the word of the safety vocabulary that a mistyped word stands for.

A word is changed only when it is not a common word itself ("heat" stays, "hert" becomes heart): by one edit from
four letters on, by two from eight, where swapping two neighbours is one edit. Joined words are parted
("chestpain").
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

SHORTEST = 4  # letters of a word that may be corrected
LONGEST = 24  # letters: what is longer is no word, and trying its spellings would cost the square of its length
TWO_EDITS_FROM = 8  # letters
SHORTEST_JOINED = 7
SHORTEST_PART = 2
CACHED_WORDS = 20_000


class Speller:
    """Corrects words towards *vocabulary*, leaving alone the words of *common* and those that begin with *stems*."""

    def __init__(self, vocabulary: Mapping[str, int], common: Iterable[str], stems: tuple[str, ...]) -> None:
        """*vocabulary* says in how many phrases a word stands: of two that are as near, the one with more is meant."""
        self.stems = stems
        self.uses = dict(vocabulary)
        self.vocabulary = frozenset(vocabulary)
        self.known = self.vocabulary | frozenset(common)
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.vocabulary):
            if len(word) >= SHORTEST:
                for shorter in _deletions(word, _edits_allowed(word)):
                    self._near[shorter].append(word)
        self.correct = lru_cache(CACHED_WORDS)(self._correct)

    def _correct(self, token: str) -> tuple[str, ...]:
        """Return the word or words that *token* stands for, or itself."""
        if token in self.known or not SHORTEST <= len(token) <= LONGEST:
            return (token,)
        if token.startswith(self.stems):  # a form of a word we know, unless it is a slip in a longer form
            fixed = self._nearest(token, 1)
            stems = [stem for stem in self.stems if token.startswith(stem)]
            return fixed if fixed and fixed[0].startswith(max(stems, key=len)) else (token,)
        return self._nearest(token, 1) or self._parted(token) or self._nearest(token, 2) or (token,)

    def _nearest(self, token: str, edits: int) -> tuple[str, ...]:
        """Return the best word at exactly *edits* edits; a letter struck twice and the first letter count for more."""
        if edits > _edits_allowed(token):
            return ()
        found = {word for shorter in _deletions(token, edits) for word in self._near.get(shorter, ())}
        doubled = {token[:i] + token[i + 1 :] for i in range(1, len(token)) if token[i] == token[i - 1]}
        ranked = sorted(
            (word not in doubled, word[0] != token[0], -self.uses[word], word)
            for word in found
            if _edits_allowed(word) >= edits and OSA.distance(token, word, score_cutoff=edits) <= edits
        )
        return (ranked[0][-1],) if ranked else ()

    def _parted(self, token: str) -> tuple[str, ...]:
        """Return two known words that *token* joins, at least one of them of the safety vocabulary."""
        if len(token) < SHORTEST_JOINED:
            return ()
        for cut in range(SHORTEST_PART, len(token) - SHORTEST_PART + 1):
            left, right = token[:cut], token[cut:]
            if left in self.vocabulary and right in self.vocabulary and max(len(left), len(right)) >= SHORTEST:
                return (left, right)
        return ()


def _edits_allowed(word: str) -> int:
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def _deletions(word: str, edits: int) -> Iterator[str]:
    """Yield *word* and what is left of it after leaving out up to *edits* letters."""
    yield word
    seen, last = {word}, {word}
    for _ in range(edits):
        last = {w[:i] + w[i + 1 :] for w in last for i in range(len(w))} - seen
        seen |= last
        yield from last
