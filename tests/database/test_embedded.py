"""The embedded PostgreSQL: started and stopped, killed, and started again."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from frontdoor.database import embedded
from frontdoor.settings import ROOT

AS_USER = """
import os, signal, sys, time
from pathlib import Path
from frontdoor.database import embedded
directory = Path(sys.argv[1])
embedded.start(directory)
os.kill(embedded.running_pid(directory), signal.SIGKILL)
while embedded.running_pid(directory): time.sleep(0.01)
embedded.start(directory)
assert embedded.is_ready(directory)
embedded.stop(directory)
assert embedded.running_pid(directory) is None
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short place for a server's data; whatever runs there is stopped at the end."""
    home = Path(tempfile.mkdtemp(prefix="fd-pg-"))
    try:
        yield home / "db"
    finally:
        embedded.stop(home / "db")
        shutil.rmtree(home, ignore_errors=True)


async def test_data_survive_a_killed_server(directory: Path) -> None:
    """kill -9 of PostgreSQL loses nothing that was committed, and the next start recovers."""
    await _execute(embedded.start(directory), "CREATE TABLE kept AS SELECT 42 AS answer")
    _kill(directory)
    assert await _fetch(embedded.start(directory), "SELECT answer FROM kept") == 42


async def test_children_of_a_killed_server_are_waited_for(directory: Path) -> None:
    """What a killed server leaves behind ends by itself, but not at once: the next start is not refused for it."""
    await _execute(embedded.start(directory), "CREATE TABLE kept AS SELECT 42 AS answer")
    pid = embedded.running_pid(directory)
    assert pid
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    _signal(children, signal.SIGSTOP)
    _kill(directory)
    waking = threading.Timer(1.0, _signal, (children, signal.SIGCONT))
    waking.start()
    try:
        assert await _fetch(embedded.start(directory), "SELECT answer FROM kept") == 42
    finally:
        waking.join()


async def test_start_with_the_process_id_of_another_program(directory: Path) -> None:
    """After a crash of the machine the old process id may be another program's: that does not stop the start."""
    embedded.start(directory)
    _kill(directory)
    with subprocess.Popen(["sleep", "60"], user=directory.stat().st_uid) as other:
        lock = directory / "postmaster.pid"
        _, rest = lock.read_text().split("\n", 1)
        lock.write_text(f"{other.pid}\n{rest}")
        assert embedded.running_pid(directory) is None
        assert await _fetch(embedded.start(directory), "SELECT 1") == 1
        other.kill()


def test_second_start_finds_the_running_server(directory: Path) -> None:
    """Starting twice is starting once."""
    assert embedded.start(directory) == embedded.start(directory) == embedded.url(directory)
    assert embedded.running_pid(directory)


def test_server_of_a_block_stops_with_it_only_if_it_started_it(directory: Path) -> None:
    """A command line tool leaves things as it found them."""
    with embedded.running(directory):
        assert embedded.is_ready(directory)
        with embedded.running(directory):
            pass
        assert embedded.is_ready(directory)
    assert embedded.running_pid(directory) is None


def test_half_made_data_are_made_again(directory: Path) -> None:
    """An end in the middle of the first start leaves nothing that the second one trips over."""
    directory.mkdir(parents=True)
    embedded.start(directory)
    assert sorted(path.name for path in directory.parent.iterdir()) == ["db", "db.log"]


async def test_long_path(directory: Path) -> None:
    """A path too long for a socket's name still works."""
    deep = directory.parent / ("d" * 100) / "db"
    try:
        assert await _fetch(embedded.start(deep), "SELECT 1") == 1
    finally:
        embedded.stop(deep)
        socket_dir = Path(embedded.url(deep).partition("host=")[2])
        assert directory.parent not in socket_dir.parents
        shutil.rmtree(socket_dir)


async def test_log_does_not_quote_statements(directory: Path) -> None:
    """An error's text and details hold values: they are told to the client and to nobody else."""
    address = embedded.start(directory)
    with pytest.raises(asyncpg.DataError):
        await _execute(address, "SELECT 'ZQXSENTINEL'::text::int")
    await _execute(address, "CREATE TABLE once (text text PRIMARY KEY); INSERT INTO once VALUES ('ZQXSENTINEL')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await _execute(address, "INSERT INTO once VALUES ('ZQXSENTINEL')")
    embedded.stop(directory)
    log = directory.with_name("db.log").read_text()
    assert "ready to accept connections" in log
    assert "ZQXSENTINEL" not in log


def test_only_its_account_may_open_the_data(directory: Path) -> None:
    """The data and the socket are private."""
    embedded.start(directory)
    assert directory.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_for_a_normal_user() -> None:
    """The same, killed and started again, for an account that is not root."""
    python = _python_for_others()
    home = Path(tempfile.mkdtemp(prefix="fd-pg-"))
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        done = subprocess.run(
            [python, "-c", AS_USER, str(home / "db")], user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
            cwd="/", env={"PYTHONPATH": f"{ROOT}:{_site_packages()}", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _python_for_others() -> str:
    """Return a Python that an account other than root may run; the one of this test may be in root's home."""
    for python in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        found = subprocess.run(
            ["sh", "-c", f"{python} -c 'import sys; assert sys.version_info >= (3, 10)'"],
            user="nobody", extra_groups=[], cwd="/", capture_output=True,
        )  # fmt: skip
        if found.returncode == 0:
            return python
    pytest.skip("no Python that another account may run")


def _site_packages() -> Path:
    return Path(asyncpg.__file__).parent.parent


def _kill(directory: Path) -> None:
    pid = embedded.running_pid(directory)
    assert pid
    os.kill(pid, signal.SIGKILL)
    while embedded.running_pid(directory):
        time.sleep(0.01)


def _signal(pids: list[int], sent: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _fetch(address: str, query: str) -> object:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()
