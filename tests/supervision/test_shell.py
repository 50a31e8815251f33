"""`frontdoor shell` in a real terminal: an answer, an emergency, a person, openings, and a quiet end."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

import psutil
import pytest

from frontdoor.settings import ROOT
from tests.product import READY_SECONDS, STOP_SECONDS, Product, lend

pytestmark = pytest.mark.product

ROWS, COLUMNS = 60, 250  # wide: no sentence is broken
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
UP, ENTER = "\x1b[A", "\r"
OWN_WORDS = "Type out your own message"  # the last choice of every menu
PROMPT = "Your input"


class Terminal:
    """A terminal with a program in it."""

    def __init__(self, product: Product) -> None:
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.program = subprocess.Popen(
            [sys.executable, "-m", "frontdoor", "shell"], cwd=ROOT, env={**product.environment, "TERM": "xterm"},
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def type(self, keys: str) -> None:
        """Press *keys*; what was shown until now does not count for `see`."""
        self.shown = ""
        os.write(self.ours, keys.encode())

    def see(self, *words: str, seconds: float = READY_SECONDS) -> None:
        """Wait until all *words* were shown."""
        deadline = time.monotonic() + seconds
        while not all(one in CONTROL.sub("", self.shown) for one in words):
            assert time.monotonic() < deadline, f"not shown: {words}\n{self.shown}"
            assert self._read(0.5) or self.program.poll() is None, f"ended before {words}\n{self.shown}"

    def end(self) -> int:
        """Wait for the end, reading what is still said; return the exit code."""
        deadline = time.monotonic() + STOP_SECONDS
        while self.program.poll() is None:
            assert time.monotonic() < deadline, f"did not end\n{self.shown}"
            self._read(0.2)
        return self.program.wait()

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.ours], [], [], seconds)
        try:
            given = os.read(self.ours, 65536) if ready else b""
        except OSError:  # Linux says so when the other side is closed
            given = b""
        self.shown += given.decode("utf-8", "replace")
        return bool(given)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    product = Product()
    lend(product.data_dir)
    terminal = Terminal(product)
    yield terminal
    if terminal.program.poll() is None:
        for process in (*psutil.Process(terminal.program.pid).children(recursive=True), terminal.program):
            process.kill()
        terminal.program.wait()
    os.close(terminal.ours)
    shutil.rmtree(product.data_dir, ignore_errors=True)


def test_the_main_things_can_be_tried_in_a_terminal(terminal: Terminal) -> None:
    """Education, emergency, handoff and booking answer as in the chat; the log is not between them."""
    terminal.see("Bot loaded", PROMPT)
    assert "INFO" not in terminal.shown
    assert "Warning: " not in terminal.shown
    terminal.type("what helps with the flu?" + ENTER)
    terminal.see("I am a bot, not a person", "Source: MedlinePlus", OWN_WORDS)
    terminal.type(UP + ENTER)
    terminal.see(PROMPT)
    terminal.type("my chest hurts and i cant breathe" + ENTER)
    terminal.see("Call 911 now", '"reason": "emergency"', PROMPT)
    terminal.type("talk to a human" + ENTER)
    terminal.see('"reason": "asked"', PROMPT)
    terminal.type("i want to book a visit" + ENTER)
    terminal.see("What kind of visit would you like?", OWN_WORDS)
    terminal.type(ENTER)  # the first: primary care
    terminal.see("When would you like to come?", OWN_WORDS)
    terminal.type(ENTER)  # as soon as possible
    terminal.see('/inform{"opening_id":', OWN_WORDS)
    terminal.type(UP + ENTER)
    terminal.see(PROMPT)
    terminal.type("/stop" + ENTER)
    assert terminal.end() == 0
