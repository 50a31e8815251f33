"""Rasa as others run it, on our training data: its default pipeline, and the light one with its own tracker store."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import requests
import yaml

from frontdoor.assistant.training import fingerprint
from frontdoor.settings import ROOT, Settings, load

DEFAULT_CONFIG = "recipe: default.v1\nassistant_id: peer\nlanguage: en\npipeline:\npolicies:\n"  # Rasa fills it in
READY_SECONDS = 300
# Of each intent in each language the default pipeline learns so many examples, spread over all: on the 9,000 that ours
# learns it trains for more than ten minutes. What it answers from stays as large but for its words, so that this can
# only make it quicker.
EXAMPLES_OF_DEFAULT = 20


@dataclass
class Peer:
    """A running Rasa."""

    name: str
    url: str
    process: "subprocess.Popen[bytes]"
    start_seconds: float

    def memory_mb(self) -> float:
        """Return the resident memory of the process and its children."""
        return tree_mb(self.process.pid)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


def train(folder: Path, config: str, *, only_nlu: bool = False, examples: int | None = None) -> float:
    """Train our data under *config* in *folder*, the policies too unless *only_nlu*; return the seconds it took.

    *examples*: of each intent in each language so many, evenly spread; None: all. What was trained there is not trained
    again: give a folder from `home`, which is another one whenever anything else is to be learnt.
    """
    taken = folder / "seconds"
    if taken.is_file():
        return float(taken.read_text(encoding="ascii"))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "data", folder / "data", dirs_exist_ok=True)
    if examples:
        _thin(folder / "data" / "nlu", examples)
    shutil.copy(ROOT / "domain.yml", folder / "domain.yml")
    (folder / "config.yml").write_text(config, encoding="utf-8")
    began = time.perf_counter()
    what = ["nlu", "--nlu"] if only_nlu else ["--data"]
    words = [sys.executable, "-m", "rasa", "train", *what, str(folder / "data"), "--config", str(folder / "config.yml"),
             "--domain", str(folder / "domain.yml"), "--out", str(folder / "models")]  # fmt: skip
    with open(folder / "train.log", "wb") as log:
        done = subprocess.run(words, cwd=ROOT, env=environment(), stdout=log, stderr=log, check=False)
    if done.returncode:
        raise SystemExit(f"Training a peer failed; {folder / 'train.log'} says why.")
    seconds = time.perf_counter() - began
    taken.write_text(f"{seconds:.1f}", encoding="ascii")
    return seconds


def home(config: str, what: str, examples: int | None = None) -> Path:
    """Return the folder in the data directory for *what* is trained under *config*, named by the content of it all."""
    settings = load()
    # What uses no component of ours is the same whatever they are by now.
    made_of = fingerprint(ROOT, settings) if "frontdoor." in config else _training_data()
    content = f"{made_of} {what} {examples} {config}"
    return settings.data_dir / "bench" / hashlib.sha256(content.encode()).hexdigest()[:16]


def _training_data() -> str:
    digest = hashlib.sha256(version("rasa").encode())
    for path in (ROOT / "domain.yml", *sorted((ROOT / "data").rglob("*.yml"))):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _thin(nlu: Path, examples: int) -> None:
    """Leave *examples* of each intent in each language folder of *nlu*."""
    for language in sorted(path for path in nlu.iterdir() if path.is_dir()):
        found: dict[str, list[str]] = {}
        for path in sorted(language.glob("*.yml")):
            for part in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
                if "intent" in part:
                    found.setdefault(part["intent"], []).extend(part["examples"].splitlines())
            path.unlink()
        kept = [
            {"intent": intent, "examples": "\n".join(lines[:: max(1, len(lines) // examples)][:examples]) + "\n"}
            for intent, lines in found.items()
        ]
        (language / "thinned.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": kept}), encoding="utf-8")


def start(
    name: str,
    folder: Path,
    port: int,
    settings: Settings,
    *,
    model: Path,
    database_url: str | None = None,
    credentials: str = "rest:\n",
) -> Peer:
    """Start Rasa on *model* with its REST channel, its files in *folder*; *database_url* None: trackers in memory."""
    headers = {"Authorization": f"Bearer {settings.internal_token}"}
    action = {"url": f"{settings.actions_url}/webhook", "headers": headers, "selective_domain": True}
    endpoints: dict[str, object] = {"action_endpoint": action}
    if database_url:
        endpoints["tracker_store"] = _sql(database_url)
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    (folder / "credentials.yml").write_text(credentials, encoding="utf-8")
    options = {
        "--interface": "127.0.0.1", "--port": port, "--model": model,
        "--endpoints": folder / "endpoints.yml", "--credentials": folder / "credentials.yml",
    }  # fmt: skip
    words = [sys.executable, "-m", "rasa", "run", *(str(word) for pair in options.items() for word in pair)]
    began = time.perf_counter()
    with open(folder / "run.log", "wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    while time.perf_counter() - began < READY_SECONDS and process.poll() is None:
        try:
            if requests.get(url, timeout=2).ok:
                return Peer(name, url, process, time.perf_counter() - began)
        except requests.RequestException:
            time.sleep(0.1)
    raise SystemExit(f"A peer did not start; {folder / 'run.log'} says why.")


def tree_mb(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


def environment() -> dict[str, str]:
    """Return the environment of a quiet Rasa that finds our modules."""
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **quiet, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}


def _sql(database_url: str) -> dict[str, object]:
    parts = urlsplit(database_url)
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    return {"type": "SQL", "dialect": "postgresql", "username": parts.username, "password": parts.password or "",
            "db": parts.path.lstrip("/"), "query": {"host": host}}  # fmt: skip
