"""The logs under `logs/`: one file a process, and `frontdoor.log` with all of them in the order of arrival."""

import contextlib
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from frontdoor.supervision import sieve

FILE_MAX_BYTES = 10_000_000
OLD_FILES = 4  # kept beside each file: 50 MB a process at most
COMBINED = "frontdoor"


class Journal:
    """Writes the lines of all processes, and tells the person at the console what matters."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        self.directory = directory
        self._files: dict[str, RotatingFileHandler] = {}

    def path(self, process: str) -> Path:
        """Return the log of one process."""
        return self.directory / f"{process}.log"

    def write(self, process: str, line: str) -> None:
        """Append a safe line to the log of *process* and to the combined one."""
        record = logging.LogRecord(COMBINED, logging.INFO, "", 0, line, None, None)  # whatever others make records by
        for name in {process, COMBINED}:
            self._file(name).emit(record)

    def say(self, text: str, level: str = "INFO") -> None:
        """Tell *text* at the console and in the combined log."""
        self.show(text)
        self.write("up", sieve.line(level, "up", " | ".join(text.splitlines())))

    def show(self, text: str) -> None:
        """Tell *text* at the console only: it may hold a secret."""
        with contextlib.suppress(OSError):  # the console is gone; the product stays
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            self._files[name] = RotatingFileHandler(
                self.path(name), maxBytes=FILE_MAX_BYTES, backupCount=OLD_FILES, encoding="utf-8"
            )
        return self._files[name]
