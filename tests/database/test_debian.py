"""A clinic's own PostgreSQL, by DATABASE_URL: Debian's version 15, when this machine has it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from frontdoor.database import database, migrations
from frontdoor.settings import load

BINARIES = Path("/usr/lib/postgresql/15/bin")
ACCOUNT = "nobody" if os.geteuid() == 0 else None

pytestmark = pytest.mark.skipif(not BINARIES.is_dir(), reason="Debian's PostgreSQL 15 is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of an empty database on PostgreSQL 15."""
    home = Path(tempfile.mkdtemp(prefix="fd-15-"))
    if ACCOUNT:
        shutil.chown(home, ACCOUNT)
    run = {"user": ACCOUNT, "cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([BINARIES / "initdb", "-A", "trust", "-U", "clinic", "-D", home / "db"], check=True, **run)
    process = subprocess.Popen([BINARIES / "postgres", "-D", home / "db", "-k", home, "-h", ""], **run)
    try:
        command = [BINARIES / "createdb", "-h", home, "-U", "clinic", "clinic"]
        while subprocess.run(command, capture_output=True).returncode:
            assert process.poll() is None
            time.sleep(0.05)
        yield f"postgresql://clinic@/clinic?host={home}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


async def test_migrations_run_twice(server: str, tmp_path: Path) -> None:
    """Every migration runs on PostgreSQL 15, and a second run changes nothing."""
    settings = load({"DATABASE_URL": server, "FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None)
    for _ in range(2):
        with database(settings) as address:
            migrations.upgrade(address)
    connection = await asyncpg.connect(server)
    try:
        schemas = {row["nspname"] for row in await connection.fetch("SELECT nspname FROM pg_namespace")}
        assert {"conversations", "scheduling", "privacy"} <= schemas
    finally:
        await connection.close()
