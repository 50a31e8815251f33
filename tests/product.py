"""The whole product, started the way a clinic starts it, for tests that need all of it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import requests

from frontdoor.assistant import training
from frontdoor.settings import ROOT, Settings, load
from tests.ports import free_ports

READY_SECONDS = 180.0
STOP_SECONDS = 40.0
PORTS = ("GATEWAY", "DESK", "SCHEDULING", "RASA", "ACTIONS")
WORDS = {"gateway": "serve gateway", "desk": "serve desk", "scheduling": "serve scheduling", "actions": "serve actions"}
WORDS |= {"worker": "serve worker", "rasa": "rasa run", "postgres": "postgres -D"}


class Product:
    """`frontdoor up` on free ports, with its files in a new directory. *overrides* are more settings.

    The model under `var/` is used when it was trained from the present training data, and trained first when not.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None, *, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="fd-"))
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.environment = {
            **kept,
            "FRONTDOOR_DATA_DIR": str(self.data_dir),
            **{f"FRONTDOOR_{name}_PORT": str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)},
            **(overrides or {}),
        }
        self.settings: Settings = load(self.environment, dotenv=None)
        self.console = self.data_dir / "console.txt"
        self._up: subprocess.Popen[bytes] | None = None

    @property
    def gateway_url(self) -> str:
        return self.settings.gateway_url

    @property
    def desk_url(self) -> str:
        return self.settings.desk_url

    @property
    def scheduling_url(self) -> str:
        return self.settings.scheduling_url

    def start(self) -> "Product":
        """Start everything and wait until it is ready."""
        self.begin()
        self.wait_until("Ready after", READY_SECONDS)
        return self

    def begin(self) -> None:
        """Start `frontdoor up` and return at once; the model was made sure of before."""
        lend(self.data_dir)
        with open(self.console, "ab") as console:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "frontdoor", "up", "--no-train"], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait_until(self, words: str, seconds: float) -> None:
        """Wait until the console says *words*."""
        assert self._up
        deadline = time.monotonic() + seconds
        while words not in self.console_text():
            assert self._up.poll() is None, f"frontdoor up ended:\n{self.console_text()}"
            assert time.monotonic() < deadline, f"Not said in {seconds} s: {words}\n{self.console_text()}"
            time.sleep(0.1)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until the gateway says that everything answers."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            assert time.monotonic() < deadline, f"Not ready in {seconds} s:\n{self.log_text()[-4000:]}"
            time.sleep(0.2)

    def is_ready(self) -> bool:
        """Tell what the gateway's `/readyz` says."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.gateway_url}/readyz", timeout=5).status_code == 200
        return False

    def pid(self, process: str) -> int | None:
        """Return the process id of *process* (`gateway`, `rasa`, `postgres`, ...), None when it does not run."""
        assert self._up
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._up.pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if WORDS[process] in " ".join(child.cmdline()):
                        return child.pid
        return None

    def pids(self) -> list[int]:
        """Return the process ids of everything that was started, the supervisor first."""
        with contextlib.suppress(psutil.NoSuchProcess):
            if self._up:
                return [self._up.pid, *(child.pid for child in psutil.Process(self._up.pid).children(recursive=True))]
        return []

    def kill(self, process: str) -> int:
        """Kill one process as the kernel would when memory is short; return the process id that it had."""
        deadline = time.monotonic() + READY_SECONDS
        while not (pid := self.pid(process)):  # it may be between an end and a new start
            assert time.monotonic() < deadline, f"{process} does not run"
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_supervisor(self) -> None:
        """Kill `frontdoor up` itself."""
        assert self._up
        self._up.kill()
        self._up.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop everything; return the exit code of `frontdoor up`."""
        if not self._up:
            return 0
        if self._up.poll() is None:
            self._up.send_signal(number)
        return self._up.wait(STOP_SECONDS)

    def console_text(self) -> str:
        """Return what was said at the console."""
        return self.console.read_text(encoding="utf-8") if self.console.exists() else ""

    def first_link(self) -> str:
        """Return the link that makes the first member of staff."""
        self.wait_until("made here, once:", 10)
        return self.console_text().partition("made here, once:")[2].split()[0]

    def log_text(self) -> str:
        """Return all that is in all logs."""
        found = sorted(self.settings.log_dir.glob("*"))
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file())


@contextlib.contextmanager
def running(overrides: Mapping[str, str] | None = None) -> Iterator[Product]:
    """Run a product for the time of a test; its files go with it."""
    product = Product(overrides)
    try:
        yield product.start()
    finally:
        product.stop()
        shutil.rmtree(product.data_dir, ignore_errors=True)


def lend(data_dir: Path) -> None:
    """Put the model under `var/`, and what it was made with, into *data_dir*."""
    model = training.ensure_model(_home())
    (data_dir / "models").mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (data_dir / "models" / model.name).symlink_to(model)
    lend_screen(data_dir)


def lend_screen(data_dir: Path) -> None:
    """Put the head of the emergency screen, trained once for all, and the encoder that it reads into *data_dir*."""
    home = _home()
    (home.data_dir / "safety").mkdir(parents=True, exist_ok=True)
    for name in ("encoder", "safety"):
        if (home.data_dir / name).is_dir():
            with contextlib.suppress(FileExistsError):
                (data_dir / name).symlink_to(home.data_dir / name)


def _home() -> Settings:
    return load({"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}, dotenv=None)
