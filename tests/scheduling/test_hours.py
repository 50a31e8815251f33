"""Opening rules to instants, on the days when clocks change."""

import itertools
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfoNotFoundError

import pytest

from frontdoor.scheduling.hours import instant, openings, read_rules
from frontdoor.scheduling.zones import zone

HALF_HOUR = timedelta(minutes=30)
EVERY_DAY = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))


def starts(zone_name: str, day: date, span: str, minutes: int = 30) -> list[datetime]:
    """Return the starts of a rule on one day."""
    rules = read_rules({name: [span] for name in EVERY_DAY})
    length = timedelta(minutes=minutes)
    return [start for start, _ in openings(rules, zone(zone_name), day, day, length=length, step=length)]


@pytest.mark.parametrize(
    ("zone_name", "day", "count"),
    [
        ("America/New_York", date(2026, 11, 23), 12),
        ("America/New_York", date(2027, 3, 14), 10),
        ("America/New_York", date(2026, 11, 1), 14),
        ("Europe/London", date(2027, 3, 28), 10),
        ("Europe/London", date(2026, 10, 25), 14),
        ("Australia/Lord_Howe", date(2026, 10, 4), 11),
        ("Australia/Lord_Howe", date(2026, 4, 5), 13),
        ("America/Vancouver", date(2026, 3, 8), 10),
        ("America/Vancouver", date(2026, 11, 1), 12),  # stays on summer time for good
        ("America/Vancouver", date(2027, 3, 14), 12),
    ],
)
def test_a_night_has_as_many_openings_as_hours(zone_name: str, day: date, count: int) -> None:
    """From midnight to six there are twelve half hours, two less in spring, two more in autumn."""
    found = starts(zone_name, day, "00:00-06:00")
    assert len(found) == count
    assert len(set(found)) == count
    assert {later - earlier for earlier, later in itertools.pairwise(found)} == {HALF_HOUR}


@pytest.mark.parametrize(
    ("zone_name", "day", "wall", "expected"),
    [
        ("America/New_York", date(2026, 11, 23), time(9), "2026-11-23T14:00"),
        ("America/New_York", date(2026, 7, 1), time(9), "2026-07-01T13:00"),
        ("America/New_York", date(2027, 3, 14), time(2, 30), "2027-03-14T07:30"),  # does not exist: 03:30 EDT
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30"),  # exists twice: the earlier
        ("America/New_York", date(2026, 11, 23), time(23, 30), "2026-11-24T04:30"),  # the next day in UTC
        ("America/Vancouver", date(2026, 12, 1), time(9), "2026-12-01T16:00"),  # -07:00 all year now
        ("Australia/Lord_Howe", date(2026, 12, 1), time(9), "2026-11-30T22:00"),
    ],
)
def test_wall_time_to_instant(zone_name: str, day: date, wall: time, expected: str) -> None:
    """The clock on the wall means one instant."""
    at = datetime.fromisoformat(expected).replace(tzinfo=timezone.utc)
    assert instant(day, wall, zone(zone_name)) == at


def test_local_times_stay_the_same_across_a_clock_change() -> None:
    """Nine o'clock is nine o'clock in both weeks."""
    rules = read_rules({"monday": ["09:00-10:00"]})
    found = openings(
        rules, zone("America/New_York"), date(2026, 10, 26), date(2026, 11, 2), length=HALF_HOUR, step=HALF_HOUR
    )
    local = [start.astimezone(zone("America/New_York")).time() for start, _ in found]
    assert local == [time(9), time(9, 30)] * 2
    assert [start.hour for start, _ in found] == [13, 13, 14, 14]


def test_a_span_over_midnight_belongs_to_the_day_it_starts() -> None:
    """22:00-02:00 of the 23rd ends on the 24th."""
    found = starts("America/New_York", date(2026, 11, 23), "22:00-02:00", minutes=60)
    assert [f"{start:%d %H}" for start in found] == ["24 03", "24 04", "24 05", "24 06"]


def test_breaks_closed_days_and_what_does_not_fit() -> None:
    """Nothing in the break, nothing on a closed day, no opening that would end after closing."""
    rules = read_rules({"monday": ["09:00-10:15", "11:00-11:30"], "tuesday": ["09:00-10:00"]})
    found = openings(
        rules,
        zone("UTC"),
        date(2026, 11, 23),
        date(2026, 11, 24),
        length=HALF_HOUR,
        step=timedelta(minutes=20),
        closed=frozenset({date(2026, 11, 24)}),
    )
    assert [f"{start:%H:%M}" for start, _ in found] == ["09:00", "09:20", "09:40", "11:00"]


@pytest.mark.parametrize("table", [{"someday": []}, {"monday": ["9-17"]}, {"monday": ["25:00-26:00"]}])
def test_bad_rules_are_named(table: dict[str, list[str]]) -> None:
    """A rule that cannot be read is an error, not a closed clinic."""
    with pytest.raises(ValueError, match=r"monday|someday"):
        read_rules(table)


@pytest.mark.parametrize("name", ["Nowhere/Land", "../../etc/passwd", "", "America/", "America"])
def test_unknown_zones_are_not_found(name: str) -> None:
    """No zone, no file outside the package."""
    with pytest.raises(ZoneInfoNotFoundError):
        zone(name)
