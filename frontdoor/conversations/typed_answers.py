"""What is typed instead of "Yes, now" or "No" under the question of the screen: yes, no, or neither. Pure.

A no in more words counts only where they reassure and nothing in them speaks of worse: "no, just when i cough". The
message was screened before, as every message is.
"""

import re

_YES = frozenset({"yes", "y", "yeah", "yep", "yes now", "now", "right now", "si", "sí", "ahora", "sí ahora"})
_NO = frozenset({"no", "n", "nope", "no not now", "not now", "no ahora no", "ahora no"})
_MOST_WORDS = 15
_BEGINS = re.compile(r"(?:(yes|yeah|yep|si|sí)|no|nope|nah)\b")
_REASSURES = re.compile(
    r"\b(?:just|only|fine|ok|okay|better|gone|nothing|not|solo|sólo|solamente|nom[aá]s|nada|bien|mejor|pas[oó]|tranquil[oa])\b"
)
_ALARMS = re.compile(
    r"\b(?:worse|worst|still|but|more|getting|can'?t|cannot|help|and|know|sure|idea|peor|pero|sigue|todav[ií]a|a[uú]n|"
    r"m[aá]s|ayuda|puedo|puede|s[eé]|y)\b"
)


def typed_answer(text: str, *, exactly: bool) -> bool | None:
    """Return True for a yes, False for a no.

    *exactly*: only the word alone counts, as where somebody may harm or be harmed.
    """
    typed = " ".join(text.lower().replace(",", " ").strip(" .!¡¿?").split())
    if typed in _YES | _NO:
        return typed in _YES
    begins = _BEGINS.match(typed)
    if exactly or begins is None or len(typed.split()) > _MOST_WORDS:
        return None
    calm = _REASSURES.search(typed, begins.end()) is not None and _ALARMS.search(typed) is None
    if begins[1]:
        return None if calm else True
    return False if calm else None
