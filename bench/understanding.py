"""Parsing a message: our pipeline against its sparse half and against Rasa's default pipeline (DIET), on one machine.

The same examples train the first two; the default pipeline learns `peers.EXAMPLES_OF_DEFAULT` of each intent. Each
model has a process of its own; rounds alternate, so that noise falls on all alike. The messages are every third of the
blind ones of tests/nlu, none of which a model was taught. What was trained is kept in the data directory.
"""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bench import peers
from bench.tables import percentile, table
from frontdoor.settings import ROOT

ROUNDS = 3
DENSE = "frontdoor.assistant.dense.SentenceVector"
GOAL_OF_SPARSE, GOAL_OF_DEFAULT = 1.5, 1 / 3


def main() -> None:
    """Train, measure and print."""
    ours = (ROOT / "config.yml").read_text(encoding="utf-8")
    print("Training three pipelines (some minutes) …", flush=True)
    some = peers.EXAMPLES_OF_DEFAULT
    configs = {
        "ours": (ours, None),
        "sparse only": (without_dense(ours), None),
        f"Rasa's default (DIET; {some} examples an intent)": (peers.DEFAULT_CONFIG, some),
    }
    models = []
    for name, (config, examples) in configs.items():
        folder = peers.home(config, "nlu", examples)
        models.append(Model(name, folder, peers.train(folder, config, only_nlu=True, examples=examples)))
    messages = _messages()
    try:
        for model in models:
            model.start(messages)
            model.round()  # warm
            model.taken.clear()
        for _ in range(ROUNDS):
            for model in models:
                model.round()
        print(_report(models, len(messages)))
    finally:
        for model in models:
            model.stop()


def without_dense(config: str) -> str:
    """Return the configuration without the sentence vector."""
    whole = yaml.safe_load(config)
    whole["pipeline"] = [part for part in whole["pipeline"] if part["name"] != DENSE]
    return yaml.safe_dump(whole, sort_keys=False)


@dataclass
class Model:
    """A trained pipeline and the process that parses with it."""

    name: str
    folder: Path
    train_seconds: float
    taken: list[list[float]] = field(default_factory=list)
    memory_mb: float = 0.0
    _process: "subprocess.Popen[str] | None" = None

    def start(self, messages: list[str]) -> None:
        """Load the model in a process of its own."""
        newest = max((self.folder / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
        with open(self.folder / "parse.log", "wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench._parse", str(newest)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=peers.environment(),
            )  # fmt: skip
        self._say(json.dumps(messages))

    def round(self) -> None:
        """Parse all messages once."""
        assert self._process
        assert self._process.stdout
        self._say("")
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended; {self.folder / 'parse.log'} says why.")
        found = json.loads(answer)
        self.taken.append(found["seconds"])
        self.memory_mb = found["memory_mb"]

    def stop(self) -> None:
        """End the process; nothing when it never ran."""
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def at(self, share: float) -> float:
        """Return the milliseconds that *share* of the messages stay below: the median of the rounds."""
        return 1000 * statistics.median(percentile(seconds, share) for seconds in self.taken)

    def _say(self, line: str) -> None:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def _messages() -> list[str]:
    found: list[str] = []
    for language in ("en", "es"):
        halves = yaml.safe_load((ROOT / "tests" / "nlu" / f"blind_{language}.yml").read_text(encoding="utf-8"))
        found += [text for half in halves.values() for texts in half.values() for text in texts]
    return found[::3]


def _report(models: list[Model], messages: int) -> str:
    ours, sparse, default = models
    head = ("pipeline", "p50 ms", "p95 ms", "ours / this, p50", "memory MB", "train s")
    rows = [
        (one.name, f"{one.at(0.5):.1f}", f"{one.at(0.95):.1f}", f"{ours.at(0.5) / one.at(0.5):.2f}",
         f"{one.memory_mb:.0f}", f"{one.train_seconds:.0f}")
        for one in models
    ]  # fmt: skip
    met = ours.at(0.5) < GOAL_OF_SPARSE * sparse.at(0.5) and ours.at(0.5) < GOAL_OF_DEFAULT * default.at(0.5)
    goal = f"Goal: p50 below {GOAL_OF_SPARSE} × sparse and below a third of the default: {'met' if met else 'missed'}."
    return table(f"Parsing ({messages} messages, medians of {ROUNDS} rounds)", head, rows) + "\n" + goal
