"""Time zones by the `tzdata` package: the operating system's copy may be years old, this one is in our lock."""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA *name* such as "America/New_York".

    Raises:
        ZoneInfoNotFoundError: There is no such zone.
    """
    parts = name.split("/")
    if not all(part and part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in parts):
        raise ZoneInfoNotFoundError(f"No time zone {name!r}.")
    found = resources.files("tzdata.zoneinfo").joinpath(name)
    if not found.is_file():
        raise ZoneInfoNotFoundError(f"No time zone {name!r}.")
    with found.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
