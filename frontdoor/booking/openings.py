"""Which openings to offer, and which of the offered ones a patient means. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdoor.booking import picked
from frontdoor.booking.fold import fold, words
from frontdoor.booking.when import Choice, Window, read
from frontdoor.booking.when_hours import Hours, read_hours
from frontdoor.booking.when_words import canonical
from frontdoor.scheduling.model import Opening

OFFERED = 4
FEWEST = 3
APART = timedelta(minutes=60)


def spread(found: Sequence[Opening], window: Window | None, zone: ZoneInfo, *, count: int = OFFERED) -> list[Opening]:
    """Choose up to *count* of *found*: near the hour asked for, or the first of all, else over days and hours.

    No two at the same instant; clinicians take turns where several are free. Earliest first.
    """
    single = _one_per_start(found)
    if window and window.near:
        near = sorted(single, key=lambda one: (_distance(one, window, zone), one.start))[:count]
        return sorted(near, key=lambda one: one.start)
    chosen = single[:2] if window and window.asap else _one_a_day(single, zone, count)
    for apart in (APART * 2, APART, timedelta(0)):
        for one in single:
            if (
                len(chosen) < count
                and one not in chosen
                and all(abs(one.start - other.start) >= apart for other in chosen)
            ):
                chosen.append(one)
    return sorted(chosen, key=lambda one: one.start)


def _one_a_day(single: list[Opening], zone: ZoneInfo, count: int) -> list[Opening]:
    """Choose one opening of each day, early on the first, later in the day on those after it."""
    days: dict[date, list[Opening]] = {}
    for one in single:
        days.setdefault(one.start.astimezone(zone).date(), []).append(one)
    chosen = list(days.values())[:count]
    return [day[number * len(day) // len(chosen)] for number, day in enumerate(chosen)]


def _one_per_start(found: Sequence[Opening]) -> list[Opening]:
    """Keep one clinician at each instant, the one kept least often so far."""
    kept: list[Opening] = []
    for start in sorted({one.start for one in found}):
        here = [one for one in found if one.start == start]
        kept.append(
            min(
                here,
                key=lambda one: (sum(k.practitioner_id == one.practitioner_id for k in kept), one.practitioner_name),
            )
        )
    return kept


def is_near(found: Sequence[Opening], window: Window | None, zone: ZoneInfo) -> bool:
    """Tell whether one of *found* is within an hour of the hour that was asked for, if one was."""
    if window is None or window.near is None:
        return True
    return any(_distance(one, window, zone) <= APART.total_seconds() for one in found)


def _distance(one: Opening, window: Window, zone: ZoneInfo) -> float:
    assert window.near
    local = one.start.astimezone(zone)
    wanted = local.replace(hour=window.near.hour, minute=window.near.minute)
    return abs((local - wanted).total_seconds())


def meant(text: str, offered: Sequence[Opening], now: datetime, zone: ZoneInfo, language: str) -> list[Opening]:
    """Return the offered openings that *text* may mean: one is a choice, several need asking."""
    plain = picked.bare(text)
    if (number := picked.number(plain)) is not None:
        return [offered[number - 1]] if 1 <= number <= len(offered) else []
    if picked.is_any(plain) and offered:
        return [offered[0]]
    if days := _on_weekdays(text, offered, zone):
        return days
    at = read(re.sub(r"\bones?\b", " ", fold(text)), now, zone, language)
    dated = _dated(at, offered, zone) if at is not None else []
    if (dated and len(dated) < len(offered)) or len(dated) == 1:
        return dated
    if position := _position(plain, len(offered)):
        return [offered[position - 1]]
    return _with_clinician(text, offered)


def _on_weekdays(text: str, offered: Sequence[Opening], zone: ZoneInfo) -> list[Opening]:
    """Return those on the weekday that is named that is named without a date: "the tuesday one", "tuesday at 3"."""
    plain = canonical(re.sub(r"\bones?\b", " ", fold(text)))
    named = {int(number) for number in re.findall(r"\bwds?(\d)\b", plain)}
    if not named or re.search(r"mo\d|\bnext\b|\bsecond\b|\d/\d|\bnot\b|week", plain):
        return []
    there = [one for one in offered if one.start.astimezone(zone).weekday() in named]
    hours = read_hours(re.sub(r"\bwds?\d\b", " | ", plain))
    fit = [one for one in there if any(_in_hours(one.start.astimezone(zone).time(), part) for part in hours)]
    return fit if hours else there


def _in_hours(at: time, part: Hours) -> bool:
    if part.near:
        return at == part.near or (part.near.minute == 0 and at.hour == part.near.hour)
    return (part.earliest or time.min) <= at < (part.latest or time.max)


_TIMED = re.compile(  # a day or hour is named: "first" belongs to it, not to the list
    r"\bweeks?\b|\bmonths?\b|\byear\b|\bsemana\b|\bmes\b|\bano\b|\bmo\d|\bwds?\d|\b(?:today|tomorrow|overmorrow)\b|"
    r"\bthing\b|\bhora\b|\bat \d|\d:\d\d|\d [ap]m\b"
)


def _position(plain: str, count: int) -> int | None:
    return None if _TIMED.search(canonical(plain)) else picked.position(plain, count)


def _dated(at: object, offered: Sequence[Opening], zone: ZoneInfo) -> list[Opening]:
    options = at.options if isinstance(at, Choice) else (at,) if isinstance(at, Window) else ()
    fit: list[Opening] = []
    for window in options:
        if window.asap:
            continue
        inside = [one for one in offered if window.allows(one.start, zone)]
        fit += [one for one in inside if one not in fit and (not window.near or _at(one, window, zone))]
    exact = [one for one in fit if any(w.near and w.near == one.start.astimezone(zone).time() for w in options)]
    return exact or fit


def _at(one: Opening, window: Window, zone: ZoneInfo) -> bool:
    """Tell whether an opening is at the hour asked for: "3:20" is exact, "3" is any time from 3 to 4."""
    assert window.near
    local = one.start.astimezone(zone).time()
    return local == window.near or (window.near.minute == 0 and local.hour == window.near.hour)


def _with_clinician(text: str, offered: Sequence[Opening]) -> list[Opening]:
    typed = {word for word in words(text) if len(word) > 2} - {"doctor", "doctora", "the", "one", "with", "con"}
    return [one for one in offered if typed & {word for word in words(one.practitioner_name) if len(word) > 2}]
