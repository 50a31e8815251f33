"""Which one of a list that was shown: "the second one", "2", "la primera", "cualquiera". Pure."""

import re

from frontdoor.booking.fold import fold

_ORDINALS = (
    r"first|1st|primer[ao]?|earliest|mas temprano|mas temprana", r"second|2nd|segund[ao]", r"third|3rd|tercer[ao]?",
    r"fourth|4th|cuart[ao]", r"fifth|5th|quint[ao]",
)  # fmt: skip
_LAST = r"last|latest|ultim[ao]|mas tarde de todas"
_MIDDLE = r"middle one|la del medio|el del medio"
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "uno": 1,
    "una": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
}
_NUMBER = re.compile(
    r"^(?:(?:the|number|no|nr|option|choice|opcion|numero|la|el|#) ?)*#?(\d|one|two|three|four|five|uno|una|dos|"
    r"tres|cuatro|cinco)(?: (?:one|please|por favor))*$"
)
_ANY = re.compile(
    r"^(?:any(?: of (?:them|those|these))?|either(?: one)?|whichever|whatever|you (?:pick|choose)|doesn'?t matter|"
    r"cualquiera?|la que sea|el que sea|me da igual|cualquiera de (?:ellas|esas|estas))"
    r"(?: (?:doctors?|docs?|doctora?|medic[oa]))?(?: (?:is|works|would be))?(?: (?:fine|ok|good|works))?$"
)


def bare(text: str) -> str:
    """Return *text* without signs, and without what people say before their choice ("i'll take", "quiero")."""
    plain = re.sub(r"[^\w:'#. ]+", " ", fold(text)).strip(" .")
    return re.sub(
        r"^(?:ok(?:ay)?|yes|yeah|si|sure|i'?ll take|i want|i'?d like|let'?s do|let'?s go with|can i (?:have|take|do)|"
        r"quiero|prefiero|me quedo con|dame|deme)\s+",
        "",
        plain,
    )


def number(plain: str) -> int | None:
    """Return the number that is all there is ("#3", "option two"), whatever the list's length."""
    found = _NUMBER.match(re.sub(r"\s+", " ", plain))
    return (_NUMBERS.get(found[1]) or int(found[1])) if found else None


def is_any(plain: str) -> bool:
    """Tell whether it is all the same to them."""
    return _ANY.match(plain) is not None


def position(plain: str, count: int) -> int | None:
    """Return the place in a list of *count* that is named, from 1: "the third", "la última"."""
    if re.search(rf"\b(?:{_LAST})\b", plain):
        return count or None
    if re.search(_MIDDLE, plain) and count % 2:
        return count // 2 + 1
    place = next((at for at, pattern in enumerate(_ORDINALS, 1) if re.search(rf"\b(?:{pattern})\b", plain)), None)
    soonest = re.search(r"available|possible|disponible|posible", plain)  # "the first available" is none of the list
    return place if place and place <= count and not soonest else None
