"""How dangerous a message is by its meaning alone: small networks over the sentence vector, each trained apart.

The regression of `head.py` adds up words and is too sure of long, lively messages and of words it hardly knows. The
networks see no words and err elsewhere, so both together err less than either (figures: `docs/safety.md`).
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

NETWORKS = 3  # each sees the sentences in another order; their mean is steadier than one
UNITS = 64  # of the one hidden layer of each
SHARE = 0.4  # of the networks in the score for danger; the rest is the regression's
STEEPNESS = 1.5  # by which the head's vectors are multiplied, so that six passes are enough
PASSES = 6
DECAY, STEP, BATCH = 1e-3, 2e-3, 128

Array = NDArray[np.float32]


class Meaning(NamedTuple):
    """The networks as one: their hidden layers side by side, what each gives divided by their number."""

    hidden: Array
    hidden_bias: Array
    out: Array
    out_bias: Array

    def score(self, vector: Array) -> float:
        """Return the score (a logit) of danger for the sentence vector as the head uses it."""
        lit = np.maximum(vector * np.float32(STEEPNESS) @ self.hidden + self.hidden_bias, 0)
        return float(lit @ self.out + self.out_bias[0])


def learned(vectors: Array, danger: NDArray[np.bool_], counts: NDArray[np.float64]) -> Meaning:
    """Return networks that tell the *danger* among *vectors*; a sentence is shown as often as it *counts*."""
    networks = [_one(vectors * np.float32(STEEPNESS), danger, counts, seed) for seed in range(1, NETWORKS + 1)]
    return Meaning(
        np.hstack([one.coefs_[0] for one in networks]),
        np.concatenate([one.intercepts_[0] for one in networks]),
        np.concatenate([one.coefs_[1][:, 0] for one in networks]) / np.float32(NETWORKS),
        np.mean([one.intercepts_[1] for one in networks], axis=0, dtype=np.float32),
    )


def _one(vectors: Array, danger: NDArray[np.bool_], counts: NDArray[np.float64], seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    chance = np.random.default_rng(seed)
    shown = np.repeat(np.arange(len(counts)), np.floor(counts + chance.random(len(counts))).astype(int))
    chance.shuffle(shown)
    network = MLPClassifier(
        (UNITS,), alpha=DECAY, batch_size=BATCH, learning_rate_init=STEP, max_iter=PASSES, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that more passes would change something: they bring nothing
        return network.fit(vectors[shown], danger[shown])
