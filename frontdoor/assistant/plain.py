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


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"), (r"qu(?=[ei])|k|q", "c"), (r"c(?=[eiy])|z|x", "s"), (r"v|w", "b"), (r"ll|j(?=[aou])", "y"),
        (r"g(?=[ei])", "j"), (r"h", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def by_sound(text: str) -> str:
    """Return *text* plain and as it sounds: "konsulta", "sita" and "aser" meet "consulta", "cita" and "hacer"."""
    words = plain(text)
    for pattern, sound in _SOUNDS:
        words = pattern.sub(sound, words)
    return words
