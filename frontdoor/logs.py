"""Log lines that a person can read at night and that cannot hold what a patient wrote.

A record is made safe when it is created, before any handler sees it:
- Our own loggers (`frontdoor`, `actions`) keep their message. An exception is its class and where it came through,
  never its text, also when it is passed as an argument.
- A foreign logger (Rasa, its SDK, Sanic, ...) keeps its name, level, place in the code and exception class. Its message
  is dropped, unless it is one of the known start-up lines in `HARMLESS`.

A line is `2026-11-23T09:11:02.123Z WARNING gateway frontdoor.gateway.app: text`.
"""

import logging
import re
import sys
import time
import traceback
from types import TracebackType
from typing import Any, TypeAlias

OURS = ("frontdoor", "actions")
HARMLESS = re.compile(
    r"Rasa server is up and running\.|Starting Rasa server on http://[\w.:]+|Loading model [\w./-]+\.\.\.|"
    r"Goin' Fast @ http://[\w.:]+|(?:Starting|Stopping) worker \[\d+\]"
)
SAFE_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [a-z]+ [\w.]+: .*"
)
PLACES = 4  # of a traceback: the innermost ones
QUIET = ("asyncio", "alembic", "sanic.access", "urllib3", "aiohttp.access", "matplotlib")

ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(process: str, level: int = logging.INFO) -> None:
    """Send the records of this process to standard error, as safe lines that begin with the name *process*."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(Lines(process))
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


class Lines(logging.Handler):
    """Writes safe lines to standard error; `Lines(process="rasa")` in a logging configuration file makes it so.

    It is no StreamHandler, because Rasa's `coloredlogs` takes those away.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process
        logging.setLogRecordFactory(safe_record)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a foreign record below WARNING that says nothing is left out."""
        if record.msg or record.levelno >= logging.WARNING:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        name = re.sub(r"[^\w.]", "_", record.name)
        text = " | ".join(str(record.msg).splitlines())
        return f"{at}.{int(record.msecs):03d}Z {record.levelname} {self.process} {name}: {text}"


def safe_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Make a log record that holds nothing a patient wrote: see the top of this module."""
    record = logging.LogRecord(*args, **kwargs)
    info = record.exc_info or (sys.exc_info() if record.levelno >= logging.ERROR else None)
    failure = f"[{describe(info)}]" if info and info[0] else ""
    text = _own_text(record) if record.name.partition(".")[0] in OURS else _foreign_text(record)
    record.msg, record.args = f"{text} {failure}".strip(), ()
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def describe(info: Any) -> str:
    """Return an exception's class and the innermost places it came through, without its text or any value."""
    kind, _, came_through = info
    places = [f"{short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(came_through)]
    return " < ".join([kind.__name__, *reversed(places[-PLACES:])])


def _own_text(record: logging.LogRecord) -> str:
    record.msg = _named(record.msg)
    if isinstance(record.args, dict):
        record.args = {name: _named(value) for name, value in record.args.items()}
    else:
        record.args = tuple(_named(value) for value in record.args or ())
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"(a message and arguments that do not fit) at {_place(record)}"


def _foreign_text(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # whatever a foreign argument does when it is printed
        text = ""
    if HARMLESS.fullmatch(text):
        return text
    return f"(message withheld) at {_place(record)}" if record.levelno >= logging.WARNING else ""


def _named(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _place(record: logging.LogRecord) -> str:
    return f"{short(record.pathname)}:{record.lineno} in {record.funcName}"


def short(path: str) -> str:
    """Return the part of a path that names the code: what follows site-packages, else its last three names."""
    _, found, inside = path.rpartition("site-packages/")
    return inside if found else "/".join(path.rsplit("/", 3)[-3:])
