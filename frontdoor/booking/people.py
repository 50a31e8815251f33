"""Who a visit is for: names and dates of birth as people type them."""

import re
from dataclasses import dataclass
from datetime import date

from frontdoor.booking.fold import fold, listed, words
from frontdoor.booking.when_words import canonical

ADULT_YEARS = 18
OLDEST_YEARS = 120
_NAME_MAX_CHARS = 80
_PARTICLES = listed("de del la las los da do dos das van von der den di du el al bin ibn y e san st")
_LEAD = re.compile(
    r"^\s*(?:(?:hi|hello|hola|ok|okay|yes|yeah|si|sí|sure|claro|no|sorry|perdón|perdon|actually|um|uh)\b[\s,.!]*)*"
    r"(?:(?:well|it'?s|its|it is|i am|i'?m|im|this is|that'?s|(?:my|his|her|their|the|the patient'?s|"
    r"patient) (?:\w+'?s )?(?:full |legal |real )?name(?:'?s| is| would be)?|"
    r"name(?: is|'?s|:)?|(?:my|mi) (?:mom|mum|mother|dad|father|son|daughter|child|wife|husband|"
    r"mama|madre|papa|padre|"
    r"hij[oa]|espos[oa])(?:'?s name)? (?:is|es)|mi (?:mam[aá]|pap[aá]) (?:es|se llama)|"
    r"call me|they call me|i'?m called|(?:he|she)(?:'s| is) called|"
    r"me llamo|mi nombre(?: completo)?(?: es)?|su nombre(?: completo)?(?: es)?|el nombre(?: es)?|se llama|soy|es|"
    r"nombre(?: completo)?:?)\b[\s:,]*)?",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,.!;]*(?:\b(?:please|por favor|thanks|thank you|gracias)\b)?[\s,.!;]*$", re.IGNORECASE)
_NO_NAME_WORDS = listed(
    "what why how when where who which can could do does is are was will would should the my your have has "
    "had need want i you we they it me yes no ok okay hello hi thanks thank please help visit appointment "
    "doctor time date day book next week weekend month monday tuesday wednesday thursday friday saturday "
    "sunday afternoon evening later soon minutes lunes martes miercoles jueves viernes sabado domingo semana "
    "tarde noche mes dia hoy cancel stop change nothing nobody none asap tomorrow today morning afternoon "
    "rash pain fever name "
    "because and but for with not dont que como cuando donde quien cual por para con sin pero quiero "
    "necesito tengo cita doctor doctora hora fecha hola gracias cambiar cancelar nada mi tu su yo si es una "
    "un mañana ayuda favor"
)
_LETTERS = re.compile(r"^[^\W\d_](?:[^\W\d_]|['’.\-](?=[^\W\d_]|$))*\.?$")


def read_name(text: str) -> str | None:
    """Return a first and a last name as the patient wrote them ("ana maría pérez" → "Ana María Pérez"), or None."""
    rest = _TAIL.sub("", _LEAD.sub("", text.strip()[:200], count=1)).strip(" ,.;:\"'()")
    if "," in rest:
        last, _, first = rest.partition(",")
        if not (last.strip() and first.strip()) or "," in first:
            return None
        rest = f"{first.strip()} {last.strip()}"
    parts = rest.split()
    if not 2 <= len(parts) <= 7 or len(rest) > _NAME_MAX_CHARS or not all(_LETTERS.match(part) for part in parts):
        return None
    plain = [fold(part).strip(".") for part in parts]
    if any(part in _NO_NAME_WORDS for part in plain if part not in ("will", "may", "an", "do")) or not any(
        len(p) > 1 for p in plain
    ):
        return None
    if text.rstrip().endswith("?"):
        return None
    return " ".join(_cased(part, index) for index, part in enumerate(parts))


_ROMAN = re.compile(r"^(?:II|III|IV)\.?$")


def _cased(part: str, index: int) -> str:
    """Give capitals to what was typed without; leave what has its own, such as McDonald."""
    if fold(part) in _PARTICLES and index:
        return part.lower()
    if (part != part.lower() and part != part.upper()) or _ROMAN.match(part):
        return part
    return re.sub(r"(^|[-'’])(\w)", lambda m: m[1] + m[2].upper(), part.lower())


@dataclass(frozen=True)
class Birth:
    """What was read: one or two possible dates, or why there is none (`unreadable`, `future`, `too_old`)."""

    dates: tuple[date, ...] = ()
    problem: str = ""


def read_birth_date(text: str, today: date, language: str = "en") -> Birth:
    """Read a date of birth in any usual form; "3/5/1990" gives two dates, the language's own order first."""
    found = list(dict.fromkeys(_birth_dates(text, today, day_first=language == "es")))
    if not found:
        return Birth(problem="unreadable")
    fit = [one for one in found if one <= today and age(one, today) <= OLDEST_YEARS]
    if fit:
        return Birth(tuple(fit[:2]))
    return Birth(problem="future" if all(one > today for one in found) else "too_old")


