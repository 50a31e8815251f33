"""A real Rasa and a real action server on free ports, for tests of what a turn does."""

import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import requests

from frontdoor.assistant.protocol import READY_PATH
from frontdoor.settings import ROOT, Settings
from frontdoor.supervision import processes
from tests.ports import free_ports

START_SECONDS, STOP_SECONDS = 120, 20


def on_free_ports(settings: Settings) -> Settings:
    """Return the settings with free ports for all processes."""
    names = ("gateway_port", "desk_port", "scheduling_port", "rasa_port", "actions_port")
    return replace(settings, **dict(zip(names, free_ports(len(names)), strict=True)))


class Server:
    """One of the product's processes, run as the supervisor runs it."""

    def __init__(self, process: processes.Process, ready_url: str, log: Path, ready: int = 200) -> None:
        self.ready = ready
        self.process = process
        self.ready_url = ready_url
        self.log = log
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        """Start it and wait until it is ready."""
        with self.log.open("ab") as out:
            self.running = subprocess.Popen(
                self.process.prepare().arguments,
                cwd=ROOT,
                env=dict(self.process.environment),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.running.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < until, self.log.read_text()[-3000:]
            time.sleep(0.2)
        return self

    def is_ready(self) -> bool:
        """Tell whether it answers that it is."""
        try:
            return requests.get(self.ready_url, timeout=5).status_code == self.ready
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self.running:
            self.running.send_signal(how)
            self.running.wait(STOP_SECONDS)
            if self.running.stdin:
                self.running.stdin.close()
            self.running = None


@dataclass
class Running:
    """The two servers, their settings and where their logs are."""

    settings: Settings
    database_url: str
    rasa: Server
    actions: Server
    model: Path


def rasa(settings: Settings, database_url: str, model: Path, log: Path, ready: int = 200) -> Server:
    """Return Rasa with our channel; it is not started yet. *ready* is the status by which it counts as started."""
    return Server(processes.rasa(settings, database_url, model), settings.rasa_url + READY_PATH, log, ready)


def actions(settings: Settings, database_url: str, log: Path) -> Server:
    """Return the action server; it is not started yet."""
    process = next(part for part in processes.parts(settings, database_url) if part.name == "actions")
    return Server(process, f"{settings.actions_url}/health", log)
