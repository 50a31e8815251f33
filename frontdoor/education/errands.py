"""Whether a message asks the clinic to do something, and not the library to say something. Pure.

"My thyroid pills ran out" names an illness and asks no question about it.
"""

import re
from pathlib import Path

import yaml

from frontdoor.education.words import plain

_ASKED = {
    language: re.compile(rf"\b(?:{'|'.join(patterns)})\b")
    for language, patterns in yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")).items()
}


def is_errand(message: str, language: str) -> bool:
    """Whether *message* is about a refill, a result, a visit, a note or a price."""
    return _ASKED[language].search(plain(message)) is not None
