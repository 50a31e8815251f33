"""What of a process's output goes into its log: safe lines, and a stack reduced to its places.

This is the net below `frontdoor.logs`: whatever a library prints or a dying interpreter shows is not let through.
"""

import re
import time
from collections.abc import Callable
from typing import TypeAlias

from frontdoor.logs import PLACES, SAFE_LINE, short

Sieve: TypeAlias = Callable[[str], str | None]  # a line of output -> a line for the log, or nothing

POSTGRES_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC \[\d+\] (LOG|FATAL|PANIC):  (.*)")
STACK_START = "Traceback (most recent call last):"
STACK_PLACE = re.compile(r'  File "([^"]+)", line (\d+), in ([\w<>.]+)')
STACK_END = re.compile(r"([A-Za-z_][\w.]*)(?::|$)")


def line(level: str, process: str, text: str) -> str:
    """Return a safe line of this moment."""
    now = time.time()
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return f"{at}.{int(now % 1 * 1000):03d}Z {level} {process} {process}: {text}"


def postgres_sieve() -> Sieve:
    """Keep what PostgreSQL says about itself; what it says about statements is never logged by it."""

    def keep(given: str) -> str | None:
        found = POSTGRES_LINE.fullmatch(given)
        if not found:
            return None
        day, clock, level, text = found.groups()
        return f"{day}T{clock}Z {'INFO' if level == 'LOG' else 'ERROR'} postgres postgres: {text}"

    return keep


def python_sieve(process: str) -> Sieve:
    """Keep safe lines; of a printed stack keep the class of the exception and the innermost places."""
    places: list[str] | None = None  # None: not in a stack

    def keep(given: str) -> str | None:
        nonlocal places
        if SAFE_LINE.fullmatch(given):
            return given
        if given == STACK_START:
            places = []
        elif places is None:
            return None
        elif found := STACK_PLACE.match(given):
            places.append(f"{short(found[1])}:{found[2]} in {found[3]}")
        elif not given.startswith(" ") and (end := STACK_END.match(given)):
            text = " < ".join([end[1], *reversed(places[-PLACES:])])
            places = None
            return line("ERROR", process, f"stopped by [{text}]")
        return None

    return keep
