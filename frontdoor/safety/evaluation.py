"""How well the screen does on sentences that were written to test it: recall, false alarms, and how sure we are.

The part `held_out` (`tests/safety/evaluation/<language>/`) was written before the rules, is not used to change them
and is never learned. The part `developed` lies with the sentences that the head learns (`training/<language>/`): the
rules are tuned on it. `tests/safety/blind/` is by an author who had not seen the rules; of it only the half is
measured that nobody who changes the screen reads and no head learns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from time import thread_time
from typing import Literal, TypeAlias

import yaml

from frontdoor.safety.screen import Screen, load, rules_only
from frontdoor.safety.training import SENTENCES
from frontdoor.safety.verdict import CATEGORIES, HELP, LANGUAGES, Verdict, lines_of
from frontdoor.settings import ROOT

EVALUATION = ROOT / "tests" / "safety" / "evaluation"
BLIND = ROOT / "tests" / "safety" / "blind"
PARTS = ("held_out", "developed")
ORDINARY = "ordinary"
LEARNED = "The head has learned the part `developed`: how well it does on new messages, `held_out` and `blind` say."
Z = 1.96  # for 95 %
Part: TypeAlias = Literal["held_out", "developed", "blind"]


@dataclass(frozen=True)
class Example:
    """One sentence. *kind* is a category for an emergency, else why it is none (`negation`, `past`, …, `ordinary`)."""

    text: str
    kind: str
    emergency: bool
    language: str
    part: str


@dataclass(frozen=True)
class Judged:
    """An example, what the screen said of it, and the milliseconds of work that took."""

    example: Example
    verdict: Verdict
    took: float

    @property
    def caught(self) -> bool:
        return self.verdict.level != "none"

    @property
    def stopped(self) -> bool:
        return self.verdict.level == "emergency"

    @property
    def right_help(self) -> bool:
        """Whether the category leads to the line of help that the message needs."""
        return self.verdict.category is not None and HELP[self.verdict.category] == HELP[self.example.kind]

    @property
    def named(self) -> bool:
        """Whether the reply names the line of help that the message needs, first or beside another."""
        said = [lines_of(category) for category in (self.verdict.category, self.verdict.second) if category]
        return lines_of(self.example.kind) <= frozenset().union(*said)


def examples() -> Iterator[Example]:
    """Yield every sentence of the evaluation set."""
    for language in LANGUAGES:
        developed = sorted((SENTENCES / language).glob("developed_*.yml"))
        for path in [*sorted((EVALUATION / language).glob("*.yml")), *developed]:
            part = next(part for part in PARTS if path.stem.startswith(part))
            for kind, block in yaml.safe_load(path.read_text("utf-8")).items():
                for line in block.splitlines():
                    if line.strip():
                        yield Example(line.strip(), kind, "emergencies" in path.stem, language, part)


def blind(directory: Path = BLIND) -> Iterator[Example]:
    """Yield the half of the blind sentences that is held out."""
    for language in LANGUAGES:
        for item in yaml.safe_load((directory / f"{language}.yml").read_text("utf-8")):
            if item["held_out"]:
                danger = item["category"] in CATEGORIES
                kind = item["category"] if danger else item["kind"]
                yield Example(item["text"], kind, danger, language, "blind")


def judge(chosen: Iterable[Example], screen: Screen) -> list[Judged]:
    """Screen every example, in the language that the screen finds for it."""
    judged = []
    for example in chosen:
        started = thread_time()
        verdict = screen(example.text)
        judged.append(Judged(example, verdict, 1000 * (thread_time() - started)))
    return judged


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of *hits* among *of* (Wilson's score), as fractions."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return middle - half, middle + half


def report(part: str = "all", misses: bool = False) -> str:
    """Return the figures with and without the head, a table a language; with *misses* what was judged wrongly.

    The sentences of `blind` are never listed: who reads them tunes on them.
    """
    chosen = list(blind()) if part == "blind" else [e for e in examples() if part in ("all", e.part)]
    lines: list[str] = []
    for name, screen in (("rules alone", rules_only()), ("rules and head", load())):
        judged = judge(chosen, screen)
        took = sorted(j.took for j in judged)
        lines.append(f"== {name}: {took[len(took) // 2]:.2f} ms a verdict, p99 {took[int(0.99 * len(took))]:.2f} ms")
        for language in LANGUAGES:
            lines += _table(language, [j for j in judged if j.example.language == language])
    if part in ("all", "developed"):
        lines.append(LEARNED)
    return "\n".join([*lines, *(_wrong(judged) if misses and part != "blind" else ())])


def _table(language: str, judged: list[Judged]) -> Iterator[str]:
    danger = [j for j in judged if j.example.emergency]
    hard = [j for j in judged if not j.example.emergency and j.example.kind != ORDINARY]
    ordinary = [j for j in judged if j.example.kind == ORDINARY]
    caught = [j for j in danger if j.caught]
    yield f"{language}: {len(danger)} emergencies, {len(hard)} hard negatives, {len(ordinary)} ordinary messages"
    yield _line("caught (emergency or check)", len(caught), len(danger))
    yield _line("at level emergency", sum(j.stopped for j in danger), len(danger))
    yield _line("line of help named when caught", sum(j.named for j in caught), len(caught))
    yield _line("right help first when caught", sum(j.right_help for j in caught), len(caught))
    yield _line("hard negatives blocked", sum(j.stopped for j in hard), len(hard))
    yield _line("hard negatives interrupted", sum(j.caught for j in hard), len(hard))
    yield _line("ordinary interrupted", sum(j.caught for j in ordinary), len(ordinary))
    for kind in sorted({j.example.kind for j in danger}):
        of_kind = [j for j in danger if j.example.kind == kind]
        yield _line(f"  caught: {kind}", sum(j.caught for j in of_kind), len(of_kind))
    for kind in sorted({j.example.kind for j in hard}):
        of_kind = [j for j in hard if j.example.kind == kind]
        yield _line(f"  blocked: {kind}", sum(j.stopped for j in of_kind), len(of_kind))


def _line(name: str, hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    share = 100 * hits / of if of else 0.0
    return f"  {name:<34} {hits:>4}/{of:<4} {share:5.1f} %  [{100 * low:.1f}, {100 * high:.1f}]"


def _wrong(judged: list[Judged]) -> Iterator[str]:
    for j in judged:
        wrong = not (j.caught and j.right_help) if j.example.emergency else j.caught
        if wrong:
            said = f"{j.verdict.level:<9} {j.verdict.rule or '-':<40}"
            yield f"{j.example.language} {j.example.kind:<20} {said} {j.example.text}"
