"""From opening rules on the clock of the wall to instants. Pure.

A rule's two ends are turned into instants and the way between them is stepped in UTC, so that a day of 23 or 25
hours has as many openings as it really has. A wall time that does not exist (02:30 in spring) is the one an hour
later; one that exists twice (01:30 in autumn) is the earlier.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")


@dataclass(frozen=True)
class Rule:
    """Open from *start* to *end* on every *weekday* (Monday is 0); an *end* not after *start* is on the next day."""

    weekday: int
    start: time
    end: time


def read_rules(table: Mapping[str, Iterable[str]]) -> list[Rule]:
    """Read {"monday": ["09:00-12:00", "13:00-17:00"], …}.

    Raises:
        ValueError: A weekday or a span cannot be read; the message shows it.
    """
    rules = []
    for name, spans in table.items():
        if name not in WEEKDAYS:
            raise ValueError(f"{name!r} is no weekday.")
        for span in spans:
            match = SPAN.match(span)
            if not match:
                raise ValueError(f"{name}: {span!r} is not like 09:00-17:00.")
            hour, minute, end_hour, end_minute = map(int, match.groups())
            rules.append(Rule(WEEKDAYS.index(name), time(hour, minute), time(end_hour, end_minute)))
    return rules


def openings(
    rules: Iterable[Rule],
    zone: ZoneInfo,
    first: date,
    last: date,
    *,
    length: timedelta,
    step: timedelta,
    closed: frozenset[date] = frozenset(),
) -> list[tuple[datetime, datetime]]:
    """Return (start, end) in UTC of every opening that starts by a rule of the local days *first* to *last*."""
    found: set[tuple[datetime, datetime]] = set()
    day = first
    rules = list(rules)
    while day <= last:
        if day not in closed:
            for rule in rules:
                if rule.weekday == day.weekday():
                    found.update(_steps(rule, zone, day, length, step))
        day += timedelta(days=1)
    return sorted(found)


def _steps(
    rule: Rule, zone: ZoneInfo, day: date, length: timedelta, step: timedelta
) -> Iterable[tuple[datetime, datetime]]:
    start = instant(day, rule.start, zone)
    last_day = day if rule.end > rule.start else day + timedelta(days=1)
    end = instant(last_day, rule.end, zone)
    while start + length <= end:
        yield start, start + length
        start += step


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clock in *zone* shows *wall* on *day*."""
    return datetime.combine(day, wall, tzinfo=zone).astimezone(timezone.utc)
