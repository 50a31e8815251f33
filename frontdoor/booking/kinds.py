"""Which kind of visit a patient means: "skin doctor", "therapist", "dermatologo", "for my baby"."""

import re

from rapidfuzz.distance import OSA

from frontdoor.booking import picked
from frontdoor.booking.fold import fold, words
from frontdoor.clinic import Clinic

GENERAL = "primary_care"  # where who does not know which kind of visit is sent
_ANY_OF_ALL = re.compile(  # with a time behind it: "whatever just next available"
    r"^(?:whatever|whichever|any(?:one|thing|body)|cualquiera|(?:el|la|lo) que sea)\b(?:[ ,]+\S+){0,4}$"
)
_ONLY_A_PLACE = re.compile(r"^(?:(?:the|el|la|lo) )?\w+(?: (?:one|please|por favor|option|opcion))*$")
# For the codes of the demo clinic; a clinic's own names and codes always work too.
_WORDS = {
    "behavioral_health": "therapist therapy counselor counselling counseling psychologist psychiatrist psychology "
    "psychiatry shrink sicologo sicologa sicologia siquiatra siquiatria "
    "terapeuta terapia psicologo psicologa psiquiatra psicologia psiquiatria consejero consejera",
    "dermatology": "dermatologist dermatology derm skin mole moles rash acne eczema "
    "dermatologo dermatologa dermatologia piel lunar lunares sarpullido",
    "pediatrics": "pediatrician pediatrics paediatrician paediatrics pediatra pediatria",
    "nutrition": "nutritionist nutrition dietitian dietician diet nutricionista nutricion nutriologo nutriologa "
    "dietista dieta",
    "primary_care": "gp physician pcp generalist checkup general cabecera chequeo",
}
_PHRASES = {
    "behavioral_health": ("mental health", "behaviou?ral", "salud mental"),
    "pediatrics": ("(?:kid|kids|kid's|children's|"
                   "childrens|child|baby) doctor", "(?:doctor|doctora|medico|medica) (?:de|para) ninos"),
    "nutrition": ("(?:lose|losing) weight", "weight (?:loss|management)", "(?:bajar|perder) (?:de )?peso"),
    "primary_care": ("primary", "(?:family|regular|"
                                "normal) (?:doctor|medicine)", "check-?up", "(?:annual )?physical", "atencion primaria",
                     "medico familiar"),
}  # fmt: skip


def read_kind(text: str, clinic: Clinic) -> str | None:
    """Return the code of the kind of visit that *text* names, or None when it names none or several."""
    plain, typed = fold(text).replace("_", " "), words(text)
    found = {
        service.code
        for service in clinic.services
        if any(
            re.search(rf"\b{re.escape(fold(name).replace('_', ' '))}\b", plain)
            for name in (*service.names.values(), service.code)
        )
        or any(re.search(rf"\b{phrase}\b", plain) for phrase in _PHRASES.get(service.code, ()))
        or any(_same(word, known) for known in _WORDS.get(service.code, "").split() for word in typed)
    }
    specific = found - {"primary_care"} or found
    return next(iter(specific)) if len(specific) == 1 else None


def pick_kind(text: str, clinic: Clinic) -> str | None:
    """Return the code of the kind that answers the list of them: by its place, "the second", or any of them.

    Any is `GENERAL` where the clinic has it, else the first.
    """
    plain, codes = picked.bare(text), [service.code for service in clinic.services]
    if picked.is_any(plain) or (_ANY_OF_ALL.match(plain) and "?" not in text):
        return GENERAL if GENERAL in codes else codes[0]
    place = picked.number(plain) or (picked.position(plain, len(codes)) if _ONLY_A_PLACE.match(plain) else None)
    return codes[place - 1] if place and place <= len(codes) else None


def _same(word: str, known: str) -> bool:
    return word == known or (
        len(known) >= 8 and len(word) >= 6 and word[0] == known[0] and OSA.distance(word, known) <= 2
    )
