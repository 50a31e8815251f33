"""Which article answers a message, how surely, and when none does.

Each topic, and "none of them", gets a score from a handful of likenesses; a softmax over the scores is the
confidence. The weights in `weights.py` were fitted by `bench/education_weights.py` on the development half of the
evaluation questions.
"""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from frontdoor.education import vectors
from frontdoor.education.article import Article
from frontdoor.education.errands import is_errand
from frontdoor.education.index import Coverage, Index
from frontdoor.education.library import Library, NotCovered
from frontdoor.education.weights import OFFERED, WEIGHTS, Weights
from frontdoor.education.words import Spelling, everyday, pieces, stem, telling, words
from frontdoor.encoder import Encoder
from frontdoor.language import common_words

LONG_WORDS, PART_WORDS = 14, 10  # a message longer than that is looked at in parts of so many words
MOST_WORDS = 60  # of a message that are looked at in parts
LEFT_OVER_WORTH = 0.6
ALIAS_WORTH = 3  # an alias's word counts so many times in the article's text
DECISIONS = ("answer", "ask", "none")  # from the boldest on
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What the search makes of a message. *topics* are the likeliest, best first; *score* is the first's, 0 to 1."""

    topics: tuple[str, ...]
    score: float
    decision: str  # "answer" shows the article, "ask" offers the topics, "none" has nothing
    lacking: str | None = None  # the name of the topic without an article that the message is most like
    only_lacking: bool = False  # the message says no more than that name

    @property
    def topic(self) -> str | None:
        """The topic to answer with, if it is sure enough."""
        return self.topics[0] if self.decision == "answer" else None


NOTHING = Found((), 0.0, "none")
Likenesses = list[float]


