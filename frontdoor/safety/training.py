"""Trains the head from sentences, in two to three minutes, and keeps it under the data directory until they change.

`training/<language>/*.yml` are written for it: a category of danger, or why it is none ("past", "figurative", …).
What the bot is taught (`data/nlu`) is ordinary traffic. No sentence of the evaluation sets is ever read here.
"""

import hashlib
import logging
import os
import re
import shutil
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from frontdoor import language as languages
from frontdoor.assistant import gloss, plain
from frontdoor.encoder import DIMENSIONS, Encoder
from frontdoor.encoder.runtime import MADE_FROM_FILE
from frontdoor.safety import head as heads
from frontdoor.safety import meaning as meanings
from frontdoor.safety.features import BLOCKS, WEIGHT, features
from frontdoor.safety.verdict import CATEGORIES, LANGUAGES
from frontdoor.settings import ROOT

if TYPE_CHECKING:
    from frontdoor.safety.screen import Screen

SENTENCES = Path(__file__).parent / "training"
ORDINARY = ROOT / "data" / "nlu"
RECIPE = "6"  # raise it when the code below changes what comes out
LEAST_OFTEN = {"apart": 3}  # sentences that a feature must be in; 2 where nothing is said
STRENGTH = 6.0  # inverse of the regularisation
ROUNDS = 50  # of fitting the categories, at most
SEED = 42
# How much a sentence counts: of what is short, alike and plenty a little, of what strangers wrote much. Else 1.
COUNTS = {"ordinary": 0.15, "asked": 0.3}
STRANGERS, STRANGERS_COUNT = ("read_", "lived_"), 3.0
SHORT = 7  # words
AROUND = {
    "en": ("{} is that normal", "hi, sorry to bother you, {}", "{} what should i do", "{}, can i see a doctor today"),
    "es": ("{} es normal?", "hola, disculpe la molestia, {}", "{} qué hago", "{}, me puede ver un doctor hoy?"),
}
NOT_OF_IT = ("commands", "evaluation", "replies", "weighing")  # code that changes no head
WORKERS = 2  # threads, a core each
LEFT_SECONDS = 60  # after which a scratch directory has lost its writer; writing takes one
KEPT = 4  # heads under the data directory: with and without the encoder, before and after a change
_ENTITY = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lesson:
    """One sentence and what it is: a category, or any other word for none."""

    text: str
    kind: str
    counts: float = 1.0

    @property
    def danger(self) -> bool:
        return self.kind in CATEGORIES


def lessons() -> list[Lesson]:
    """Return every sentence to learn from, each once, in a fixed order."""
    found: dict[str, Lesson] = {}
    for lesson in (*_written(), *_surrounded(), *_ordinary()):
        found.setdefault(lesson.text.lower(), lesson)
    return sorted(found.values(), key=lambda lesson: (lesson.kind, lesson.text))


def head_for(screen: "Screen", data_dir: Path, encoder: Encoder | None) -> heads.Head:
    """Return the head for the rules of *screen*: the one kept under *data_dir*, or one trained now and kept there."""
    path = data_dir / "safety" / f"head-{_key(data_dir, encoder)}.npz"
    try:
        return heads.read(path, encoder)
    except (OSError, ValueError, KeyError):
        # A warning, so that a command without a log shows it on standard error: the wait is no fault.
        log.warning("training the learned head of the emergency screen first, once: two to three minutes")
    trained = train(lessons(), screen, encoder)
    _keep(trained, path)
    return trained


def train(sentences: list[Lesson], screen: "Screen", encoder: Encoder | None) -> heads.Head:
    """Return a head that has learned *sentences*."""
    counted, vectors = _read(sentences, screen, encoder)
    vocabulary, rarity = _vocabulary(counted)
    rows = _matrix(counted, vectors, vocabulary, rarity)
    danger = np.array([lesson.danger for lesson in sentences])
    kinds = np.array([lesson.kind for lesson in sentences])[danger]
    counts = np.array([lesson.counts for lesson in sentences])
    # Whether there is danger is learned without the rules: they have their own say in that (see `screen`).
    own = np.ones(rows.shape[1], bool)
    own[list(vocabulary["rule"].values())] = False
    weights = np.zeros((rows.shape[1], 1 + len(CATEGORIES)), np.float32)
    bias = np.full(1 + len(CATEGORIES), -1e9, np.float32)
    with warnings.catch_warnings(), ThreadPoolExecutor(WORKERS) as workers:
        warnings.simplefilter("ignore")  # that more rounds would change something: they bring nothing
        which = workers.submit(_fit_categories, rows[danger], kinds)
        weights[own, 0], bias[0] = _fit_danger(rows[:, own], danger, counts)
        meaning = meanings.learned(vectors, danger, counts) if encoder else None
        for kind, learned, start in which.result():
            column = 1 + CATEGORIES.index(kind)
            weights[:, column], bias[column] = learned, start
    return heads.Head(vocabulary, rarity, weights, bias, encoder, meaning)


def _fit_danger(rows: Any, danger: Any, counts: Any) -> tuple[Any, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)
    model.fit(rows, danger, sample_weight=counts)
    return model.coef_[0], model.intercept_[0]


