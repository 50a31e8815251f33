"""When a patient wants to come: a small grammar, English and Spanish mixed as people mix them.

    >>> read("next tuesday afternoon", now, zone, "en")
    Choice((Window(Nov 24, afternoon), Window(Dec 1, afternoon)))

Nothing here reads a clock; days are counted in the *zone* that is given.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from frontdoor.booking.when_days import FAR_DAYS, Days, read_days
from frontdoor.booking.when_hours import Hours, read_hours
from frontdoor.booking.when_words import canonical

ANYTIME_DAYS = 30  # how far "any time" looks


@dataclass(frozen=True)
class Window:
    """Days (both ends included) and the part of each day, all local to the zone that was given.

    *latest* is not included; *near* is the time of day to be close to; *asap* asks for the earliest of all.
    """

    first: date
    last: date
    weekdays: frozenset[int] | None = None
    earliest: time | None = None
    latest: time | None = None
    near: time | None = None
    asap: bool = False

    def allows(self, start: datetime, zone: ZoneInfo) -> bool:
        """Tell whether an opening that starts at the instant *start* lies inside."""
        local = start.astimezone(zone)
        return (
            self.first <= local.date() <= self.last
            and (self.weekdays is None or local.weekday() in self.weekdays)
            and (self.earliest is None or local.time() >= self.earliest)
            and (self.latest is None or local.time() < self.latest)
        )

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the first instant and the end (not included) as UTC."""
        start = datetime.combine(self.first, self.earliest or time.min, zone)
        end = datetime.combine(self.last, self.latest, zone) if self.latest else _midnight_after(self.last, zone)
        return start.astimezone(timezone.utc), max(end, start).astimezone(timezone.utc)


@dataclass(frozen=True)
class Choice:
    """Several readings are right; the patient says which."""

    options: tuple[Window, ...] = field(default=())


@dataclass(frozen=True)
class Past:
    """What was asked for is over."""


Reading = Window | Choice | Past | None  # None: no time in it


def read(text: str, now: datetime, zone: ZoneInfo, language: str = "en") -> Reading:
    """Return when the patient wants to come. *now* is an aware instant; never raises for any *text*."""
    today = now.astimezone(zone).date()
    plain = canonical(text)
    days, rest = read_days(plain, today, day_first=language == "es")
    hours = read_hours(rest)
    if not days and not hours:
        return _general(plain, today)
    if not days:
        days = _days_for(plain, hours, today)
    asap = bool(re.search(r"\basap\b", plain))
    windows = [_window(one, part, asap) for one in days for part in hours or [Hours()]]
    return _settled(windows, now, zone)


def _general(plain: str, today: date) -> Reading:
    if re.search(r"\basap\b", plain):
        return Window(today, today + timedelta(days=ANYTIME_DAYS), asap=True)
    if re.search(r"\bwhenever\b", plain):
        return Window(today, today + timedelta(days=ANYTIME_DAYS))
    return None


def _days_for(plain: str, hours: list[Hours], today: date) -> list[Days]:
    """An hour without a day is meant for the days to come; "at 3" alone too."""
    return [Days(today, today + timedelta(days=ANYTIME_DAYS if re.search(r"\b(?:whenever|asap)\b", plain) else 13))]


def _window(days: Days, hours: Hours, asap: bool) -> Window:
    return Window(days.first, days.last, days.weekdays, hours.earliest, hours.latest, hours.near, asap)


def _settled(windows: list[Window], now: datetime, zone: ZoneInfo) -> Reading:
    """Drop what is over, cut what has begun, and see whether one reading is left."""
    today = now.astimezone(zone).date()
    horizon = today + timedelta(days=FAR_DAYS)
    ahead = [_from_today(window, today) for window in windows if window.last >= today]
    left = list(dict.fromkeys(window for window in ahead if _is_open(window, now, zone) and window.first <= horizon))
    if not left:
        return Past()
    return left[0] if len(left) == 1 else Choice(tuple(left[:3]))


def _from_today(window: Window, today: date) -> Window:
    if window.first >= today:
        return window
    return Window(today, window.last, window.weekdays, window.earliest, window.latest, window.near, window.asap)


def _is_open(window: Window, now: datetime, zone: ZoneInfo) -> bool:
    if window.weekdays is not None and not window.weekdays:
        return False
    end = window.span(zone)[1]
    if window.near and window.first == window.last:
        end = min(end, datetime.combine(window.last, window.near, zone) + timedelta(minutes=1))
    return end > now


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1) if day < date.max else day, time.min, zone)
