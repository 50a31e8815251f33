"""The sentences that the product itself says to patients, from `wording/<language>.yml`."""

from functools import lru_cache
from pathlib import Path

import yaml

from frontdoor.clinic import Clinic

FOLDER = Path(__file__).parent / "wording"
LANGUAGES = ("en", "es")


def wording(key: str, language: str, **values: object) -> str:
    """Return sentence *key* in *language* (else English), with *values* filled in."""
    sentences = _sentences(language if language in LANGUAGES else "en")
    return sentences[key].format(**values)


def facts(clinic: Clinic, emergency: str) -> dict[str, str]:
    """Return what most sentences need."""
    return {"phone": clinic.phone, "emergency": emergency, "clinic": clinic.name}


@lru_cache(maxsize=len(LANGUAGES))
def _sentences(language: str) -> dict[str, str]:
    return dict(yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8")))
