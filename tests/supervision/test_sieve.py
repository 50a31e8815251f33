"""The sieve: what of a process's output gets into its log."""

import pytest

from frontdoor.supervision.sieve import postgres_sieve, python_sieve

SAFE = "2026-11-23T09:11:02.123Z WARNING gateway frontdoor.gateway.app: a turn was slow"
STACK = """Traceback (most recent call last):
  File "/srv/app/.venv/lib/python3.10/site-packages/rasa/core/run.py", line 12, in serve
    text = "ZQXSENTINEL"
  File "/srv/app/frontdoor/assistant/channel.py", line 40, in receive
    raise ValueError(text)
ValueError: ZQXSENTINEL my MRN""".splitlines()

POSTGRES = [
    ("about itself", "2026-11-23 09:17:01.093 UTC [10520] LOG:  database system is ready", "is ready"),
    ("fatal", "2026-11-23 09:17:01.093 UTC [7] FATAL:  lock file exists", "ERROR postgres postgres: lock file"),
    ("a statement's error", '2026-11-23 09:17:01.093 UTC [7] ERROR:  invalid input: "ZQXSENTINEL"', None),
    ("a detail", "DETAIL:  Key (text)=(ZQXSENTINEL) already exists.", None),
]


def test_safe_line_passes_and_anything_else_does_not() -> None:
    """A line in our own form passes; what a library prints does not."""
    keep = python_sieve("rasa")
    assert keep(SAFE) == SAFE
    assert keep("UserWarning: Failed to parse arguments in line '/ZQXSENTINEL'") is None
    assert keep("  something indented") is None


def test_printed_stack_becomes_one_line_without_its_text() -> None:
    """A dying process says where it died, not with which words."""
    keep = python_sieve("rasa")
    kept = [line for line in map(keep, STACK) if line]
    assert len(kept) == 1
    assert kept[0].endswith(
        "rasa: stopped by [ValueError < frontdoor/assistant/channel.py:40 in receive < rasa/core/run.py:12 in serve]"
    )
    assert keep("ValueError: ZQXSENTINEL again") is None


@pytest.mark.parametrize(("given", "kept"), [case[1:] for case in POSTGRES], ids=[case[0] for case in POSTGRES])
def test_postgres_line(given: str, kept: str | None) -> None:
    """PostgreSQL's words about itself stay; those about statements go."""
    line = postgres_sieve()(given)
    assert (kept is None and line is None) or (kept is not None and line is not None and kept in line)
