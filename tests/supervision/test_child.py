"""A supervised child: ready, read, started again, stopped, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from frontdoor.database.embedded import Command
from frontdoor.settings import ROOT
from frontdoor.supervision.child import Child, NeverReady, answers
from frontdoor.supervision.journal import Journal
from frontdoor.supervision.processes import Process
from frontdoor.supervision.sieve import python_sieve
from tests.ports import free_ports

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/ready" else 503)
        self.end_headers()
    def log_message(self, *words): print("ZQXSENTINEL", *words, flush=True)
print("2026-11-23T09:11:02.123Z INFO toy toy: listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
ORPHAN_MAKER = """
import asyncio, sys
from frontdoor.database.embedded import Command
from frontdoor.supervision.child import spawn
async def main():
    child = await spawn(Command((sys.executable, "-c", "import time; time.sleep(60)"), None), {})
    print(child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Callable[[str], tuple[Child, "asyncio.Task[None]"]]]:
    """Start a toy process from its program; it is stopped at the end."""
    journal, begun = Journal(tmp_path / "logs"), []

    def start(program: str) -> tuple[Child, "asyncio.Task[None]"]:
        port = free_ports(1)[0]
        command = Command((sys.executable, "-c", program, str(port)), None)
        child = Child(
            Process("toy", lambda: command, {}, python_sieve("toy"), port, "", "/ready"), "127.0.0.1", journal
        )
        begun.append((child, asyncio.create_task(child.run())))
        return begun[-1]

    yield start
    for child, task in begun:
        await child.stop()
        task.cancel()
    journal.close()


async def test_killed_child_comes_back(begin: Callable, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A child that dies is started again, and that is said at the console and in the combined log."""
    child, _ = begin(SERVER)
    await asyncio.wait_for(child.ready.wait(), 10)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    await _until(lambda: not child.ready.is_set())
    await asyncio.wait_for(child.ready.wait(), 10)
    assert child.pid != first
    said = "toy ended (SIGKILL); starting it again."
    assert said in capsys.readouterr().out
    assert said in (tmp_path / "logs" / "frontdoor.log").read_text()


async def test_log_has_safe_lines_only(begin: Callable, tmp_path: Path) -> None:
    """What a process prints beside its log lines goes nowhere."""
    child, _ = begin(SERVER)
    await asyncio.wait_for(child.ready.wait(), 10)
    for name in ("toy", "frontdoor"):
        text = (tmp_path / "logs" / f"{name}.log").read_text()
        assert text == "2026-11-23T09:11:02.123Z INFO toy toy: listening\n"


async def test_child_that_never_was_ready_is_given_up(begin: Callable) -> None:
    """After three ends before it was ever ready, the start fails and names the log."""
    _, task = begin("raise SystemExit(3)")
    with pytest.raises(NeverReady, match=r"toy does not start.*toy\.log"):
        await asyncio.wait_for(task, 10)


async def test_child_that_does_not_listen_to_sigterm_is_killed(
    begin: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopping takes its time limit, not longer."""
    monkeypatch.setattr("frontdoor.supervision.child.STOP_SECONDS", 0.5)
    child, _ = begin(DEAF)
    await asyncio.wait_for(child.ready.wait(), 10)
    pid, began = child.pid, time.monotonic()
    await child.stop()
    assert time.monotonic() - began < 5
    assert not psutil.pid_exists(pid)


async def test_stopped_child_stays_stopped(begin: Callable) -> None:
    """A child that was told to stop is not started again."""
    child, task = begin(SERVER)
    await asyncio.wait_for(child.ready.wait(), 10)
    await child.stop()
    await asyncio.wait_for(task, 5)
    assert child.pid is None


async def test_ready_means_a_good_status(begin: Callable) -> None:
    """503 is an answer, but not readiness; so is no answer."""
    child, _ = begin(SERVER)
    await asyncio.wait_for(child.ready.wait(), 10)
    assert await answers("127.0.0.1", child.process.port or 0, "/ready")
    assert not await answers("127.0.0.1", child.process.port or 0, "/other")
    assert not await answers("127.0.0.1", free_ports(1)[0], "/ready")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, the end of standard input does it")
def test_child_ends_with_a_killed_parent() -> None:
    """kill -9 of the supervisor leaves nothing behind."""
    parent = subprocess.Popen([sys.executable, "-c", ORPHAN_MAKER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
    deadline = time.monotonic() + 5
    while _runs(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It never came true.")
