"""What the screen says about one message, and the sixteen kinds of danger it looks for."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["emergency", "check", "none"]

CATEGORIES = (
    "stroke",
    "cardiac",
    "breathing",
    "unconscious_seizure",
    "bleeding",
    "anaphylaxis",
    "self_harm",
    "harm_to_others",
    "overdose_poison",
    "pregnancy",
    "infant_fever",
    "sepsis_meningitis",
    "head_injury",
    "violence",
    "child_abuse",
    "other",
)
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Verdict:
    """The outcome of screening one message.

    `emergency`: give the number now. `check`: ask the one question, "is this happening now?". `none`: go on.
    *category* is one of `CATEGORIES`, *rule* the id of the rule that decided (`en.cardiac.chest-pain`); both
    are None at level `none`. *language* is what the message is written in, `en` or `es`.
    """

    level: Level
    category: str | None
    rule: str | None
    language: str
