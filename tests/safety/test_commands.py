"""`frontdoor screen` speaks JSON, one object a line."""

import argparse
import io
import json

import pytest

from frontdoor.safety.commands import add_to


def run(arguments: list[str]) -> int:
    """Run one command line of this concern."""
    parser = argparse.ArgumentParser()
    add_to(parser.add_subparsers())
    args = parser.parse_args(arguments)
    return int(args.run(args))


def test_one_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict of the argument."""
    assert run(["screen", "i cant breathe"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "level": "emergency",
        "category": "breathing",
        "rule": "en.breathing.cannot-breathe",
        "language": "en",
    }


def test_many_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, blank lines too, in the language told."""
    monkeypatch.setattr("sys.stdin", io.StringIO("hola\n\nno puedo respirar\n"))
    assert run(["screen", "--lines", "--language", "es"]) == 0
    verdicts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [v["level"] for v in verdicts] == ["none", "none", "emergency"]
    assert {v["language"] for v in verdicts} == {"es"}


def test_no_text_is_a_mistake() -> None:
    """Neither a text nor --lines."""
    assert run(["screen"]) == 2


def test_the_report_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Figures of one part."""
    assert run(["safety", "report", "--part", "held_out"]) == 0
    assert "hard negatives blocked" in capsys.readouterr().out