def _fit_categories(rows: Any, kinds: Any) -> list[tuple[str, Any, float]]:
    """Return the weights and the bias of each category; a feature that no danger has keeps no weight."""
    from sklearn.linear_model import LogisticRegression

    seen = np.flatnonzero(np.bincount(rows.indices, minlength=rows.shape[1]))
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=ROUNDS)
    model.fit(rows[:, seen], kinds)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.array([-1, 1]) * bias
    every = np.zeros((len(model.classes_), rows.shape[1]), np.float32)
    every[:, seen] = weights
    return list(zip(model.classes_, every, bias, strict=True))


def _read(sentences: list[Lesson], screen: "Screen", encoder: Encoder | None) -> tuple[list[Any], Any]:
    """Return the features and the vectors of *sentences*."""
    counted, worded = [], []
    for lesson in sentences:
        message, readings = screen.read(lesson.text)
        counted.append(features(message, readings, screen.found_in(readings)))
        worded.append(bool(readings))
    vectors = np.zeros((len(sentences), DIMENSIONS if encoder else 0), np.float32)
    texts = (lesson.text for lesson in sentences)
    with ThreadPoolExecutor(WORKERS) as workers:  # after the reading, which would keep them waiting for the interpreter
        for at, vector in enumerate(workers.map(heads.vector_of, texts, worded, repeat(encoder))):
            if vector is not None:
                vectors[at] = vector
    return counted, vectors


def _vocabulary(counted: list[dict[str, Counter[str]]]) -> tuple[dict[str, dict[str, int]], Any]:
    """Give every feature that is seen often enough its row, and return how rare each is (idf)."""
    vocabulary: dict[str, dict[str, int]] = {}
    rarity: list[float] = []
    for block in BLOCKS:
        seen = Counter(name for counts in counted for name in counts[block])
        kept = sorted(name for name, times in seen.items() if times >= LEAST_OFTEN.get(block, 2))
        vocabulary[block] = {name: len(rarity) + at for at, name in enumerate(kept)}
        rarity += [float(np.log((1 + len(counted)) / (1 + seen[name])) + 1) for name in kept]
    return vocabulary, np.array(rarity, np.float32)


def _matrix(counted: list[Any], vectors: Any, vocabulary: dict[str, dict[str, int]], rarity: Any) -> Any:
    from scipy.sparse import csr_matrix, hstack

    columns, values, ends = [], [], [0]
    for counts in counted:
        for block in BLOCKS:
            known, weights = heads.weighed(counts[block], vocabulary[block], rarity)
            columns.append(known)
            values.append(weights * np.float32(WEIGHT[block]))
        ends.append(ends[-1] + sum(len(part) for part in columns[-len(BLOCKS) :]))
    shape = (len(counted), len(rarity))
    words = csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)
    return hstack([words, csr_matrix(vectors)]).tocsr() if vectors.shape[1] else words


def _written(languages: tuple[str, ...] = LANGUAGES) -> Iterator[Lesson]:
    for language in languages:
        for path in sorted((SENTENCES / language).glob("*.yml")):
            for kind, block in yaml.safe_load(path.read_text("utf-8")).items():
                counts = STRANGERS_COUNT if path.stem.startswith(STRANGERS) else COUNTS.get(kind, 1.0)
                yield from (Lesson(line.strip(), kind, counts) for line in block.splitlines() if line.strip())


def _surrounded() -> Iterator[Lesson]:
    """Short dangers once more with small talk around them, so that "is that normal" makes none harmless."""
    for language in LANGUAGES:
        short = [lesson for lesson in _written((language,)) if lesson.danger and len(lesson.text.split()) <= SHORT]
        for at, lesson in enumerate(short):
            yield Lesson(AROUND[language][at % len(AROUND[language])].format(lesson.text), lesson.kind)


def _ordinary() -> Iterator[Lesson]:
    """What patients of the clinic write on other days."""
    for path in sorted(ORDINARY.rglob("*.yml")):
        for item in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu") or ():
            if "intent" in item and item["intent"] != "emergency":
                for line in item["examples"].splitlines():
                    text = _ENTITY.sub(r"\1", line.strip().removeprefix("- "))
                    if text:
                        yield Lesson(text, "ordinary", COUNTS["ordinary"])


def _key(data_dir: Path, encoder: Encoder | None) -> str:
    """Return a name for everything that the head is made of."""
    made_of = hashlib.sha256(RECIPE.encode())
    code = [path for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem not in NOT_OF_IT]
    phrases = sorted((Path(__file__).parent / "phrases").rglob("*.*"))
    for path in (*code, *phrases, *sorted(SENTENCES.rglob("*.yml")), *sorted(ORDINARY.rglob("*.yml"))):
        made_of.update(path.read_bytes())
    if encoder is not None:
        made_of.update((data_dir / "encoder" / MADE_FROM_FILE).read_bytes())
        for path in (*map(Path, (gloss.__file__, plain.__file__, languages.__file__)), *gloss.FILES):
            made_of.update(path.read_bytes())
    return made_of.hexdigest()[:16]


def _keep(trained: heads.Head, path: Path) -> None:
    """Write the head for the next start, whole or not at all; a directory that cannot be written to is no harm."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            trained.save(Path(scratch) / "head.npz")
            os.replace(Path(scratch) / "head.npz", path)
    except OSError as error:
        log.warning("the head of the emergency screen cannot be kept: %s", error.strerror)
        return
    for left in filter(Path.is_dir, path.parent.iterdir()):  # by a writer that was killed
        if time.time() - left.stat().st_mtime > LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    newest_first = sorted(path.parent.glob("head-*.npz"), key=lambda kept: -kept.stat().st_mtime)
    for old in newest_first[KEPT:]:
        old.unlink(missing_ok=True)
