"""The words of `when`: both languages and usual misspellings, brought to one small canonical English.

Canonical words: `wd0` … `wd6` (Monday first), `wds0` … (every Monday), `mo1` … `mo12`, digits, `am`, `pm`, and the
English words that the rules in `when_days` and `when_hours` name.
"""

import re

from rapidfuzz.distance import OSA

from frontdoor.booking.fold import fold, listed
from frontdoor.booking.when_english import PHRASES as ENGLISH
from frontdoor.booking.when_spanish import PHRASES as SPANISH

WEEKDAYS = (
    "monday mon lunes lun",
    "tuesday tues tue martes",
    "wednesday wed weds miercoles mie",
    "thursday thurs thur thu jueves jue",
    "friday fri viernes vie",
    "saturday sat sabado sab",
    "sunday sun domingo dom",
)
MONTHS = (
    "january jan enero ene",
    "february feb febrero",
    "march mar marzo",
    "april apr abril abr",
    "may mayo",
    "june jun junio",
    "july jul julio",
    "august aug agosto ago",
    "september sept sep septiembre setiembre",
    "october oct octubre",
    "november nov noviembre",
    "december dec diciembre dic",
)
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve",
    "un dos tres cuatro cinco seis siete ocho nueve diez once doce",
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_SHORT = {  # typed so often that no distance is needed
    "tmrw": "tomorrow", "tmr": "tomorrow", "tmw": "tomorrow", "2morrow": "tomorrow", "2moro": "tomorrow",
    "tomoro": "tomorrow", "tomorro": "tomorrow", "tommorow": "tomorrow", "2day": "today", "tdy": "today",
    "tonite": "tonight", "2nite": "tonight", "2night": "tonight", "aft": "afternoon", "arvo": "afternoon",
    "morn": "morning", "mornin": "morning", "eve": "evening", "wensday": "wednesday", "wendsday": "wednesday",
    "thrs": "thursday", "thusday": "thursday", "satday": "saturday", "nxt": "next",
    "wk": "week", "wknd": "weekend", "wkend": "weekend", "wkday": "weekday", "mins": "minutes", "hrs": "hours",
    "una": "1", "uno": "1", "couple": "2", "few": "3", "several": "3", "quince": "15",
    "hoi": "hoy", "finde": "weekend", "findes": "weekend", "prox": "proximo",
    "mediodia": "noon", "midday": "noon", "noontime": "noon", "lunchtime": "noon", "lunch-time": "noon",
}  # fmt: skip
_SPELLED = listed(  # what a misspelled word may be brought to
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado "
    "domingo january february april august september october november december enero febrero abril agosto "
    "septiembre octubre noviembre diciembre tomorrow today tonight morning afternoon evening weekend manana "
    "semana proximo proxima pasado antes despues"
)
_KEPT = listed(  # ordinary words that are one letter away from a word above
    "semanas warning mourning lunas paso pasada pasados pesado ante abrir marte toda todo todas mansana "
    "weekday weekdays weekends evenings mornings afternoons proximos proximas mananas sabados domingos anted "
    "money nunes boday body toddy someday daily anytime"
)


def canonical(text: str) -> str:
    """Return *text* in the canonical words of the rules; words that say nothing about time stay as they are."""
    plain = re.sub(r"[¿?¡!,;\"()]+", " ", fold(text))
    plain = re.sub(r"(?<=[a-z]{3})\.(?= |$)|(?<=\d)\.(?= |$)", " ", plain)
    plain = re.sub(r"([a-z]+)([-/])([a-z]+)", _parted, plain)
    spelled = " ".join(_word(word) for word in plain.split())
    for pattern, canon in (*ENGLISH, *SPANISH):
        spelled = re.sub(pattern, canon, spelled)
    return re.sub(r"\s+", " ", spelled).strip()


def _parted(pair: re.Match[str]) -> str:
    """Part "mon-wed" and leave "mid-week"."""
    return f"{pair[1]} {pair[2]} {pair[3]}" if pair[1] in _NAMES and pair[3] in _NAMES else pair[0]


def _word(word: str) -> str:
    """Bring one word to its canonical form, repairing the spelling of day and month names."""
    word = _SHORT.get(word, word)
    if found := _NAMES.get(word):
        return found
    if len(word) < 5 or word in _KEPT or word in _SPELLED or not word.isalpha():
        return word
    reach = 1 if len(word) < 7 else 2
    near = [(OSA.distance(word, known, score_cutoff=reach), known) for known in sorted(_SPELLED)]
    distance, best = min(near)
    return _NAMES.get(best, best) if distance <= reach else word


def _names() -> dict[str, str]:
    names = {word: f"wd{number}" for number, line in enumerate(WEEKDAYS) for word in line.split()}
    names.update({f"{line.split()[0]}s": f"wds{number}" for number, line in enumerate(WEEKDAYS)})
    names.update({"sabados": "wds5", "domingos": "wds6"})
    names.update({word: f"mo{number}" for number, line in enumerate(MONTHS, 1) for word in line.split()})
    for line in _NUMBERS:
        names.update({word: str(number) for number, word in enumerate(line.split(), 1)})
    names.update({word: f"{number}th" for number, word in enumerate(_ORDINALS.split(), 1) if number > 2})
    return names


_NAMES = _names()
