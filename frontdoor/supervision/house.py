"""The running product: its children, its journal, and the promise that nothing is left behind."""

import asyncio
import contextlib
import errno
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from frontdoor.database import embedded
from frontdoor.settings import Settings
from frontdoor.supervision import processes
from frontdoor.supervision.child import Child, NeverReady, answers, read, spawn
from frontdoor.supervision.journal import Journal
from frontdoor.supervision.processes import Process

READY_SECONDS = 600.0  # for all of them; PostgreSQL may have to recover first
LOOK_SECONDS = 0.5
STOP_ORDER = (("gateway", "desk"), ("worker",), ("rasa",), ("actions", "scheduling"), ("postgres",))


class CannotRun(RuntimeError):
    """The product cannot be started here; the message is for the person at the console."""


class House:
    """Starts processes, watches them, and stops them in order."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.journal = Journal(settings.log_dir)
        self.children: dict[str, Child] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._told_to_stop = 0

    async def live(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do *work* until it ends, a signal says stop, or a child fails for good; then stop all children.

        Raises:
            NeverReady: A child ended again and again before it was ready.
        """
        doing = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop_told, doing)
        try:
            while not doing.done():
                waited = {doing, *self._tasks}
                done, _ = await asyncio.wait(waited, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in done - {doing}:
                    task.result()
            if not self._told_to_stop:
                doing.result()
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)
            await self._stop()

    def begin(self, process: Process) -> Child:
        """Start *process* and keep it running."""
        host = process.environment.get("FRONTDOOR_HOST", self.settings.host)
        child = self.children[process.name] = Child(process, host, self.journal)
        self._tasks.append(asyncio.create_task(child.run()))
        return child

    async def begin_postgres(self) -> str:
        """Start the embedded server, unless the clinic has its own; return the database's address."""
        if self.settings.database_url:
            return self.settings.database_url
        directory = embedded.directory(self.settings.data_dir)
        if embedded.running_pid(directory):
            self.journal.say("Stopping a PostgreSQL that was left running …")
            await asyncio.to_thread(embedded.stop, directory)
        await self.ready(self.begin(processes.postgres(self.settings)))
        return embedded.url(directory)

    async def do(self, command: str, environment: dict[str, str], complaint: str) -> None:
        """Run `frontdoor <command>` to its end, its words at the console.

        Raises:
            CannotRun: It failed; *complaint* says what that means.
        """
        running = await spawn(processes.own_command(command), environment)
        try:
            assert running.stdout  # a pipe, by spawn
            await read(running.stdout, lambda line: line, self.journal.show)
            if await running.wait():
                raise CannotRun(f"{complaint} The lines above and {self.settings.log_dir} say why.")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)

    async def ready(self, *children: Child) -> None:
        """Wait until all *children* are ready."""
        for child in children:
            try:
                await asyncio.wait_for(child.ready.wait(), READY_SECONDS)
            except asyncio.TimeoutError:
                log = self.journal.path(child.process.name)
                text = f"{child.process.name} was not ready in {READY_SECONDS:.0f} s. {log} may say why."
                raise CannotRun(text) from None

    async def answers(self, port: int, path: str, otherwise: str) -> None:
        """Wait until *path* on *port* answers well; *otherwise* is said when it does not."""
        until = time.monotonic() + READY_SECONDS
        while not await answers(self.settings.host, port, path):
            if time.monotonic() > until:
                raise CannotRun(otherwise)
            await asyncio.sleep(0.2)

    def _stop_told(self, doing: "asyncio.Future[Any]") -> None:
        self._told_to_stop += 1
        doing.cancel()
        if self._told_to_stop > 1:  # impatient: no more asking
            for child in self.children.values():
                child.kill()

    async def _stop(self) -> None:
        if self.children:
            self.journal.say("Stopping …")
        for names in STOP_ORDER:
            stopping = [self.children[name].stop() for name in names if name in self.children]
            await asyncio.gather(*stopping, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.journal.close()


def run(settings: Settings, work: Callable[[House], Coroutine[Any, Any, None]]) -> int:
    """Let a house live on the data directory for *work*; return the exit code, having said what failed."""

    async def live() -> None:
        house = House(settings)
        await house.live(work(house))

    try:
        with _only_one(settings.data_dir):
            asyncio.run(live())
    except (CannotRun, NeverReady, embedded.CannotStart) as error:
        sys.stderr.write(f"frontdoor: {error}\n")
        return 1
    return 0


def check_ports(wanted: Sequence[Process]) -> None:
    """Refuse to start when a port is taken.

    Raises:
        CannotRun: The message names the port, and the setting that changes it.
    """
    names: dict[int, str] = {}
    for process in wanted:
        if process.port is None:
            continue
        if (other := names.setdefault(process.port, process.name)) != process.name:
            raise CannotRun(
                f"Port {process.port} is meant for {other} and {process.name}: set {process.port_setting} to another."
            )
        host = process.environment["FRONTDOOR_HOST"]
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, process.port))
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                    raise CannotRun(f"FRONTDOOR_HOST: {host} is no address of this machine.") from None
                raise CannotRun(
                    f"Port {process.port} for {process.name} cannot be used ({error.strerror}): "
                    f"set {process.port_setting} to a free one."
                ) from None


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the kernel lets go of it when we die."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "up.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotRun(
                f"Front Door already runs on {data_dir} (process {file.read().strip()}). "
                "Stop that one, or give this one another FRONTDOOR_DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
