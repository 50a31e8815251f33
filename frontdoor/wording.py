"""The sentences of `data/responses/`, for those who need one without Rasa: on a button, or inside another sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FIRST_LANGUAGE = "en"  # the one that stands without a condition


@dataclass(frozen=True)
class Wording:
    """Every response by name: its variations, as written."""

    responses: Mapping[str, list[dict[str, Any]]]

    @classmethod
    def load(cls, directory: Path) -> "Wording":
        """Read all files of *directory*."""
        found: dict[str, list[dict[str, Any]]] = {}
        for path in sorted(directory.glob("*.yml")):
            found |= (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("responses") or {}
        return cls(found)

    def text(self, name: str, language: str, **facts: object) -> str:
        """Return the first text of response *name* in *language*, else in English, its {places} filled with *facts*.

        Raises:
            KeyError: There is no such response, or a fact is missing.
        """
        variations = self.responses[name]
        chosen = next((one for one in variations if language_of(one) == language), variations[0])
        return str(chosen["text"]).format(**facts)


def language_of(variation: Mapping[str, Any]) -> str:
    """Return the language in which one variation of a response is written."""
    for condition in variation.get("condition") or ():
        if condition.get("name") == "language":
            return str(condition["value"])
    return FIRST_LANGUAGE
