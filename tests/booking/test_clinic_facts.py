"""Which day, insurer or wish a question about the clinic names."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from actions.facts import asked_day
from actions.privacy import SAYS_STOP
from frontdoor.booking.fold import fold
from frontdoor.settings import ROOT

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("are you open on christmas", "en", date(2026, 12, 25)),
        ("¿abren en navidad?", "es", date(2026, 12, 25)),
        ("open new years day?", "en", date(2027, 1, 1)),
        ("are you open on thanksgiving", "en", date(2026, 11, 26)),
        ("¿abren el domingo?", "es", date(2026, 11, 29)),
        ("are you there tomorrow", "en", date(2026, 11, 24)),
        ("what are your hours", "en", None),
        ("are you open on weekends", "en", None),
    ],
)
def test_the_day_that_is_asked_about(text: str, language: str, expected: date | None) -> None:
    """A holiday of the clinic file by its name, else a day; a question without one names none."""
    assert asked_day(text, NOW, language) == expected


def test_every_known_way_to_stop_is_a_stop() -> None:
    """A patient who wants no messages is obeyed at once; "list" is asked about."""
    files = (Path(ROOT) / "data" / "nlu").glob("*/privacy_stop.yml")
    said = [
        line.removeprefix("- ")
        for file in files
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
    ]
    assert len(said) > 200
    assert [line for line in said if not SAYS_STOP.search(fold(line))] == []
    assert not SAYS_STOP.search("list")
