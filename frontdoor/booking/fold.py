"""Text as it is compared: lower case, no accents, one space between words."""

import re
import unicodedata

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‒": "-"})
MAX_CHARS = 400  # an answer longer than this is read by its beginning


def fold(text: str) -> str:
    """Return *text* in lower case without accents and with single spaces; never longer than `MAX_CHARS`."""
    plain = unicodedata.normalize("NFKD", text[:MAX_CHARS].translate(_APOSTROPHES).lower())
    kept = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return re.sub(r"\s+", " ", kept).strip()[:MAX_CHARS]


def words(text: str) -> list[str]:
    """Return the words and numbers of *text*, folded, without punctuation."""
    return re.findall(r"[a-z]+(?:'[a-z]+)?|\d+", fold(text))


def listed(text: str) -> frozenset[str]:
    """Return the words of a list in our own code, as written."""
    return frozenset(text.split())
