"""Dates and times as they are said, in English and Spanish, always with the zone's abbreviation."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from frontdoor.booking.when import Window

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip
_SHORT_CHARS = 3


def short(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return "Tue, Dec 1, 3:20 PM EST" or "mar 1 dic, 3:20 p. m. EST" for the instant *at*."""
    local = at.astimezone(zone)
    day = _DAYS[_known(language)][local.weekday()][:_SHORT_CHARS]
    month = _MONTHS[_known(language)][local.month - 1][:_SHORT_CHARS]
    dated = f"{day} {local.day} {month}" if language == "es" else f"{day}, {month} {local.day}"
    return f"{dated}, {clock(local.time(), language)} {local.tzname()}"


def full(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Return "Tuesday, December 1, 2026, 3:20 PM EST" for the instant *at*."""
    local = at.astimezone(zone)
    return f"{day_full(local.date(), language)}, {clock(local.time(), language)} {local.tzname()}"


def day_full(day: date, language: str) -> str:
    """Return "Tuesday, December 1, 2026" or "martes 1 de diciembre de 2026"."""
    return (
        f"{weekday(day.weekday(), language)} {dated(day, language)}"
        if language == "es"
        else f"{weekday(day.weekday(), language)}, {dated(day, language)}"
    )


def dated(day: date, language: str) -> str:
    """Return "December 1, 2026" or "1 de diciembre de 2026"."""
    month = _MONTHS[_known(language)][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{month} {day.day}, {day.year}"


def weekday(number: int, language: str) -> str:
    """Return the name of a day; Monday is 0."""
    return _DAYS[_known(language)][number]


def clock(at: time, language: str) -> str:
    """Return "3:20 PM" or "3:20 p. m."."""
    half = ("a. m." if at.hour < 12 else "p. m.") if language == "es" else ("AM" if at.hour < 12 else "PM")
    return f"{at.hour % 12 or 12}:{at.minute:02} {half}"


def window_title(window: Window, language: str) -> str:
    """Return a button's title for one reading of "when": "Tue, Nov 24" or "Sat, Nov 28 – Sun, Nov 29, 7:00 PM"."""
    days = _day(window.first, language)
    if window.last != window.first:
        days = f"{days} – {_day(window.last, language)}"
    return f"{days}, {clock(window.near, language)}" if window.near else days


def _day(day: date, language: str) -> str:
    name, month = (
        _DAYS[_known(language)][day.weekday()][:_SHORT_CHARS],
        _MONTHS[_known(language)][day.month - 1][:_SHORT_CHARS],
    )
    return f"{name} {day.day} {month}" if language == "es" else f"{name}, {month} {day.day}"


def _known(language: str) -> str:
    return language if language in _DAYS else "en"
