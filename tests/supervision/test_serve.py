"""`frontdoor serve PART` by itself: without a usable database it says so in a line."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdoor import cli
from frontdoor.supervision.serve import NEEDS_DATABASE


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Serving sets up the logging of its process, which here is that of all tests."""
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    handlers, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(False)
    logging.setLogRecordFactory(factory)
    root.handlers = handlers
    root.setLevel(level)


@pytest.mark.parametrize("part", sorted(NEEDS_DATABASE))
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "no database answers below"),
        ("postgresql://nobody@127.0.0.1:9/none", "no database answers at DATABASE_URL"),
    ],
)
def test_no_database_is_a_line(
    part: str, url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which part, what is missing, what to do; no trace, and nothing of the address."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("FRONTDOOR_DATA_DIR", str(tmp_path))
    assert cli.main(["serve", part]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.err.startswith(f"frontdoor serve {part}: {said}")
    assert "`frontdoor up`" in printed.err
    assert "nobody" not in printed.err + printed.out


async def test_an_empty_database_is_a_line(
    postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is there, but nothing was ever put into it."""
    import asyncio

    monkeypatch.setenv("DATABASE_URL", postgres)
    monkeypatch.setenv("FRONTDOOR_DATA_DIR", str(tmp_path))
    assert await asyncio.to_thread(cli.main, ["serve", "worker"]) == 1
    assert "the database is empty" in capsys.readouterr().err
