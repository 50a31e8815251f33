"""Local times as people say them, in each language."""

from datetime import datetime, time

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}


def weekday(number: int, language: str) -> str:
    """Return the name of a day; Monday is 0."""
    return _DAYS.get(language, _DAYS["en"])[number]


def clock(at: time, language: str) -> str:
    """Return "8:00 AM" or "8:00"."""
    if language == "es":
        return f"{at.hour}:{at.minute:02}"
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def moment(at: datetime, language: str) -> str:
    """Return "on Tuesday at 8:00 AM EST" for a local time within the next weeks."""
    day, hour, zone = weekday(at.weekday(), language), clock(at.time(), language), at.tzname() or ""
    if language == "es":
        return f"el {day} a las {hour} {zone}".strip()
    return f"on {day} at {hour} {zone}".strip()
