"""The sentences that staff see, from `texts/<language>*.yml`: the same for server pages and the desk page."""

from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "es")


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> dict[str, str]:
    """Return all sentences in *language*, else in English."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"{name}*.yml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def preferred(accept_language: str) -> str:
    """Return the first of a browser's languages that we have, else English."""
    for part in accept_language.lower().split(","):
        language = part.strip()[:2]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
