"""The library, its search and its answers, put together from the settings: once a process."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from frontdoor import encoder as encoders
from frontdoor.education.answers import Answers
from frontdoor.education.article import LANGUAGES
from frontdoor.education.gaps import Vocabulary
from frontdoor.education.library import Library, load
from frontdoor.education.numbers import region_numbers
from frontdoor.education.search import Search
from frontdoor.settings import Settings


@dataclass(frozen=True)
class Education:
    """What answers education questions, by language."""

    library: Library
    answers: dict[str, Answers]
    vocabulary: dict[str, Vocabulary]


_one_at_a_time = Lock()  # who asks while it is being made waits for it, and does not make it again


def ready(settings: Settings) -> Education:
    """Return the library made ready. The first time with a new library and encoder takes a minute more."""
    with _one_at_a_time:
        return _made(settings.library_dir, settings.region, settings.data_dir / "encoder")


@lru_cache(maxsize=2)
def _made(library_dir: Path, region: str, encoder_dir: Path) -> Education:
    library = load(library_dir, region_numbers(region))
    encoder = encoders.load(encoder_dir)
    answers = {code: Answers(library, Search(library, code, encoder, encoder_dir)) for code in LANGUAGES}
    return Education(library, answers, {code: Vocabulary(library, code) for code in LANGUAGES})
