"""When: tables of what people type, in both languages, and what can never happen."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdoor.booking.when import Choice, Past, Reading, Window, read
from frontdoor.scheduling.zones import zone

NEW_YORK = zone("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)  # Monday, 10:00 in New York
WORDS = [
    "next",
    "this",
    "tuesday",
    "friday",
    "weekend",
    "tomorrow",
    "today",
    "afternoon",
    "morning",
    "after",
    "before",
    "between",
    "at",
    "3",
    "5pm",
    "12/3",
    "in",
    "two",
    "weeks",
    "december",
    "30",
    "el",
    "martes",
    "que",
    "viene",
    "mañana",
    "por",
    "la",
    "tarde",
    "próximo",
    "lunes",
    "de",
    "a",
    "las",
    "dentro",
    "de",
    "no",
    "not",
    "or",
    "and",
    "asap",
    "31/2",
    "0",
    "99",
]


def table(language: str) -> list[tuple[str, str]]:
    """Read the rows of one language: "next week => Mon1130-Sun1206"."""
    lines = Path(__file__).with_name(f"when_{language}.txt").read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split(" => ")) for line in lines if line and not line.startswith("#")]
    return rows  # type: ignore[return-value]


def shown(reading: Reading) -> str:
    """Write a reading as the tables do."""
    if isinstance(reading, Choice):
        return "CHOICE[" + " | ".join(shown(option) for option in reading.options) + "]"
    if not isinstance(reading, Window):
        return "Past()" if isinstance(reading, Past) else "None"
    text = f"{reading.first:%a%m%d}" + ("" if reading.last == reading.first else f"-{reading.last:%a%m%d}")
    if reading.weekdays is not None:
        text += " {" + ",".join(map(str, sorted(reading.weekdays))) + "}"
    if reading.earliest or reading.latest:
        ends = [f"{at:%H:%M}" if at else "None" for at in (reading.earliest, reading.latest)]
        text += " " + "-".join(ends)
    if reading.near:
        text += f" ~{reading.near:%H:%M}"
    return text + " asap" if reading.asap else text


@pytest.mark.parametrize(("text", "expected"), table("en"))
def test_english(text: str, expected: str) -> None:
    """Each English row is read as the table says."""
    assert shown(read(text, NOW, NEW_YORK, "en")) == expected


@pytest.mark.parametrize(("text", "expected"), table("es"))
def test_spanish(text: str, expected: str) -> None:
    """Each Spanish row is read as the table says."""
    assert shown(read(text, NOW, NEW_YORK, "es")) == expected


def test_the_tables_are_large_enough() -> None:
    """The tables are not thinned out unnoticed."""
    assert len(table("en")) >= 150
    assert len(table("es")) >= 100


def never_past(reading: Reading, now: datetime) -> None:
    for window in reading.options if isinstance(reading, Choice) else [reading] if isinstance(reading, Window) else []:
        assert window.first >= now.astimezone(NEW_YORK).date()
        assert window.first <= window.last
        assert window.span(NEW_YORK)[1] > now


@given(st.text(max_size=80), st.sampled_from(["en", "es"]))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_an_exception(text: str, language: str) -> None:
    """No text raises, no window lies in the past."""
    never_past(read(text, NOW, NEW_YORK, language), NOW)


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["en", "es"]),
)
@settings(max_examples=600, deadline=None)
def test_any_words_on_any_day_are_never_in_the_past(words: list[str], at: datetime, language: str) -> None:
    """Words of the grammar in any order, on any day and hour: no exception, nothing in the past."""
    now = at.replace(tzinfo=timezone.utc)
    never_past(read(" ".join(words), now, NEW_YORK, language), now)


def test_a_day_is_the_patients_day() -> None:
    """At 04:30 UTC it is still the evening before in New York, and tomorrow is counted from there."""
    late = datetime(2026, 11, 24, 4, 30, tzinfo=timezone.utc)
    found = read("tomorrow", late, NEW_YORK)
    assert isinstance(found, Window)
    assert found.first.isoformat() == "2026-11-24"


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 11, 1, tzinfo=timezone.utc), 25), (datetime(2027, 3, 14, tzinfo=timezone.utc), 23)],
)
def test_a_day_with_a_change_of_clocks_has_its_own_length(day: datetime, hours: int) -> None:
    """The span of a window follows the clock on the wall over a change of clocks."""
    start, end = Window(day.date(), day.date()).span(NEW_YORK)
    assert end - start == timedelta(hours=hours)
