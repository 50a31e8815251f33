"""The emergency screen: every text of a patient passes it before anyone or anything answers.

Rules only, in English and Spanish at once, because frightened people mix them. Pure: no clock, no chance, no
I/O after `load()`. It tells emergencies from talk about emergencies; it makes no diagnosis and no triage.
Not reviewed by a clinician: `docs/safety.md` says what a clinic must check before it goes live.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from frontdoor.safety.context import Context
from frontdoor.safety.normalise import Plain, Words, plain, words_of
from frontdoor.safety.numeric import Thresholds, load_thresholds
from frontdoor.safety.patterns import matches
from frontdoor.safety.rules import Language, Rule, load_language
from frontdoor.safety.verdict import LANGUAGES, Level, Verdict

Head: TypeAlias = Callable[[str], tuple[str, float]]
"""A learned second opinion: a text in, the likeliest category and the probability of an emergency out."""

HEAD_EMERGENCY, HEAD_CHECK = 0.8, 0.35  # probabilities from which the head is believed
_LEVELS: dict[Level, int] = {"none": 0, "check": 1, "emergency": 2}
# When several kinds are found, the one whose help is needed soonest or is most particular speaks.
_FIRST = (
    "anaphylaxis",
    "overdose_poison",
    "child_abuse",
    "violence",
    "infant_fever",
    "pregnancy",
    "stroke",
    "head_injury",
    "unconscious_seizure",
    "self_harm",
    "harm_to_others",
    "breathing",
    "cardiac",
    "sepsis_meningitis",
    "bleeding",
    "other",
)
_KEEPS_ASKING = frozenset({"self_harm", "harm_to_others", "violence", "child_abuse"})


@dataclass(frozen=True)
class Finding:
    """One rule that holds for a message, and at which level."""

    level: Level
    category: str
    rule: str


class Screen:
    """The rules of every language, ready. Call it with a text; it is safe to share between threads."""

    def __init__(self, languages: Mapping[str, Language], thresholds: Thresholds, head: Head | None = None) -> None:
        self.languages = languages
        self.thresholds = thresholds
        self.head = head

    def __call__(self, text: str, language: str | None = None) -> Verdict:
        """Return the verdict on *text*. *language* is the one to answer in; None finds it from the words."""
        message = plain(text)
        said = language if language is not None and language in self.languages else self.language_of(message)
        findings = self._findings(message)
        if not findings or findings[0].level != "emergency":
            findings = sorted([*findings, *self._second_opinion(text)], key=_urgency)
        if not findings:
            return Verdict("none", None, None, said)
        worst = findings[0]
        return Verdict(worst.level, worst.category, worst.rule, said)

    def findings(self, text: str) -> list[Finding]:
        """Return everything that the rules find in *text*, the most urgent first."""
        return self._findings(plain(text))

    def language_of(self, message: Plain, otherwise: str = "en") -> str:
        """Return the language that most of the telling words belong to."""
        counts = {
            code: sum(token in known.telling for token in message.tokens) for code, known in self.languages.items()
        }
        best = max(counts, key=counts.__getitem__)
        return best if counts[best] > counts.get(otherwise, 0) else otherwise

    def _spoken(self, message: Plain) -> list[Language]:
        """Return the languages that *message* may be in: those with a telling word, or all when there is none."""
        spoken = [known for known in self.languages.values() if not known.telling.isdisjoint(message.tokens)]
        return spoken or list(self.languages.values())

    def _findings(self, message: Plain) -> list[Finding]:
        found: list[Finding] = []
        for language in self._spoken(message):
            words = words_of(message, language.spelling)
            if words.words:
                found += self._in_language(language, words)
        return sorted(found, key=_urgency)

    def _in_language(self, language: Language, words: Words) -> list[Finding]:
        spans = language.lexicon.find(words.words)
        context = Context(words, spans)
        found: dict[str, Finding] = {}
        for term in spans:
            for rule, pattern in language.by_term.get(term, ()):
                known: Level = found[rule.id].level if rule.id in found else "none"
                if known == "emergency" or not pattern.needs <= spans.keys():
                    continue
                for match in matches(pattern, spans, words, rule.within):
                    level = _settled(rule, context.silencing(match), context)
                    if _LEVELS[level] > _LEVELS[known]:
                        known = level
                        found[rule.id] = Finding(level, rule.category, rule.id)
        numbers = self.thresholds.findings(words, spans, context)
        return [
            *found.values(),
            *(Finding(level, category, f"{language.code}.{category}.{id_}") for level, category, id_ in numbers),
        ]

    def _second_opinion(self, text: str) -> list[Finding]:
        if self.head is None:
            return []
        category, probability = self.head(text)
        if probability < HEAD_CHECK:
            return []
        return [Finding("emergency" if probability >= HEAD_EMERGENCY else "check", category, f"head.{category}")]


def load(head: Head | None = None) -> Screen:
    """Read all rules, once for a process (a tenth of a second). Raises PatternError when a rule cannot be used."""
    return Screen({code: load_language(code) for code in LANGUAGES}, load_thresholds(), head)


def screen(text: str, language: str | None = None) -> Verdict:
    """Screen one text with the rules that ship with the product, read at the first call."""
    return _shipped()(text, language)


@lru_cache(maxsize=1)
def _shipped() -> Screen:
    return load()


def _urgency(finding: Finding) -> tuple[int, int, str]:
    return -_LEVELS[finding.level], _FIRST.index(finding.category), finding.rule


def _settled(rule: Rule, silencing: frozenset[str], context: Context) -> Level:
    """Return what is left of the rule's level in its context."""
    silencing -= rule.despite
    lower: Level = "check" if rule.level == "emergency" else "none"
    if not silencing:
        return rule.level
    if "negation" in silencing:
        return "none"
    if silencing & {"figurative", "media"} and context.now:
        return lower  # "cooking", "traffic": the cue may be the place where it happens
    if "figurative" in silencing:
        return "none"
    if silencing == {"errand"} and rule.level == "emergency" and context.personal:
        return "emergency"
    if silencing <= {"errand", "laughing", "mild"}:
        return lower
    if silencing & {"past", "media"}:
        return lower if rule.category in _KEEPS_ASKING else "none"
    return lower if context.personal else "none"
