"""One supervised child: started, read, watched, started again, stopped."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from frontdoor.database.embedded import Command
from frontdoor.supervision.journal import Journal
from frontdoor.supervision.processes import WORK_DIR, Process
from frontdoor.supervision.sieve import Sieve

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0  # before a restart; doubled each time
STEADY_SECONDS = 60.0  # a child that ran this long is started again at once
TRIES = 3  # at a first start
STOP_SECONDS = 8.0  # then it is killed
CHECK_SECONDS = 0.1
ANSWER_SECONDS = 5.0
LINE_MAX_BYTES = 1 << 20
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class NeverReady(RuntimeError):
    """A process ended again and again before it was ready; the message names it and its log."""


class Child:
    """Keeps one process running from `run` until `stop`."""

    def __init__(self, process: Process, host: str, journal: Journal) -> None:
        self.process = process
        self.ready = asyncio.Event()
        self._host, self._journal = host, journal
        self._running: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id, None while it does not run."""
        return self._running.pid if self._running and self._running.returncode is None else None

    async def run(self) -> None:
        """Start the process, and again whenever it ends, until `stop`.

        Raises:
            NeverReady: It ended `TRIES` times before it was ever ready.
        """
        pause, tries, was_ready = FIRST_PAUSE_SECONDS, 0, False
        while not self._stopping:
            began = time.monotonic()
            code = await self._once()
            was_ready, tries = was_ready or self.ready.is_set(), tries + 1
            self.ready.clear()
            if self._stopping:
                return
            if not was_ready and tries >= TRIES:
                raise NeverReady(
                    f"{self.process.name} does not start. {self._journal.path(self.process.name)} says why."
                )
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._journal.say(f"{self.process.name} ended ({_ending(code)}); starting it again.", "ERROR")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def stop(self) -> None:
        """End the process: asked first, then killed with all that it started."""
        self._stopping = True
        running = self._running
        if running is None:
            return
        if running.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                running.send_signal(signal.SIGINT if self.process.name == "postgres" else signal.SIGTERM)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(running.wait(), STOP_SECONDS)
        self.kill()
        await running.wait()

    def kill(self) -> None:
        """End the process and all that it started, now."""
        if self._running:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._running.pid, signal.SIGKILL)

    async def _once(self) -> int:
        command = await asyncio.to_thread(self.process.prepare)
        if self._stopping:
            return 0
        self._running = running = await spawn(command, dict(self.process.environment), self.process.name == "postgres")
        watching = asyncio.create_task(self._watch(running))
        try:
            assert running.stdout  # a pipe, by spawn
            await read(running.stdout, self.process.sieve, lambda line: self._journal.write(self.process.name, line))
            return await running.wait()
        finally:
            watching.cancel()

    async def _watch(self, running: asyncio.subprocess.Process) -> None:
        """Set `ready` once the process answers."""
        while running.returncode is None:
            if await self._answers():
                self.ready.set()
                return
            await asyncio.sleep(CHECK_SECONDS)

    async def _answers(self) -> bool:
        if callable(self.process.ready):
            found = self.process.ready()
            return found if isinstance(found, bool) else await found
        return await answers(self._host, self.process.port or 0, self.process.ready)


async def spawn(command: Command, environment: dict[str, str], is_postgres: bool = False) -> asyncio.subprocess.Process:
    """Start a process in a session of its own, which ends when we do, even when we are killed."""
    account: dict[str, Any] = {}
    if command.account:
        account = {"user": command.account, "group": command.account, "extra_groups": []}
    return await asyncio.create_subprocess_exec(
        *command.arguments,
        env=environment,
        cwd="/" if is_postgres else WORK_DIR,
        stdin=asyncio.subprocess.PIPE,  # its end tells a child that we are gone, where the kernel cannot
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LINE_MAX_BYTES,
        start_new_session=True,
        preexec_fn=_die_with_parent(signal.SIGINT if is_postgres else signal.SIGKILL),
        **account,
    )


async def read(output: asyncio.StreamReader, sieve: Sieve, keep: Callable[[str], None]) -> None:
    """Pass each line of *output* through *sieve* to *keep*, until it ends."""
    while True:
        try:
            given = await output.readline()
        except ValueError:  # a line over the limit: what we print is never that long
            continue
        if not given:
            return
        line = sieve(given.decode("utf-8", "replace").rstrip("\r\n"))
        if line is not None:
            keep(line)


async def answers(host: str, port: int, path: str) -> bool:
    """Tell whether a GET of *path* answers with a status below 400."""

    async def status() -> bytes:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            return await reader.readline()
        finally:
            writer.close()

    try:
        line = await asyncio.wait_for(status(), ANSWER_SECONDS)
    except (OSError, asyncio.TimeoutError):
        return False
    return line.startswith(b"HTTP/1.") and line[9:10] in b"23" and len(line) > 9


def _die_with_parent(sent: int) -> Callable[[], None]:
    parent = os.getpid()

    def prepare_child() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(sent))
        if os.getppid() != parent:  # it went before the kernel knew
            os._exit(1)

    return prepare_child


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
