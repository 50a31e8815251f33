"""What agents of another helpdesk read, from `wording.yml`."""

from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("wording.yml")


def wording(key: str, language: str, **values: object) -> str:
    """Return the sentence *key*, else `other`, in *language* with its {places} filled."""
    sentences = _all()[language]
    return sentences.get(key, sentences["other"]).format(**values)


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found
