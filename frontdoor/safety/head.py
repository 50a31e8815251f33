"""The learned head: a logistic regression that knows ways of saying it for which nobody wrote a rule.

It is trained from the sentences of `training/` (see `training.py`), kept under the data directory as plain arrays, and
run here with numpy alone. Messages also bring their sentence vector when the encoder is there, which reads Spanish in
English words: what one language teaches helps in the other. In English small networks (`meaning.py`) are heard on that
vector too; in Spanish they bring nothing.
"""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frontdoor.encoder import Encoder
from frontdoor.safety.features import WEIGHT, Reading, features
from frontdoor.safety.meaning import SHARE, Meaning
from frontdoor.safety.normalise import Plain
from frontdoor.safety.verdict import CATEGORIES, HELP, Finding, Opinion, lines_of

VECTOR_WEIGHT = 2.0
NETWORKS_HEARD = "en"  # the language that the encoder knows; of words read one by one they are no judges
RULE_SAYS = np.float32(np.log(2))  # a rule that blocks makes its category so much likelier: twice
IN_DOUBT = 0.07  # share of a line of help from which the reply names it beside the likeliest
CALIBRATION = 0.9  # slope (Platt) that four-fold cross-validation of the training sentences asks for

# A column a line of help: one for each category that leads to it.
LINES = tuple(sorted(set(HELP.values())))
LEADS_TO = np.array([[HELP[category] == line for line in LINES] for category in CATEGORIES], np.float32)

Array = NDArray[np.float32]
log = logging.getLogger(__name__)


class Head:
    """A message in; the probability that it is an emergency and its likeliest category out. Safe between threads."""

    def __init__(
        self,
        vocabulary: Mapping[str, Mapping[str, int]],
        rarity: Array,
        weights: Array,
        bias: Array,
        encoder: Encoder | None,
        meaning: Meaning | None = None,
    ) -> None:
        """*weights* has a row a feature (the sentence vector's rows last), a column for danger and one a category.

        *meaning* is there when the *encoder* is, and has a share in the score for danger of an English message.
        """
        self._vocabulary, self._rarity = vocabulary, rarity
        self._weights, self._bias = weights, bias
        self._encoder, self._meaning = encoder, meaning

    def __call__(self, text: str, message: Plain, readings: list[Reading], findings: list[Finding]) -> Opinion:
        """Return what kind of emergency it may be, and how probably. *findings* are the rules'."""
        scores = self._bias.copy()
        for block, counts in features(message, readings, findings).items():
            rows, values = weighed(counts, self._vocabulary[block], self._rarity)
            scores += (values * np.float32(WEIGHT[block])) @ self._weights[rows]
        vector = vector_of(text, bool(readings), self._encoder)
        if vector is not None:
            scores += vector @ self._weights[-len(vector) :]
            if self._meaning is not None and readings[0].language == NETWORKS_HEARD:
                scores[0] = (1 - SHARE) * scores[0] + SHARE * self._meaning.score(vector)
        for category in {found.category for found in findings if found.level == "emergency"}:
            scores[1 + CATEGORIES.index(category)] += RULE_SAYS
        probability = 1 / (1 + np.exp(-CALIBRATION * scores[0]))
        category, second = likeliest(scores[1:])
        return Opinion(category, float(probability), second)

    def save(self, path: Path) -> None:
        """Write the arrays to *path*."""
        vocabulary = json.dumps(self._vocabulary).encode()
        np.savez(
            path,
            vocabulary=np.frombuffer(vocabulary, np.uint8),
            rarity=self._rarity,
            weights=self._weights,
            bias=self._bias,
            **(self._meaning._asdict() if self._meaning is not None else {}),
        )


def read(path: Path, encoder: Encoder | None) -> Head:
    """Return the head kept at *path*. Raises OSError, ValueError or KeyError when there is none that can be read."""
    with np.load(path, allow_pickle=False) as kept:
        vocabulary = json.loads(kept["vocabulary"].tobytes())
        meaning = Meaning(*(kept[name] for name in Meaning._fields)) if encoder is not None else None
        return Head(vocabulary, kept["rarity"], kept["weights"], kept["bias"], encoder, meaning)


def weighed(counts: Counter[str], vocabulary: Mapping[str, int], rarity: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the known features of one block and their tf-idf weights, divided by the root of their length.

    Of length 1 they would make a short message as sure as a long one.
    """
    known = [(vocabulary[name], count) for name, count in counts.items() if name in vocabulary]
    if not known:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    rows = np.array([row for row, _ in known], np.int64)
    values = (1 + np.log(np.array([count for _, count in known], np.float32))) * rarity[rows]
    return rows, (values / (values @ values) ** 0.25).astype(np.float32)


def vector_of(text: str, has_words: bool, encoder: Encoder | None) -> Array | None:
    """Return the sentence vector as the head uses it; None without an encoder or without a word."""
    if encoder is None or not has_words:
        return None
    vector: Array = encoder.of_message(text) * np.float32(VECTOR_WEIGHT)
    return vector


def likeliest(scores: Array) -> tuple[str, str | None]:
    """Return the category for *scores*, and another one where it leads to a line of help that is nearly as probable.

    The line of help comes first, then the likeliest category that leads to it.
    """
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    lines = shares @ LEADS_TO
    order = np.argsort(-lines)
    first, *others = (CATEGORIES[int(np.argmax(np.where(LEADS_TO[:, line] > 0, shares, -1.0)))] for line in order)
    in_doubt = (
        category
        for category, share in zip(others, lines[order[1:]], strict=True)
        if share >= IN_DOUBT and not lines_of(category) <= lines_of(first)
    )
    return first, next(in_doubt, None)
