"""Hours and parts of a day in canonical text: "after 5", "3-4 pm", "early morning", "at 3:20"."""

import re
from dataclasses import dataclass
from datetime import time

PARTS = {  # local times; the end is not included
    "early morning": (time(5), time(9, 30)),
    "late morning": (time(10), time(12)),
    "morning": (time(5), time(12)),
    "noon": (time(11, 30), time(13, 30)),
    "early afternoon": (time(12), time(15)),
    "late afternoon": (time(15), time(18)),
    "afternoon": (time(12), time(17)),
    "early evening": (time(17), time(19)),
    "late evening": (time(19), time.max),
    "evening": (time(17), time.max),
    "tonight": (time(17), time.max),
    "after_work": (time(17), time.max),
    "after_school": (time(15), time.max),
    "before_work": (time(5), time(9)),
    "midnight": (time(23), time.max),
}
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?(?: (am|pm))?(?: oclock)?(?!\d|[/:.]\d| (?:days|weeks|months))"
_BETWEEN = re.compile(rf"(?:\b(?:between|from|the) )?(?<![\d/.:]){_CLOCK} ?(?:-|to|until|till|and|or|a) ?{_CLOCK}")
_AFTER = re.compile(
    rf"\b(?:after|from|past|later than|since|starting(?: at)?|no earlier than|not before) (?:at )?{_CLOCK}"
)
_BEFORE = re.compile(rf"\b(?:before|by|until|till|no later than|not after|earlier than) (?:at )?{_CLOCK}")
_NEAR = re.compile(rf"\b(?:at|around|about|near|@|like|circa|~) ?(?:at |about |around )?{_CLOCK}|@ ?{_CLOCK}")
_BARE = re.compile(r"(?<![\d/.:-])(\d{1,2})(?:(?:[:.](\d{2}))(?: (am|pm))?| (am|pm)| oclock)(?!\d|[/.]\d)")
_LEFT = re.compile(r"\|\s*(?:or )?(\d{1,2})\b(?! ?[/.-] ?\d)")
_OF_PART = re.compile(
    r"(?<![\d/.:-])(\d{1,2})(?:[:.](\d{2}))? (?:in the |at |of )?(?:early |late )?(?:morning|afternoon|evening|"
    r"tonight)\b"
)
_PART = re.compile(r"\b(" + "|".join(PARTS) + r")\b")
_LOOSE = {"early": "early morning", "late": "late afternoon", "later": "", "temprano": "early morning"}
_FIRST_EVENING_HOUR = 7  # without am or pm, 1 to 6 are the afternoon, 8 to 11 the morning


@dataclass(frozen=True)
class Hours:
    """A part of a day in local time: from *earliest* until before *latest*, or as close to *near* as can be."""

    earliest: time | None = None
    latest: time | None = None
    near: time | None = None

    def __bool__(self) -> bool:
        return any((self.earliest, self.latest, self.near))


def read_hours(text: str) -> list[Hours]:
    """Return what *text* says about the hour: nothing, one reading, or two when "7" may be morning or evening."""
    part = _PART.search(text)
    name = part[1] if part else None
    if (found := _BETWEEN.search(text)) and (hours := _range(found, name)):
        return [hours]
    if found := _AFTER.search(text):
        at = _clock(found[1], found[2], found[3], name)
        limit = _BEFORE.search(text)
        until = _clock(limit[1], limit[2], limit[3], name) if limit else None
        return _kept(Hours(earliest=at, latest=until))
    if found := _BEFORE.search(text):
        return _kept(Hours(latest=_clock(found[1], found[2], found[3], name)))
    if found := _NEAR.search(text) or _OF_PART.search(text) or _BARE.search(text) or _LEFT.search(text):
        return _near(found, name)
    if name:
        return [Hours(*PARTS[name])]
    loose = next((word for word in _LOOSE if re.search(rf"\b{word}\b", text)), None)
    return [Hours(*PARTS[_LOOSE[loose]])] if loose and _LOOSE[loose] else []


def _kept(hours: Hours) -> list[Hours]:
    return [hours] if hours else []


def _range(found: re.Match[str], part: str | None) -> Hours | None:
    """Read "3-4", "11 to 1pm", "9am-11": an end that says nothing takes after the other."""
    first_half, second_half = found[3], found[6]
    end = _clock(found[4], found[5], second_half, part)
    start = _clock(found[1], found[2], first_half or (second_half if not part else None), part)
    if start and end and not start < end:
        start = _clock(found[1], found[2], first_half or "am", None)
        end = end if start and start < end else _clock(found[4], found[5], "pm", None)
    return Hours(earliest=start, latest=end) if start and end and start < end else None


def _near(found: re.Match[str], part: str | None) -> list[Hours]:
    groups = [group for group in found.groups() if group]
    hour, minute = groups[0], next((group for group in groups[1:] if group.isdigit()), None)
    half = next((group for group in groups[1:] if group in ("am", "pm")), None)
    at = _clock(hour, minute, half, part)
    if at is None:
        return []
    if int(hour) == _FIRST_EVENING_HOUR and not half and not part:
        return [Hours(near=at.replace(hour=7)), Hours(near=at.replace(hour=19))]
    return [Hours(near=at)]


def _clock(hour_text: str, minute_text: str | None, half: str | None, part: str | None) -> time | None:
    """Return the time of day that is meant; without am or pm it is by day."""
    hour, minute = int(hour_text), int(minute_text or 0)
    if hour > 23 or minute > 59 or (hour == 0 and not minute_text):
        return None
    if hour > 12 or hour == 0:
        return time(hour, minute)
    if not half and part:
        half = "am" if "morning" in part or part == "before_work" else "pm"
    if not half:
        half = "am" if _FIRST_EVENING_HOUR < hour < 12 else "pm"
    return time(hour % 12 + (12 if half == "pm" else 0), minute)
