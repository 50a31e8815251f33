"""The board's small plots: bars of one figure through time, as numbers that a template draws. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdoor.desk.store_board import Part

WIDTH, HEIGHT, HEAD = 280, 80, 6  # of the drawing, and what stays free above the highest bar
GAP = 0.25  # of a bar's place
LEAST = 1.5  # height of a bar of nothing, which is not the same as no bar
FIGURES = {"waiting": "count", "asked": "count", "first_reply": "time", "resolution": "time", "score": "score"}
SCORES = 5.0  # the scale of answers; the others end at their highest


@dataclass(frozen=True)
class Bar:
    """One part's bar in the drawing; where there is nothing to count there is none."""

    x: float
    y: float
    width: float
    height: float
    value: float
    part: Part


@dataclass(frozen=True)
class Plot:
    """One figure. *unit*: count, time (seconds) or score; *highest* and *latest* of the values there are."""

    name: str
    unit: str
    bars: tuple[Bar, ...]

    @property
    def highest(self) -> float:
        """The highest value."""
        return max(bar.value for bar in self.bars)

    @property
    def latest(self) -> float:
        """The last value there is."""
        return self.bars[-1].value


def plots(parts: Sequence[Part]) -> list[Plot]:
    """Return a plot of each figure."""
    return [Plot(name, unit, _bars(parts, name, unit)) for name, unit in FIGURES.items()]


def _bars(parts: Sequence[Part], name: str, unit: str) -> tuple[Bar, ...]:
    values: list[float | None] = [getattr(part, name) for part in parts]
    top = SCORES if unit == "score" else max((value for value in values if value is not None), default=0) or 1
    place = WIDTH / len(parts)
    found = []
    for number, (part, value) in enumerate(zip(parts, values, strict=True)):
        if value is not None:
            height = max(LEAST, (HEIGHT - HEAD) * value / top)
            x = round((number + GAP / 2) * place, 2)
            found.append(Bar(x, round(HEIGHT - height, 2), round(place * (1 - GAP), 2), round(height, 2), value, part))
    return tuple(found)
