"""What stands around a sign and changes it: "no chest pain", "a heart attack in 2016", "what are the signs of …"."""

import re
from dataclasses import dataclass
from functools import cached_property

from frontdoor.safety.normalise import COMMA, SENTENCE, Words
from frontdoor.safety.patterns import Match, Span, Spans
from frontdoor.safety.rules import CUE

NEGATION_REACH = 5  # words that a "no" reaches forward
LONG_NEGATION_REACH = 9  # "I don't think that …"
AFTER_REACH = 3  # words before "was ruled out"
PAST_REACH = 12
FIGURE_REACH = 6
MILD_REACH = 2
_HARMLESS = CUE + "harmless"
_YEAR = re.compile(r"(?:19[4-9]\d|20[0-4]\d)")


def without_harmless(spans: Spans) -> Spans:
    """Return *spans* without the signs that are a part of a harmless phrase: the breast of "dar pecho" is no chest."""
    harmless = spans.get(_HARMLESS)
    if not harmless:
        return spans
    kept = {
        term: places if term.startswith(CUE) else [span for span in places if not _inside(span, harmless)]
        for term, places in spans.items()
    }
    return {term: places for term, places in kept.items() if places}


def _inside(span: Span, phrases: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in phrases)


@dataclass(frozen=True)
class Context:
    """The cues of one message, asked sign by sign."""

    message: Words
    spans: Spans

    def silencing(self, match: Match) -> frozenset[str]:
        """Return the contexts in which the sign at *match* stands; none when it is said of here and now."""
        found = {"negation"} if self._negated(match) else set()
        if self.message.laughing:
            found.add("laughing")
        if self._near("figurative", match, FIGURE_REACH):
            found.add("figurative")
        if self._near("mild", match, MILD_REACH):
            found.add("mild")
        if self._spans("media"):
            found.add("media")
        if self._spans("errand"):
            found.add("errand")
        if self._past(match):
            found.add("past")
        if not self.now:
            found |= self._not_told_as_fact(match)
        return frozenset(found)

    @cached_property
    def now(self) -> bool:
        """Whether the message says that something is happening at present."""
        return bool(self._spans("now"))

    @cached_property
    def personal(self) -> bool:
        """Whether somebody is said to have something: the writer, or a person near."""
        return bool(self._spans("personal"))

    def _past(self, match: Match) -> bool:
        """Return whether the sign is told of the past: "years ago" is near and no "now" on the sign's side of it."""
        nows = self._spans("now")
        for past in (*self._spans("past"), *self._years()):
            if self._distance(past, match) <= PAST_REACH and all(self._between(past, match, now) for now in nows):
                return True
        return False

    def _between(self, past: Span, match: Match, now: Span) -> bool:
        return match.start < past[0] < now[0] or now[0] < past[0] < match.start

    def _not_told_as_fact(self, match: Match) -> set[str]:
        found = set()
        if any(start < match.start for start, _ in self._spans("hypothetical")):
            found.add("hypothetical")
        if self._outside("education", "not_education"):
            found.add("education")
        if self._asks_in_general():
            found.add("asking")
        return found

    def _spans(self, cue: str) -> list[Span]:
        return self.spans.get(CUE + cue, [])

    def _outside(self, cue: str, unless: str) -> list[Span]:
        """Return where *cue* stands and is not part of *unless*: "no", but not of "no one"."""
        innocent = self._spans(unless)
        return [span for span in self._spans(cue) if not _inside(span, innocent)]

    def _near(self, cue: str, match: Match, reach: int) -> bool:
        return any(self._distance(span, match) <= reach for span in self._spans(cue))

    def _distance(self, span: Span, match: Match) -> int:
        """Return the words between *span* and *match*, 0 when they touch or overlap."""
        places = self.message.places
        if span[0] >= match.end:
            return places[span[0]] - places[match.end - 1] - 1
        if span[1] <= match.start:
            return places[match.start] - places[span[1] - 1] - 1
        return 0

    def _asks_in_general(self) -> bool:
        """Return whether the message is a question that speaks of nobody: "does stress cause strokes"."""
        return any(start == 0 for start, _ in self._spans("asks")) and not self._spans("somebody")

    def _years(self) -> list[Span]:
        return [(i, i + 1) for i, word in enumerate(self.message.words) if word[0] in "12" and _YEAR.fullmatch(word)]

    def _negated(self, match: Match) -> bool:
        for cue, reach in (("negation", NEGATION_REACH), ("long_negation", LONG_NEGATION_REACH)):
            for span in self._outside(cue, "not_negation"):
                if all(i in match.skipped for i in range(*span)):
                    return True
                if span[1] <= match.start and self._distance(span, match) <= reach and not self._cut(span, match, cue):
                    return True
        return any(
            span[0] >= match.end and self._distance(span, match) <= AFTER_REACH
            for span in self._outside("negation_after", "not_negation")
        )

    def _cut(self, span: Span, match: Match, cue: str) -> bool:
        """Return whether a new clause begins between a "no" and the sign."""
        breaks = self.message.breaks[span[1] : match.start + 1]
        if SENTENCE in breaks or (COMMA in breaks and not self._listing(match)):
            return True
        cutting = ["but"] if cue == "long_negation" else ["but", "subject"]
        return any(
            span[1] <= start and (end <= match.start or name == "but") and start <= match.start
            for name in cutting
            for start, end in self._spans(name)
        )

    def _listing(self, match: Match) -> bool:
        """Return whether the sign is one of a list: "no fever, chest pain or cough"."""
        return any(0 <= start - match.end <= 4 or 0 <= match.start - end <= 1 for start, end in self._spans("or"))
