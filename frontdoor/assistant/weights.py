"""A linear model over tf-idf, for one text at a time.

scikit-learn's `transform` and `predict_proba` build and check sparse matrices, which for one short text takes ten
times as long as the sums themselves. Here are the same sums; a test holds that they are the same.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float64]


class TextWeights:
    """What the terms of one vectorizer count for each class. *coefficients*: classes x its terms."""

    def __init__(self, vectorizer: TfidfVectorizer, coefficients: Array) -> None:
        self._analyze = vectorizer.build_analyzer()
        self._places: dict[str, int] = vectorizer.vocabulary_
        self._idf: Array = vectorizer.idf_
        self._coefficients = np.ascontiguousarray(coefficients.T)  # a term's numbers side by side

    def score(self, text: str) -> Array | float:
        """Return what *text* adds to each class."""
        found = Counter(self._analyze(text))
        known = [(self._places[term], count) for term, count in found.items() if term in self._places]
        if not known:
            return 0.0
        at = np.array([place for place, _ in known])
        values = (1.0 + np.log([count for _, count in known])) * self._idf[at]
        weighted: Array = (values / np.sqrt(values @ values)) @ self._coefficients[at]
        return weighted


class LinearWeights:
    """A trained *model* over the *vectorizers*' terms, side by side, and *width* dense features after them.

    The model is liblinear's for three classes or more: one class against the rest each.
    """

    def __init__(self, vectorizers: list[TfidfVectorizer], model: LogisticRegression, width: int) -> None:
        self._parts, begin = [], 0
        for vectorizer in vectorizers:
            end = begin + len(vectorizer.vocabulary_)
            self._parts.append(TextWeights(vectorizer, model.coef_[:, begin:end]))
            begin = end
        self._dense: Array = np.ascontiguousarray(model.coef_[:, begin : begin + width])
        self._intercept: Array = model.intercept_

    def chances(self, text: str, dense: Array) -> Array:
        """Return the probability of each class. *dense*: *width* numbers."""
        scores = self._intercept + np.einsum("ij,j", self._dense, dense) + sum(part.score(text) for part in self._parts)
        each = 1.0 / (1.0 + np.exp(-scores))
        shares: Array = each / each.sum()
        return shares
