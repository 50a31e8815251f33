"""A small inverted index: which short texts share weighed terms with a message."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

Terms = Sequence[str]


class Index:
    """Cosine between a message and each document, terms weighed by how rare they are among *documents*."""

    def __init__(self, documents: Sequence[Terms]) -> None:
        counts = [Counter(document) for document in documents]
        self._spread = Counter(term for count in counts for term in count)
        self._size = len(documents)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            weights = {term: self.rarity(term) * (1 + math.log(n)) for term, n in count.items()}
            length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
            for term, weight in weights.items():
                self._postings[term].append((number, weight / length))

    def rarity(self, term: str) -> float:
        """Return the weight of *term*; a term that no document has weighs most."""
        return math.log((1 + self._size) / (1 + self._spread[term])) + 1

    def cosines(self, message: Terms) -> dict[int, float]:
        """Return document number → cosine, for those that share a term with *message*."""
        weights = {term: self.rarity(term) * (1 + math.log(n)) for term, n in Counter(message).items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        found: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for number, share in self._postings.get(term, ()):
                found[number] += share * weight / length
        return found


class Coverage:
    """How much of what a message says a document says too: BM25 divided by the most that it could be."""

    SATURATION, LENGTH_SHARE = 1.2, 0.5

    def __init__(self, documents: Sequence[Terms]) -> None:
        counts = [Counter(document) for document in documents]
        self._size = len(documents)
        self._spread = Counter(term for count in counts for term in count)
        lengths = [len(document) for document in documents]
        mean = sum(lengths) / max(1, len(lengths))
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            norm = self.SATURATION * (1 - self.LENGTH_SHARE + self.LENGTH_SHARE * lengths[number] / mean)
            for term, n in count.items():
                self._postings[term].append((number, n / (n + norm)))

    def shares(self, message: Iterable[str]) -> dict[int, float]:
        """Return document number → share of the message's weight, from 0 to 1."""
        terms = set(message)
        total = sum(map(self._rarity, terms)) or 1.0
        found: dict[int, float] = defaultdict(float)
        for term in terms:
            for number, share in self._postings.get(term, ()):
                found[number] += self._rarity(term) * share / total
        return found

    def _rarity(self, term: str) -> float:
        spread = self._spread[term]
        return math.log(1 + (self._size - spread + 0.5) / (spread + 0.5))
