"""How a message looks to the classifier: what does not change its meaning is taken away."""

import re
import unicodedata

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")  # "heyyyy"
_MARKS = re.compile(r"[^\w\s$]|_")
_LAST_MARK = "\u1fff"  # beyond it are emoji, arrows and other signs that say something


def plain(text: str) -> str:
    """Return *text* as it is compared: small letters without accents, nothing drawn out, signs apart, marks gone."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _MARKS.sub(lambda mark: f" {mark[0]} " if mark[0] > _LAST_MARK else " ", _DRAWN_OUT.sub(r"\1\1", letters))
