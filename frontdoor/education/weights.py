"""How much each likeness counts, per language, with and without the encoder. Written by bench/education_weights.py."""

from dataclasses import dataclass

OFFERED = 3  # topics offered when the first is not sure enough
ASK = 0.25


@dataclass(frozen=True)
class Weights:
    """Likenesses are (phrase by words, by pieces, share in the article, by meaning)."""

    topic: tuple[float, float, float, float]
    other_health: tuple[float, float, float, float]
    rest: tuple[float, float, float, float]
    none: float  # the score of "none of them" for a message that is like nothing
    show: float  # from this confidence on the article is shown
    ask: float = ASK  # from this one on it is offered as a question
    anchor_pieces: float = 0.35

    def of(self, row: list[float]) -> float:
        """Return a topic's score."""
        return sum(weight * likeness for weight, likeness in zip(self.topic, row, strict=True))

    def of_none(self, health: list[float], rest: list[float]) -> float:
        """Return the score of "none of them", given the likeness to what no article answers."""
        pairs = zip((*self.other_health, *self.rest), (*health, *rest), strict=True)
        return self.none + sum(weight * likeness for weight, likeness in pairs)


WEIGHTS = {  # by language, and whether the encoder is there
    ("en", True): Weights((1.2, 3.9, 3.3, 13.8), (0.9, 1.8, 0.0, 3.0), (0.7, 1.1, 0.0, 4.1), 7.6, show=0.77),
    ("en", False): Weights((2.8, 7.6, 4.7, 0.0), (0.4, 2.3, 0.0, 0.0), (1.5, 2.5, 0.0, 0.0), 6.3, show=0.72, ask=0.2),
    ("es", True): Weights((3.3, 6.9, 4.3, 8.3), (2.0, 3.5, 0.0, -0.7), (0.3, -0.6, 0.0, 5.7), 7.3, show=0.8),
    ("es", False): Weights((3.8, 8.9, 4.3, 0.0), (1.4, 2.9, 0.0, 0.0), (1.6, -0.9, 0.0, 0.0), 7.2, show=0.8, ask=0.2),
}