def age(birth_date: date, today: date) -> int:
    """Return whole years lived."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def _birth_dates(text: str, today: date, *, day_first: bool) -> list[date]:
    plain = fold(text)
    if match := re.search(r"(?<!\d)(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})(?!\d)", plain):
        return _existing((int(match[1]), int(match[2]), int(match[3])))
    if match := re.search(r"(?<!\d)(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?!\d)", plain):
        year, one, two = _year(match[3], today), int(match[1]), int(match[2])
        orders = [(year, two, one), (year, one, two)] if day_first else [(year, one, two), (year, two, one)]
        return _existing(*orders)
    if match := re.search(r"(?<!\d)(\d{8})(?!\d)", plain):
        return _packed(match[1], day_first)
    return _with_month_name(canonical(_AGES.sub(" ", text)), today)


_AGES = re.compile(r"\b(?:19|20)\d\d\b(?=\D*\b(?:years|años))|[',’](?=\d\d\b)")


def _with_month_name(plain: str, today: date) -> list[date]:
    plain = re.sub(r"\b(?:the|of|or|del?)\b", " ", plain)
    day_month = re.search(r"\b(\d{1,2})\s+mo(\d+)[\s.,-]+'?(\d{4}|\d{2})\b", plain)
    if day_month:
        return _existing((_year(day_month[3], today), int(day_month[2]), int(day_month[1])))
    month_day = re.search(r"\bmo(\d+)[\s.]+(\d{1,2})[\s.,-]+'?(\d{4}|\d{2})\b", plain)
    if month_day:
        return _existing((_year(month_day[3], today), int(month_day[1]), int(month_day[2])))
    year_first = re.search(r"\b(\d{4})[\s.,-]+mo(\d+)[\s.]+(\d{1,2})\b", plain)
    return _existing((int(year_first[1]), int(year_first[2]), int(year_first[3]))) if year_first else []


def _packed(digits: str, day_first: bool) -> list[date]:
    """Read 05031990 and 19900503."""
    if digits[:2] in ("19", "20") and int(digits[4:6]) <= 12:
        return _existing((int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    one, two, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return _existing((year, two, one), (year, one, two)) if day_first else _existing((year, one, two), (year, two, one))


def _year(text: str, today: date) -> int:
    """Two digits are the last hundred years."""
    year = int(text)
    if len(text) == 4:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year else century - 100 + year


def _existing(*candidates: tuple[int, int, int]) -> list[date]:
    dates = []
    for year, month, day in candidates:
        try:
            dates.append(date(year, month, day))
        except ValueError:
            continue
    return dates


_CHILD = listed(
    "son daughter child kid kids baby boy girl toddler infant newborn teen teenager stepson stepdaughter "
    "grandson granddaughter grandchild nephew niece children hijo hija hijos nino nina bebe nieto nieta "
    "sobrino sobrina chico chica hijastro hijastra nene nena menor"
)
_SELF = re.compile(
    r"^(?:(?:it'?s|its|it is|just|only|this is|yes|si|es|la visita es|the visit is|solo|no|actually|en realidad)[ ,]+)*"
    r"(?:(?:for|para) )?(?:me|myself|self|mine|my self|i|mi|mi mismo|mi misma|yo|yo mismo|yo misma)(?: (?:only|"
    r"please|alone|solo|por favor))?$|"
    r"^(?:but |pero )?(?:i'?m|i am|tengo) (?:only |solo )?1\d(?: (?:years old|yrs old|yo|anos))?(?: (?:tho|though))?$"
)
_OTHER = listed(
    "husband wife mother father mom dad partner friend brother sister parent boyfriend girlfriend "
    "grandmother grandfather grandma grandpa esposo esposa marido mujer madre padre mama papa pareja amigo "
    "amiga hermano hermana abuelo abuela"
)


_WRITER = listed("am i'm im soy")
_NOT_FOR = re.compile(
    r"(?<=\w)[ ,]+(?:not|no es|instead of|en vez de|en lugar de) (?:for |para )?(?:my|mi) \w+", re.IGNORECASE
)
_OF_CHILD = re.compile(  # "my 3 yr old", "his mother"
    r"\b(?:my|mi) (?:1[0-7]|\d)[ -]?(?:yr|yrs|year|years|months?|mo|weeks?|ano|anos|mes|meses)s?\b[ -]?(?:old|o)?|"
    r"\b(?:his|her|their|su) (?:mother|mom|mum|mama|father|dad|parent|madre|padre|papa|guardian|tutor|tutora)\b"
)
_FOR = re.compile(r"\b(?:for|para) (?:my|mi)\b", re.IGNORECASE)


def read_for(text: str) -> str | None:
    """Return "child" or "other" when a request names whom it is for: "an appointment for my mother"; else None."""
    who = read_who(text)
    return who if who == "child" or (who == "other" and _FOR.search(text)) else None


def read_who(text: str) -> str | None:
    """Return "child", "self" or "other" (an adult who is not the writer), or None."""
    text = _NOT_FOR.sub(" ", text)
    found = set(words(text))
    if found & _CHILD or _OF_CHILD.search(fold(text)):
        return "child"
    if found & _WRITER and len(text.split()) <= 5:  # "soy la abuela" says who books for whom
        return "child" if read_relationship(text) else "other" if found & _OTHER else _read_self(text)
    if found & _OTHER:
        return "other"
    return _read_self(text)


def _read_self(text: str) -> str | None:
    return "self" if _SELF.match(fold(text).strip(" .!")) else None


_RELATIONS = {
    "mother": "mother mom mum mommy mama madre mami",
    "father": "father dad daddy papa padre papi",
    "grandparent": "grandmother grandfather grandma grandpa abuela abuelo nana granny",
    "guardian": "guardian tutor tutora custodian foster",
    "stepparent": "stepmother stepfather stepmom stepdad madrastra padrastro",
    "aunt or uncle": "aunt uncle tia tio auntie",
    "parent": "parent parents padres progenitor progenitora",
}


def read_relationship(text: str) -> str | None:
    """Return how the guardian is related to the child, in English, or None."""
    found = set(words(text))
    return next((relation for relation, known in _RELATIONS.items() if found & set(known.split())), None)
