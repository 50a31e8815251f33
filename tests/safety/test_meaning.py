"""The small networks over the sentence vector, by themselves; beside the head: test_head.py."""

import numpy as np

from frontdoor.safety import meaning


def test_the_networks_learn_what_a_line_cannot_part() -> None:
    """One of two signs is danger, both or none of them is not."""
    chance = np.random.default_rng(1)
    vectors = chance.choice([-1.0, 1.0], (8000, 2)).astype(np.float32)
    danger = vectors[:, 0] != vectors[:, 1]
    network = meaning.learned(vectors, danger, np.ones(8000))
    scores = [network.score(np.array(vector, np.float32)) for vector in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
    assert max(scores[:2]) < 0 < min(scores[2:])
