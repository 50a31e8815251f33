"""What the screen says about one message, and the sixteen kinds of danger it looks for."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

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

# Which line of help a category needs first: a kind of `numbers.yml`. Whoever may hurt others needs two of them.
HELP = dict.fromkeys(CATEGORIES, "emergency") | {
    "self_harm": "crisis",
    "harm_to_others": "emergency and crisis",
    "overdose_poison": "poison",
    "violence": "abuse",
    "child_abuse": "child",
}
OR = " or "  # in what staff read of a rule: before the other category that it may be


def lines_of(category: str) -> frozenset[str]:
    """Return the lines of help that the reply to *category* names: kinds of `numbers.yml`."""
    return frozenset({"emergency", *HELP[category].split(" and ")})


@dataclass(frozen=True)
class Verdict:
    """The outcome of screening one message.

    `emergency`: give the number now. `check`: ask the one question, "is this happening now?". `none`: go on.
    *category* is one of `CATEGORIES`, *rule* the id of the rule that decided (`en.cardiac.chest-pain`), followed by
    ` or ` and the other category where two lines of help may be needed; both are None at level `none`. *language* is
    what the message is written in, `en` or `es`.
    """

    level: Level
    category: str | None
    rule: str | None
    language: str

    @property
    def second(self) -> str | None:
        """The other category whose line of help is named too; None where the head is sure."""
        return (self.rule or "").partition(OR)[2] or None


class Opinion(NamedTuple):
    """What the head says: the likeliest category, how probable an emergency is, and a second category in doubt."""

    category: str
    probability: float
    second: str | None = None


@dataclass(frozen=True)
class Finding:
    """One rule that holds for a message, and at which level; *loose* when it was pieced together."""

    level: Level
    category: str
    rule: str
    loose: bool = False
