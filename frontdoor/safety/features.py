"""What the learned head looks at: words, pieces of words, the rules' lists that a message touches, its meaning.

Everything here is the same for training and for a patient's message, so it lives in one place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from frontdoor.safety.normalise import Plain, Words
from frontdoor.safety.patterns import Spans
from frontdoor.safety.verdict import Finding

PIECE_LENGTHS = (3, 4, 5)
MAX_TOKENS = 250  # of a long message; the rules read all of it
BLOCKS = ("word", "apart", "piece", "list", "rule")  # each is divided by the root of its length
WEIGHT = {"word": 0.4, "apart": 0.25, "piece": 0.25, "list": 0.2, "rule": 0.4}  # pieces forgive typing errors
APART = (2, 3)  # words from one to the other of two that are not neighbours


@dataclass(frozen=True)
class Reading:
    """A message as one language reads it: its words and where the terms of the rules stand."""

    language: str
    words: Words
    spans: Spans


def features(message: Plain, readings: Iterable[Reading], findings: list[Finding]) -> dict[str, Counter[str]]:
    """Return the counts of each block. The first of *readings* is the language that most of the message is in.

    *findings* are what the rules found, the most urgent first.
    """
    found: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    found["piece"].update(_pieces(message.tokens[:MAX_TOKENS]))
    for at, reading in enumerate(readings):
        if at == 0:
            words = _numbers_alike(reading.words)
            found["word"].update(_words(words, reading.words))
            found["apart"].update(
                f"{one} {other}" for away in APART for one, other in zip(words, words[away:], strict=False)
            )
        found["list"].update(_lists(reading))
    found["rule"].update(_rules(findings))
    return found


def _numbers_alike(message: Words) -> list[str]:
    return [f"#{len(word.split('.')[0])}" if word[0].isdigit() else word for word in message.words[:MAX_TOKENS]]


def _words(words: list[str], message: Words) -> Iterator[str]:
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield f"?{message.question}"
    yield f"!{message.laughing}"


def _pieces(tokens: tuple[str, ...]) -> Iterator[str]:
    for token in tokens:
        if token[0].isdigit() or len(token) == 1:
            continue
        framed = f" {token} "
        for length in PIECE_LENGTHS:
            for start in range(len(framed) - length + 1):
                yield framed[start : start + length]


def _lists(reading: Reading) -> Iterator[str]:
    """Yield the lists and cues that are touched, and which stands next to which."""
    named = sorted(
        (span[0], term)
        for term, spans in reading.spans.items()
        if not term.startswith("=")
        for span in spans[:4]
        if span[0] < MAX_TOKENS
    )
    yield from (term for _, term in named)
    for (one_at, one), (other_at, other) in pairwise(named):
        if one_at != other_at:
            yield f"{one}>{other}"


def _rules(findings: list[Finding]) -> Iterator[str]:
    """Yield what was found, from the particular to the general, and what would speak if the rules were alone."""
    if not findings:
        yield "nothing"
        return
    yield f"first {findings[0].category}"
    yield f"first {findings[0].level}"
    told = {(found.rule, f"{found.level} {found.category}", found.category) for found in findings}
    yield from sorted({name for names in told for name in names})
