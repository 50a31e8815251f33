"""Questions that no article answered, as the editors' work list: what was asked, without who asked. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdoor.education.library import Library
from frontdoor.education.words import stem, telling, words

MOST_WORDS = 12  # of a kept question


@dataclass(frozen=True)
class Gap:
    """A question as it may be kept: only words of the library's vocabulary, and a hash that groups the same ones."""

    text: str
    group: bytes


class Vocabulary:
    """The words that may be kept: those of articles and of the lists of topics; so no name of a person, no number."""

    def __init__(self, library: Library, language: str) -> None:
        self.language = language
        lacking = library.not_covered.get(language)
        texts = [" ".join((a.title, *a.aliases, *a.sections.values())) for a in library.in_language(language)]
        texts += [*lacking.health] if lacking else []
        self._known = frozenset(word for text in texts for word in words(text) if not re.search(r"\d", word))

    def gap(self, message: str) -> Gap | None:
        """Return what may be kept of *message*; None when no telling word is left."""
        kept = [word for word in words(message) if word in self._known][:MOST_WORDS]
        about = sorted({stem(word, self.language) for word in telling(" ".join(kept), self.language)})
        if not about:
            return None
        return Gap(" ".join(kept), hashlib.sha256(f"{self.language} {' '.join(about)}".encode()).digest())


def listed(rows: Sequence[tuple[str, int]]) -> str:
    """Return the work list as text, most asked first."""
    return "\n".join(f"{count:5}  {text}" for text, count in rows) or "No question went unanswered."
