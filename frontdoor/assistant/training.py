"""Training the model when, and only when, something that it is made of has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from frontdoor.settings import ROOT, Settings

MADE_OF = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "frontdoor/assistant/classifier.py",
    "frontdoor/assistant/components.py",
    "frontdoor/assistant/dense.py",
    "frontdoor/assistant/entities.py",
    "frontdoor/assistant/follow_up.py",
    "frontdoor/assistant/gloss.py",
    "frontdoor/assistant/gloss_es_*.txt",
    "frontdoor/assistant/plain.py",
    "frontdoor/assistant/weights.py",
    "frontdoor/language.py",
)
KEPT_MODELS = 2
MAKING = ".making-"  # and the process that trains; only one does at a time
TRAINING_LIMIT_SECONDS = 1200
SAY_EVERY_SECONDS = 5


class TrainingFailed(RuntimeError):
    """Rasa could not make a model; the message says where its words are."""


def ensure_model(settings: Settings, *, say: Callable[[str], None] = print) -> Path:
    """Return the model of the present training data, trained now unless it is there.

    Two callers at once train once: the second waits for the first. *say* gets words on progress.

    Raises:
        TrainingFailed: The training data is wrong or the machine is out of something; the log says what.
    """
    model = settings.model_dir / f"frontdoor-{fingerprint(ROOT, settings)}.tar.gz"
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    with _locked(settings.model_dir / ".lock", say):
        _train_screen(settings)  # a part of the model reads it
        if model.is_file():
            os.utime(model)  # used now: pruned last
        else:
            _train(settings, model, say)
            _prune(settings.model_dir)
    return model


def newest_model(settings: Settings) -> Path | None:
    """Return the model that was trained or used last, or None."""
    models = sorted(settings.model_dir.glob("frontdoor-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return models[-1] if models else None


def fingerprint(root: Path, settings: Settings) -> str:
    """Return a name for the content of everything that the model under *root* is made of."""
    digest = hashlib.sha256()
    found = {path for pattern in MADE_OF for path in root.glob(pattern) if path.is_file()}
    for path in sorted(found):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in _encoder_files(settings):  # with other weights the classifier's features are others
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    digest.update(_installed("rasa").encode() + _installed("scikit-learn").encode())
    return digest.hexdigest()[:16]


def _encoder_files(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.data_dir / "encoder").glob("*") if path.suffix in {".onnx", ".json"})


def _installed(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def _train(settings: Settings, model: Path, say: Callable[[str], None]) -> None:
    """Run `rasa train` beside us, its words in a log, and move the result into place when it is whole."""
    log = settings.log_dir / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    fresh = settings.model_dir / f"{MAKING}{os.getpid()}"
    command = [sys.executable, "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml"]
    command += ["--data", "data", "--out", str(fresh), "--fixed-model-name", "model"]
    say("Training the assistant (about a minute) …")
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(  # our own interpreter and words
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=_environment(settings)
        )
        try:
            _wait(process, started, say)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    made = fresh / "model.tar.gz"
    if process.returncode or not made.is_file():
        shutil.rmtree(fresh, ignore_errors=True)
        raise TrainingFailed(f"Training failed. {log} has Rasa's words; the last ones say what to correct.")
    made.replace(model)
    shutil.rmtree(fresh)
    say(f"The assistant is trained ({time.monotonic() - started:.0f} s).")


def _train_screen(settings: Settings) -> None:
    """Have the emergency screen's head there before anything needs it; without it the rules work alone."""
    command = [sys.executable, "-m", "frontdoor", "safety", "train"]
    with (settings.model_dir / "screen.log").open("wb") as out:
        subprocess.run(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=_environment(settings), check=False,
            timeout=TRAINING_LIMIT_SECONDS,
        )  # fmt: skip


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment of `rasa train`: nothing is phoned home, bytecode is kept (it starts 10 s sooner)."""
    kept = {name: value for name, value in settings.values.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}


def _wait(process: "subprocess.Popen[bytes]", started: float, say: Callable[[str], None]) -> None:
    while (passed := time.monotonic() - started) < TRAINING_LIMIT_SECONDS:
        try:
            process.wait(SAY_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"  … still training, {passed + SAY_EVERY_SECONDS:.0f} s")
        else:
            return


def _prune(directory: Path) -> None:
    """Keep the newest models: the one before may still be in use by a running Rasa. What was killed half-made goes."""
    models = sorted(directory.glob("frontdoor-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for old in models[:-KEPT_MODELS]:
        old.unlink()
    for half in directory.glob(f"{MAKING}*"):
        shutil.rmtree(half, ignore_errors=True)


@contextmanager
def _locked(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the file lock; the kernel frees it when its holder dies."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is training; waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
