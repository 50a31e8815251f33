"""Where somebody says to be, or asks whether we see patients: "ontario", "do you serve Texas?", "which states?".

Only a message that is about the place and nothing else is read so: every other word of it is among `_AROUND`.
"""

import re
from dataclasses import dataclass
from functools import cache

from frontdoor.booking.fold import fold, listed
from frontdoor.booking.states import ALSO_WORDS, CODES, NAMES, state_name

_ABROAD = re.split(
    r",\s+",
    """canada, ontario, quebec, british columbia, alberta, manitoba, saskatchewan, nova scotia, new brunswick,
    newfoundland, prince edward island, toronto, montreal, vancouver, calgary, ottawa, winnipeg, edmonton,
    mexico, ciudad de mexico, mexico city, monterrey, guadalajara, tijuana, ciudad juarez, jalisco, sonora,
    nuevo leon, guatemala, honduras, el salvador, nicaragua, costa rica, panama, cuba, dominican republic,
    republica dominicana, haiti, jamaica, bahamas, trinidad, colombia, bogota, medellin, venezuela, caracas,
    ecuador, peru, lima, bolivia, paraguay, uruguay, argentina, buenos aires, brazil, brasil, chile,
    united kingdom, reino unido, england, inglaterra, scotland, escocia, wales, ireland, irlanda, london, londres,
    spain, espana, madrid, barcelona, france, francia, germany, alemania, italy, italia, portugal, netherlands,
    poland, ukraine, russia, europe, europa, india, pakistan, bangladesh, china, japan, japon, korea, corea,
    philippines, filipinas, vietnam, thailand, indonesia, australia, sydney, melbourne, new zealand,
    south africa, sudafrica, nigeria, kenya, ghana, egypt, egipto, israel, dubai, guam""",
)
# Also words or people's names: a place only behind "in", "from", "en" or "de".
_ALSO_WORDS = listed(
    "chile lima cali mass penn tex mesa plano reno orlando charlotte austin savannah phoenix china jordan cambridge "
    "buffalo jersey wales norfolk lowell virginia carolina georgia washington"
)
_MOST_WORDS = 4  # in the name of a place
_BEFORE = listed("in from en de desde")
_AROUND = listed(
    "do does you u guys y'all serve see treat take cover have has can could anyone patients people clients someone in "
    "at from i i'm im am live living reside here my is are state the us usa we licensed available license based "
    "located work operate doctors clinicians providers doctor and also what about if only it too hi hello ok so but "
    "atienden atiende ven a al gente pacientes personas ustedes uds vivo vivimos soy estoy desde en de trabajan "
    "trabaja tienen doctores medicos profesionales licencia con servicio servicios cubren y que pasa estado mi "
    "puedo usar esto si yo el la hola"
)
_WHICH = re.compile(
    r"(?:in |en )?(?:which|what|que|cuales|en que) (?:us )?(?:states|estados)\b(?P<rest>.*)|"
    r"(?:where|donde)(?P<more> (?:are you|are your \w+|do you|estan|tienen) .*licen\w+)"
)


@dataclass(frozen=True)
class Place:
    """A place that was named. *code* is a state's postal code, empty for one abroad; without a *name* all are asked."""

    name: str = ""
    code: str = ""


def read_place(text: str) -> Place | None:
    """Return the place that the whole message is about; None when it is about something else, too."""
    plain = " ".join(re.sub(r"[^a-z' ]+", " ", fold(text)).split())
    if asked := _WHICH.fullmatch(plain):
        return Place() if asked["more"] or _is_around((asked["rest"] or "").split()) else None
    words = plain.split()
    if (where := _named(words)) is not None:
        name, before, after = " ".join(words[where]), words[: where.start], words[where.stop :]
        doubtful = name in _ALSO_WORDS and not (before and before[-1] in _BEFORE)
        return None if doubtful or not _is_around([*before, *after]) else _places()[name]
    return _coded(text)


def _named(words: list[str]) -> slice | None:
    """Return where the longest name of a place stands: "new york city" before "york"."""
    spans = (slice(at, at + size) for size in range(1, _MOST_WORDS + 1) for at in range(len(words) - size + 1))
    found = [span for span in spans if " ".join(words[span]) in _places()]
    return max(found, key=lambda span: len(" ".join(words[span])), default=None)


def _coded(text: str) -> Place | None:
    """Read a state's postal code in capitals: "TX", "Do you serve NJ?"; of those that are words only behind "in".

    "LA" is more often Los Angeles than Louisiana.
    """
    words = re.findall(r"[^\W\d_']+", text)
    for at, word in enumerate(words):
        if (
            word.isupper()
            and word in CODES - {"LA"}
            and (word not in ALSO_WORDS or (at and words[at - 1].lower() in _BEFORE))
        ):
            rest = [fold(other) for other in (*words[:at], *words[at + 1 :])]
            return Place(state_name(word), word) if _is_around(rest) else None
    return None


def _is_around(words: list[str]) -> bool:
    return all(word in _AROUND for word in words)


@cache
def _places() -> dict[str, Place]:
    """Return every place by a name that is known."""
    places = {name: Place(name.title()) for name in _ABROAD}
    return places | {name: Place(state_name(code), code) for name, code in NAMES.items()}
