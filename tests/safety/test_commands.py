"""`frontdoor screen` speaks JSON, one object a line."""

import argparse
import io
import json
from pathlib import Path

import pytest

from frontdoor.safety import training
from frontdoor.safety.commands import add_to
from frontdoor.safety.screen import load


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


def test_the_wait_for_a_training_is_said(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Once, as a warning: Python writes it to standard error where no log is kept. Standard output has the verdicts."""
    lessons = [training.Lesson(f"my chest is crushing me {word}", "cardiac") for word in ("now", "help")]
    lessons += [training.Lesson(f"i want to end it all {word}", "self_harm") for word in ("now", "help")]
    lessons += [training.Lesson(f"can you change my visit {word}", "ordinary") for word in ("now", "please")]
    monkeypatch.setattr(training, "lessons", lambda: lessons)
    monkeypatch.setenv("FRONTDOOR_DATA_DIR", str(tmp_path))
    load.cache_clear()
    try:
        assert [run(["screen", "i cant breathe"]) for _ in range(2)] == [0, 0]
    finally:
        load.cache_clear()
    out = capsys.readouterr().out
    assert [json.loads(line)["level"] for line in out.splitlines()] == ["emergency", "emergency"]
    said = [record.levelname for record in caplog.records if "training the learned head" in record.message]
    assert said == ["WARNING"]
