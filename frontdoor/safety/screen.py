"""The emergency screen: every text of a patient passes it before anyone or anything answers.

Rules in English and Spanish at once, because frightened people mix them, and a learned head beside them. Pure: no
clock, no chance, no I/O after `load()`. It tells emergencies from talk about emergencies; it makes no diagnosis and
no triage.
Not reviewed by a clinician: `docs/safety.md` says what a clinic must check before it goes live.
"""

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from frontdoor.safety.context import Context, without_harmless
from frontdoor.safety.features import Reading
from frontdoor.safety.normalise import Plain, plain, words_of
from frontdoor.safety.numeric import Thresholds, load_thresholds
from frontdoor.safety.patterns import matches
from frontdoor.safety.rules import Language, Rule, load_language
from frontdoor.safety.verdict import LANGUAGES, Finding, Level, Opinion, Verdict
from frontdoor.safety.weighing import weighed

Head: TypeAlias = Callable[[str, Plain, list[Reading], list[Finding]], Opinion]
"""A learned second opinion: a text, its readings and what the rules found in."""

_LEVELS: dict[Level, int] = {"none": 0, "check": 1, "emergency": 2}
_STRONGEST = (2, True)
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


log = logging.getLogger(__name__)


class Screen:
    """The rules of every language, ready. Call it with a text; it is safe to share between threads."""

    def __init__(self, languages: Mapping[str, Language], thresholds: Thresholds, head: Head | None = None) -> None:
        self.languages = languages
        self.thresholds = thresholds
        self.head = head

    def __call__(self, text: str, language: str | None = None) -> Verdict:
        """Return the verdict on *text*. *language* is the one to answer in; None finds it from the words."""
        message, readings = self.read(text)
        said = language if language is not None and language in self.languages else self.language_of(message)
        findings = self.found_in(readings)
        if self.head is not None and readings:
            findings = weighed(findings, self.head(text, message, readings, findings))
        if not findings:
            return Verdict("none", None, None, said)
        worst = findings[0]
        return Verdict(worst.level, worst.category, worst.rule, said)

    def findings(self, text: str) -> list[Finding]:
        """Return everything that the rules find in *text*, the most urgent first."""
        return self.found_in(self.read(text)[1])

    def read(self, text: str) -> tuple[Plain, list[Reading]]:
        """Return *text* in tokens, and as every language it may be in reads it, the likeliest first."""
        message = plain(text)
        readings = []
        for language in self._spoken(message):
            words = words_of(message, language.spelling)
            if words.words:
                readings.append(Reading(language.code, words, without_harmless(language.lexicon.find(words.words))))
        return message, readings

    def language_of(self, message: Plain, otherwise: str = "en") -> str:
        """Return the language that most of the telling words belong to."""
        counts = {
            code: sum(token in known.telling for token in message.tokens) for code, known in self.languages.items()
        }
        best = max(counts, key=counts.__getitem__)
        return best if counts[best] > counts.get(otherwise, 0) else otherwise

    def _spoken(self, message: Plain) -> list[Language]:
        """Return the languages that *message* may be in: those with a telling word, or all when there is none."""
        telling = {code: sum(map(known.telling.__contains__, message.tokens)) for code, known in self.languages.items()}
        spoken = sorted((code for code, count in telling.items() if count), key=telling.__getitem__, reverse=True)
        return [self.languages[code] for code in spoken or self.languages]

    def found_in(self, readings: list[Reading]) -> list[Finding]:
        """Return everything that the rules find in *readings*, the most urgent first."""
        return sorted((finding for reading in readings for finding in self._in_language(reading)), key=_urgency)

    def _in_language(self, reading: Reading) -> list[Finding]:
        language, words, spans = self.languages[reading.language], reading.words, reading.spans
        context = Context(words, spans)
        found: dict[str, Finding] = {}
        for term in spans:
            for rule, pattern in language.by_term.get(term, ()):
                known = found.get(rule.id)
                if (known and _strength(known) == _STRONGEST) or not pattern.needs <= spans.keys():
                    continue
                for match in matches(pattern, spans, words, rule.within):
                    level = _settled(rule, context.silencing(match), context)
                    finding = Finding(level, rule.category, rule.id, match.loose)
                    if level != "none" and (known is None or _strength(finding) > _strength(known)):
                        found[rule.id] = known = finding
        numbers = self.thresholds.findings(words, spans, context)
        return [
            *found.values(),
            *(Finding(level, category, f"{language.code}.{category}.{id_}") for level, category, id_ in numbers),
        ]


def rules_only() -> Screen:
    """Read all rules (a tenth of a second) and no head. Raises PatternError when a rule cannot be used."""
    return Screen({code: load_language(code) for code in LANGUAGES}, load_thresholds())


@lru_cache(maxsize=2)
def load(data_dir: Path | None = None) -> Screen:
    """Return the screen as it ships, one a process: the rules, and the head kept under *data_dir*.

    The head is trained where it is not there yet (one to two minutes, once); when that fails, the rules work alone.
    *data_dir* is that of the settings unless given. Raises PatternError when a rule cannot be used.
    """
    from frontdoor import encoder, settings
    from frontdoor.safety.training import head_for

    directory = data_dir or settings.load().data_dir
    screen = rules_only()
    try:
        head = head_for(screen, directory, encoder.load(directory / "encoder"))
    except Exception as error:
        log.warning("the emergency screen works with rules alone: no head (%s)", type(error).__name__)
        return screen
    return Screen(screen.languages, screen.thresholds, head)


def screen(text: str, language: str | None = None) -> Verdict:
    """Screen one text with what ships with the product, read at the first call."""
    return load()(text, language)


def _strength(finding: Finding) -> tuple[int, bool]:
    return _LEVELS[finding.level], not finding.loose


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