class Search:
    """One language's search. Pure after construction: the same message gives the same answer."""

    def __init__(self, library: Library, language: str, encoder: Encoder | None = None, keep_in: Path | None = None):
        """*keep_in* is where the library's vectors are kept; without *encoder* the search is by words only."""
        self.language = language
        self.articles = library.in_language(language)
        self._encoder = encoder
        self._weights = WEIGHTS[language, self._encoder is not None]
        lacking = library.not_covered.get(language, NotCovered((), ()))
        texts, owners = _phrases(self.articles, lacking)
        names = [word for a in self.articles for text in (a.title, *a.aliases) for word in words(text)]
        bodies = [" ".join(a.sections.values()) for a in self.articles]
        usual = everyday(language)
        self._spelling = Spelling(
            names,
            (
                *common_words(language),
                *usual,
                *(w for text in (*bodies, *lacking.health, *lacking.clinic) for w in words(text)),
            ),
        )
        self._elsewhere = usual - set(names)
        self._owners = owners
        self._worths = [_worth(text, language) for text in texts]
        self._names_lacking = [(name, frozenset(self._stems(words(name)))) for name in lacking.health]
        named = (text for article in self.articles for text in (article.title, *article.aliases))
        self._names_had = {frozenset(self._stems(telling(text, language))) for text in named}
        self._by_word = Index([self._stems(telling(text, language)) for text in texts])
        self._by_piece = Index([list(pieces(words(text))) for text in texts])
        self._bodies = Coverage([self._body(a, text) for a, text in zip(self.articles, bodies, strict=True)])
        self._vectors, self._vector_owners = self._embedded(library, keep_in)

    def find(self, message: str, today: date | None = None) -> Found:
        """Return what answers *message*. Articles overdue on *today* count as not there.

        What names a topic that we lack does not speak for one that we have: the words around the name have to say
        enough by themselves, "the flu and shingles shots on the same day", but not "is shingles catching".
        """
        found = self._found(message, today)
        lacking = self._lacking(message)
        if lacking is None:
            return found
        name, rest = lacking
        found = replace(found, lacking=name, only_lacking=not telling(rest, self.language))
        if found.decision != "none":
            around = self._found(rest, today)
            if around.topics[:1] != found.topics[:1]:
                return replace(found, decision="none")
            found = replace(found, decision=max(found.decision, around.decision, key=DECISIONS.index))
        return found

    def _found(self, message: str, today: date | None) -> Found:
        rows = self.likenesses(message)
        if rows is None:
            return NOTHING
        scores = [self._weights.of(row) for row in rows[:-2]]
        nothing = self._weights.of_none(rows[-2], rows[-1])
        highest = max([*scores, nothing])
        total = sum(math.exp(score - highest) for score in (*scores, nothing))
        order = sorted(range(len(scores)), key=lambda number: -scores[number])
        shown = [number for number in order if today is None or self.articles[number].next_review_due >= today]
        if not shown:
            return NOTHING
        best = shown[0]
        confidence = math.exp(scores[best] - highest) / total
        topics = tuple(self.articles[number].topic for number in shown[:OFFERED])
        anchored = rows[best][0] > 0 or rows[best][1] > self._weights.anchor_pieces
        sure = anchored and not is_errand(message, self.language)
        return Found(topics, confidence, _decide(confidence, sure, self._weights))

    def likenesses(self, message: str) -> list[Likenesses] | None:
        """Return a row a topic, then one for other health and one for the rest; None for a message without words.

        A row: best phrase by words, by pieces, share of the message in the article, best text by meaning. Of a long
        message each part is looked at as well, and the best of it counts: people tell a story around their question.
        """
        found = [rows for part in _parts(message) if (rows := self._of_part(part)) is not None]
        if not found:
            return None
        return [[max(column) for column in zip(*rows, strict=True)] for rows in zip(*found, strict=True)]

    def _of_part(self, message: str) -> list[Likenesses] | None:
        told = [self._spelling.correct(word) for word in telling(message, self.language)]
        if all(word.isdigit() for word in told):  # "el 2", "2+2", or nothing at all
            return None
        rows: list[Likenesses] = [[0.0, 0.0, 0.0, 0.0] for _ in range(len(self.articles) + 2)]
        self._best(rows, 0, self._by_word.cosines(self._marked_stems(told)))
        self._best(rows, 1, self._by_piece.cosines(self._pieces(told)))
        for number, share in self._bodies.shares(self._stems(told)).items():
            rows[number][2] = share
        if self._encoder is not None:
            near = self._vectors @ self._encoder.of_message(message)
            for owner, likeness in zip(self._vector_owners, near.tolist(), strict=True):
                rows[owner][3] = max(rows[owner][3], likeness)
        return rows

    def _lacking(self, message: str) -> tuple[str, str] | None:
        """Return the longest name of a topic without an article whose words are all in *message*, and the rest of it.

        A name inside that of an article does not count: "chronic bronchitis" is not "bronchitis".
        """
        told = [self._spelling.correct(word) for word in words(message)]
        stems = self._stems(told)
        named = [(len(name), name, wanted) for name, wanted in self._names_lacking if wanted <= {*stems}]
        had = [name for name in self._names_had if name <= {*stems}] if named else []
        named = [one for one in named if not any(one[2] <= name for name in had)]
        if not named:
            return None
        _, name, wanted = max(named)
        return name, " ".join(word for word, its_stem in zip(told, stems, strict=True) if its_stem not in wanted)

    def _best(self, rows: list[Likenesses], column: int, found: dict[int, float]) -> None:
        for number, likeness in found.items():
            row = rows[self._owners[number]]
            row[column] = max(row[column], likeness * self._worths[number])

    def _embedded(self, library: Library, keep_in: Path | None) -> tuple[np.ndarray, list[int]]:
        """Return the vectors of the English library, since the encoder knows English, and which row each is for."""
        if self._encoder is None or keep_in is None:
            return np.zeros((0, 1), np.float32), []
        english = library.in_language("en")
        texts, owners = _phrases(english, library.not_covered.get("en", NotCovered((), ())))
        for number, article in enumerate(english):
            texts += [f"{article.title}: {text}" for text in article.sections.values()]
            owners += [number] * len(article.sections)
        rows = vectors.of_texts(texts, self._encoder, keep_in)
        own = {article.topic: number for number, article in enumerate(self.articles)}
        here = [own.get(article.topic) for article in english] + [len(own), len(own) + 1]
        kept = [(at, row) for at, owner in enumerate(owners) if (row := here[owner]) is not None]
        return rows[[at for at, _ in kept]], [row for _, row in kept]

    def _body(self, article: Article, text: str) -> list[str]:
        names = telling(" ".join((article.title, *article.aliases)), self.language)
        return self._stems([*names * ALIAS_WORTH, *telling(text, self.language)])

    def _pieces(self, told: list[str]) -> list[str]:
        """Return the pieces of *told*; an everyday word that no article is named by has none in common with them."""
        return [piece for word in told for piece in ([f"={word}"] if word in self._elsewhere else pieces([word]))]

    def _marked_stems(self, told: list[str]) -> list[str]:
        """Return the stems of *told*; of an everyday word that no article is named by one that nothing else has.

        "Terminamos" is not "no termina nada", "precios" not "presión".
        """
        return [f"={word}" if word in self._elsewhere else stem(word, self.language) for word in told]

    def _stems(self, told: Iterable[str]) -> list[str]:
        return [stem(word, self.language) for word in told]


def _phrases(articles: list[Article], lacking: NotCovered) -> tuple[list[str], list[int]]:
    """Return all names, and the row that each is for: its article's, then other health's, then the rest's."""
    named = [(number, text) for number, a in enumerate(articles) for text in (a.title, *a.aliases)]
    named += [(len(articles), text) for text in lacking.health]
    named += [(len(articles) + 1, text) for text in lacking.clinic]
    return [text for _, text in named], [number for number, _ in named]


def _worth(name: str, language: str) -> float:
    """Return what it counts to be like *name*: less where one telling word is left of several, "estoy esperando"."""
    return LEFT_OVER_WORTH if len(words(name)) > 1 and len(telling(name, language)) == 1 else 1.0


def _parts(message: str) -> list[str]:
    """Return *message*; when it is long also its parts of `PART_WORDS` words, each from the middle of the last."""
    split = message.split()
    if len(split) <= LONG_WORDS:
        return [message]
    starts = range(0, min(len(split), MOST_WORDS) - PART_WORDS // 2, PART_WORDS // 2)
    return [message, *(" ".join(split[at : at + PART_WORDS]) for at in starts)]


def _decide(confidence: float, sure: bool, weights: Weights) -> str:
    """Without a word in common with the article's names, or for an errand, the article is offered at most."""
    if confidence >= weights.show and sure:
        return "answer"
    return "ask" if confidence >= weights.ask else "none"
