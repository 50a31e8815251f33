"""Log lines: readable, and without a word of a patient."""

import json
import logging
import os
import subprocess
import sys

import pytest

from frontdoor.logs import SAFE_LINE
from frontdoor.settings import ROOT

SENTINEL = "ZQXSENTINEL my MRN is 555-12-3456"

RECORDS = [  # what is logged, and what of it has to stay
    (
        "own message",
        "logging.getLogger('frontdoor.gateway').warning('turn %s took %.1f s', 7, 2.5)",
        "turn 7 took 2.5 s",
    ),
    ("own dict argument", "logging.getLogger('actions.x').warning('%(n)s left', {'n': 3})", "3 left"),
    (
        "own, exception as argument",
        "logging.getLogger('frontdoor.x').error('no: %s', ValueError(TEXT))",
        "no: ValueError",
    ),
    ("own, exception as message", "logging.getLogger('frontdoor.x').error(ValueError(TEXT))", "ValueError"),
    ("own, with stack", "raising(logging.getLogger('frontdoor.x'))", "[ValueError < <string>:"),
    ("own, unfitting arguments", "logging.getLogger('frontdoor.x').error('%d', TEXT)", "do not fit"),
    ("own, many lines", "logging.getLogger('frontdoor.x').warning('one\\ntwo')", "one | two"),
    ("foreign message", "logging.getLogger('rasa.core').error(TEXT)", "rasa.core: (message withheld) at"),
    ("foreign argument", "logging.getLogger('sanic.error').warning('%s', TEXT)", "sanic.error: (message withheld) at"),
    ("foreign, with stack", "raising(logging.getLogger('rasa_sdk.executor'))", "[ValueError < <string>:"),
    ("foreign, in an except block", "in_except(logging.getLogger('rasa.core'))", "[ValueError < <string>:"),
    ("foreign, harmless", "logging.getLogger('rasa.core').info('Rasa server is up and running.')", "up and running."),
    ("foreign, harmless with more", "logging.getLogger('rasa').info('Starting worker [1] ' + TEXT)", ""),
    ("foreign, below warning", "logging.getLogger('rasa').info(TEXT)", ""),
    ("foreign, argument that raises", "logging.getLogger('rasa').error('%s', Bad())", "(message withheld)"),
    ("warning of the interpreter", "warnings.warn(TEXT)", "py.warnings: (message withheld)"),
    ("structured, with local variables", "structured()", "(message withheld)"),
]

PREPARED = """
import json, logging, warnings
TEXT = {text!r}
class Bad:
    def __str__(self): raise RuntimeError(TEXT)
def raising(log):
    try: raise ValueError(TEXT)
    except ValueError: log.exception('failed with %s', 'it')
def in_except(log):
    try: raise ValueError(TEXT)
    except ValueError: log.error(json.dumps(dict(event='x', exception=TEXT)))
def structured():
    from rasa.utils.log_utils import configure_structlog
    configure_structlog(logging.INFO)
    import structlog
    structlog.get_logger().error('x.failed', text=TEXT)
"""

WARNING = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}  # make silences them


@pytest.mark.parametrize(("statement", "kept"), [case[1:] for case in RECORDS], ids=[case[0] for case in RECORDS])
def test_record_is_safe_for_every_handler(statement: str, kept: str) -> None:
    """What matters is kept, what a patient wrote is not, also for handlers that a library adds."""
    program = PREPARED.format(text=SENTINEL) + (
        "from frontdoor import logs\nlogs.configure('gateway')\n"
        "import sys\nlogging.getLogger().addHandler(logging.StreamHandler(sys.stdout))\n" + statement
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, env=WARNING
    )
    assert done.returncode == 0, done.stderr
    assert "ZQXSENTINEL" not in done.stdout + done.stderr
    assert "555-12" not in done.stdout + done.stderr
    assert kept in done.stderr
    assert all(SAFE_LINE.fullmatch(line) for line in done.stderr.splitlines())
    assert done.stderr.count("\n") == (1 if kept else 0)


def test_rasa_gets_the_same_lines_from_its_configuration_file() -> None:
    """Rasa reads rasa_logging.yml, then installs handlers of its own: neither shows a text."""
    program = (
        "import logging, yaml, logging.config\n"
        "logging.config.dictConfig(yaml.safe_load(open('frontdoor/supervision/rasa_logging.yml')))\n"
        "import coloredlogs; coloredlogs.install(level=10)\n"
        f"logging.getLogger('rasa.core').error({json.dumps(SENTINEL)})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, env=WARNING
    )
    assert "ZQXSENTINEL" not in done.stdout + done.stderr
    assert [line for line in done.stderr.splitlines() if SAFE_LINE.fullmatch(line)]


def test_record_factory_is_ours_only_in_our_processes() -> None:
    """Importing the module changes nothing: tests and tools keep their own logging."""
    import frontdoor.logs

    assert logging.getLogRecordFactory() is not frontdoor.logs.safe_record


def _run(program: str) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-c", program]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, env=WARNING)
