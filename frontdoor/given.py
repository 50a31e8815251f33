"""Text values, from a file of NAME=value lines or from anywhere, and typed reading of them.

Every refusal names the variable, or the line.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

SECRET_LEAST_CHARS = 16  # 32 are asked for; who runs on fewer, short of guessable, is not stopped by an update
TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the message names the variable and says what it takes."""


class Given:
    """What was given, by name; each method takes the default and what is allowed."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str) -> str:
        return self.values.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        given = self.text(name, "")
        if given and len(given) < SECRET_LEAST_CHARS:
            raise SettingsError(f"{name} takes at least {SECRET_LEAST_CHARS} random characters, or nothing.")
        return given

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        given = self.text(name, str(default))
        if not given.isdecimal() or not least <= int(given) <= most:
            raise SettingsError(f"{name} takes a whole number from {least} to {most}, not {given!r}.")
        return int(given)

    def rising(self, name: str, default: str, *, most: int) -> tuple[int, ...]:
        given = self.values.get(name, default).split()
        if len(given) > most or not all(one.isdecimal() for one in given):
            raise SettingsError(f"{name} takes up to {most} whole numbers with blanks between them.")
        return tuple(sorted(int(one) for one in given))

    def limits(self, name: str, defaults: Mapping[str, int]) -> dict[str, int]:
        found = dict(defaults)
        for part in self.values.get(name, "").split():
            action, _, times = part.partition(":")
            if action not in defaults or not times.isdecimal() or not 1 <= int(times) <= 100_000:
                raise SettingsError(f"{name} takes action:times with blanks between; actions: {', '.join(defaults)}.")
            found[action] = int(times)
        return found

    def port(self, name: str, default: int) -> int:
        return self.whole(name, default, 1, 65_535)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        given = self.text(name, default)
        if given not in allowed:
            raise SettingsError(f"{name} takes one of {', '.join(allowed)}, not {given!r}.")
        return given

    def flag(self, name: str, default: bool) -> bool:
        given = self.text(name, "1" if default else "0").lower()
        if given not in TRUE | FALSE:
            raise SettingsError(f"{name} takes yes or no, not {given!r}.")
        return given in TRUE

    def url(self, name: str, default: str) -> str:
        given = self.text(name, default).rstrip("/")
        if not given.startswith(("http://", "https://")):
            raise SettingsError(f"{name} takes an address that starts with http:// or https://.")
        return given

    def database(self, name: str) -> str | None:
        given = self.text(name, "")
        if given and not (given.startswith(("postgresql://", "postgres://")) and _has_a_good_port(given)):
            raise SettingsError(f"{name} takes a PostgreSQL address: postgresql://user@host:5432/name.")
        return given or None


def read_dotenv(path: Path | None) -> dict[str, str]:
    """Read NAME=value lines; blank lines and # comments are skipped, quotes around a value are taken off."""
    if path is None or not path.is_file():
        return {}
    pairs = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8 text.") from None
    for number, line in enumerate(lines, 1):
        line = line.strip().removeprefix("export ")  # as a shell would read it
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise SettingsError(f"{path.name}, line {number}: expected NAME=value.")
        pairs[name.strip()] = value.strip().strip("\"'")
    return pairs


def _has_a_good_port(address: str) -> bool:
    with contextlib.suppress(ValueError):
        return urlsplit(address).port != 0
    return False
