"""`frontdoor up`: the whole product, started in parallel, watched, and stopped in order."""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from frontdoor.database import embedded
from frontdoor.settings import Settings
from frontdoor.supervision import processes
from frontdoor.supervision.child import Child, NeverReady, answers, read, spawn
from frontdoor.supervision.journal import Journal
from frontdoor.supervision.processes import Process

READY_SECONDS = 600.0  # for all of them; PostgreSQL may have to recover first
STOP_ORDER = (("gateway", "desk"), ("rasa",), ("actions", "scheduling"), ("postgres",))


class CannotRun(RuntimeError):
    """The product cannot be started here; the message is for the person at the console."""


def run(settings: Settings, *, train: bool) -> int:
    """Run the product until SIGINT or SIGTERM; return the exit code."""
    try:
        with _only_one(settings.data_dir):
            return asyncio.run(_House(settings).live(train))
    except (CannotRun, NeverReady, embedded.CannotStart) as error:
        sys.stderr.write(f"frontdoor: {error}\n")
        return 1


class _House:
    """The running product: its children and its journal."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.journal = Journal(settings.log_dir)
        self.children: dict[str, Child] = {}
        self.tasks: list[asyncio.Task[Any]] = []
        self.told_to_stop = 0

    async def live(self, train: bool) -> int:
        """Start, watch until told to stop, stop. Nothing is left behind, whatever happens."""
        main = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._told_to_stop, main)
        try:
            await self._beside(self._start(train))
            await self._beside(asyncio.Event().wait())
        except asyncio.CancelledError:
            if not self.told_to_stop:
                raise
        finally:
            await asyncio.shield(self._stop())
        return 0

    def _told_to_stop(self, main: "asyncio.Task[Any] | None") -> None:
        self.told_to_stop += 1
        if self.told_to_stop == 1 and main:
            main.cancel()
        elif self.told_to_stop > 1:  # impatient: no more asking
            for child in self.children.values():
                child.kill()

    async def _beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do *work* unless a child fails for good meanwhile."""
        doing = asyncio.ensure_future(work)
        try:
            while not doing.done():
                done, _ = await asyncio.wait({doing, *self.tasks}, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            doing.cancel()
            with contextlib.suppress(BaseException):
                await doing

    async def _start(self, train: bool) -> None:
        began, settings, say = time.monotonic(), self.settings, self.journal.say
        say("Front Door is starting …")
        url = settings.database_url or await self._start_postgres()
        inner = processes.environment(settings, url)
        await self._do("migrate", inner, "The database could not be brought to the newest version.")
        parts = processes.parts(settings, url)
        _check_ports([*parts, processes.rasa(settings, url, Path())], settings.host)
        for process in parts:
            self._begin(process)
        model = await self._model(train, inner)
        self._begin(processes.rasa(settings, url, model))
        await self._all_ready()
        say(f"Ready after {time.monotonic() - began:.0f} seconds. Ctrl-C stops everything.")
        say(f"  chat for patients  {settings.public_url}\n  desk for staff     {settings.desk_url}")
        say(f"  scheduling (FHIR)  {settings.scheduling_url}\n  logs               {settings.log_dir}")
        await self._show_first_link(url)

    async def _start_postgres(self) -> str:
        directory = embedded.directory(self.settings.data_dir)
        if embedded.running_pid(directory):
            self.journal.say("Stopping a PostgreSQL that was left running …")
            await asyncio.to_thread(embedded.stop, directory)
        child = self._begin(processes.postgres(self.settings))
        await self._wait(child)
        return embedded.url(directory)

    async def _model(self, train: bool, environment: dict[str, str]) -> Path:
        from frontdoor.assistant import training

        if train:
            await self._do("train", environment, "Training failed.")
        model = training.newest_model(self.settings)
        if model is None:
            raise CannotRun("There is no trained model yet. Run it once without --no-train.")
        return model

    async def _do(self, command: str, environment: dict[str, str], complaint: str) -> None:
        """Run `frontdoor <command>` to its end, its words at the console."""
        running = await spawn(processes.own_command(command), environment)
        try:
            await read(running, lambda line: line, self.journal.show)
            if await running.wait():
                raise CannotRun(f"{complaint} The lines above and {self.settings.log_dir} say why.")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)

    def _begin(self, process: Process) -> Child:
        host = process.environment.get("FRONTDOOR_HOST", self.settings.host)
        child = self.children[process.name] = Child(process, host, self.journal)
        self.tasks.append(asyncio.create_task(child.run()))
        return child

    async def _all_ready(self) -> None:
        for child in self.children.values():
            await self._wait(child)
        until = time.monotonic() + READY_SECONDS
        while "gateway" in self.children and not await answers(self.settings.host, self.settings.gateway_port, "/readyz"):
            if time.monotonic() > until:
                raise CannotRun(f"The gateway is not ready: {self.settings.gateway_url}/readyz names what is missing.")
            await asyncio.sleep(0.2)

    async def _wait(self, child: Child) -> None:
        try:
            await asyncio.wait_for(child.ready.wait(), READY_SECONDS)
        except asyncio.TimeoutError:
            log = self.journal.path(child.process.name)
            raise CannotRun(
                f"{child.process.name} was not ready in {READY_SECONDS:.0f} s. {log} may say why."
            ) from None

    async def _show_first_link(self, database_url: str) -> None:
        if "desk" not in self.children:  # TODO: goes when the desk is there
            return
        from frontdoor.desk import people

        link = await people.first_link(replace(self.settings, database_url=database_url))
        if link:  # a secret: for the console, not for the log
            self.journal.show(f"  The first member of staff is made here, once:\n    {link}")

    async def _stop(self) -> None:
        if self.children:
            self.journal.say("Stopping …")
        for names in STOP_ORDER:
            stopping = [self.children[name].stop() for name in names if name in self.children]
            await asyncio.gather(*stopping, return_exceptions=True)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.journal.close()


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


def _check_ports(wanted: Sequence[Process], host: str) -> None:
    for process in wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((process.environment["FRONTDOOR_HOST"], process.port))
            except OSError as error:
                raise CannotRun(
                    f"Port {process.port} for {process.name} cannot be used ({error.strerror}): "
                    f"set {process.port_setting} to a free one."
                ) from None
