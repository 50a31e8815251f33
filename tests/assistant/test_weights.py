"""The classifier's sums for one text are those of scikit-learn."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from frontdoor.assistant.plain import plain
from frontdoor.assistant.weights import LinearWeights

EXAMPLES = {
    "greet": ["hello there", "hi", "good morning", "hola", "buenas tardes"],
    "hours": ["when are you open", "what are your hours", "are you open on sunday", "a que hora abren"],
    "price": ["how much is a visit", "what does it cost", "cuanto cuesta", "cuánto cuesta la consulta"],
}
WIDTH = 7


@pytest.mark.parametrize("width", [0, WIDTH])
@pytest.mark.parametrize(
    "text", ["hello", "when when when are you open", "cuanto cuesta", "", "🙂", "nothing that was ever learnt", "a b c"]
)
def test_the_sums_are_those_of_scikit_learn(text: str, width: int) -> None:
    """With and without dense features; known words, unknown words, none at all."""
    texts = [text for said in EXAMPLES.values() for text in said]
    names = [name for name, said in EXAMPLES.items() for _ in said]
    parts = [
        TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True).fit(texts),
        TfidfVectorizer(preprocessor=plain, analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True).fit(texts),
    ]
    chance = np.random.default_rng(1)

    def features(given: list[str], dense: np.ndarray) -> csr_matrix:
        return hstack([*(part.transform(given) for part in parts), csr_matrix(dense)]).tocsr()

    model = LogisticRegression(C=30.0, solver="liblinear", dual=True, max_iter=300, random_state=1)
    model.fit(features(texts, chance.normal(size=(len(texts), width))), names)
    dense = chance.normal(size=(1, width))
    expected = model.predict_proba(features([text], dense))[0]
    found = LinearWeights(parts, model, width).chances(text, dense[0])
    assert found == pytest.approx(expected, abs=1e-12)
    assert found.sum() == pytest.approx(1.0)
