"""Which of our two languages a message is in: common words, letters, endings. Pure; made for short, misspelled text."""

import re
import unicodedata

ENGLISH, SPANISH = "en", "es"

_COMMON = {
    ENGLISH: """
        a about after again all am an and any anyone appointment are around as ask at baby back be because been
        before best blood book both bp but by bye call can cancel cant change child children cold cough could
        dad daughter day days did do doctor does dont down each ear eat every eye feel feeling feet fever few
        find first flu for free friday from get getting give go going good got had has have having he head
        health heart hello help her here hey hi high him his hours how hurts i if ill im in insurance is it its
        ive just keep kid kids know last left leg let like long look lot low make many may me med medicine meds
        might mom monday month more morning most much my myself name need never new next night no not now of off
        old on one only or order other our out over pain pay people pill pills please pressure really
        reschedule saturday say see she shot shots should sick side signs since skin sleep so some someone
        something son soon sorry speak speaking still stomach stop sugar sunday symptoms take talk test thank
        thanks that the their them then there they thing this throat thursday time to today tomorrow too treat
        treatment try tuesday two under until up us use very video visit wait want was way we wednesday week
        weeks well went were what whats when where which while who whole why wife will with work would year
        years yes yesterday you your
    """,
    SPANISH: """
        a abren acuerdo ademas adios agua ahi ahora al algo alguien alguna alto anoche anos antes aqui asi
        atienden aun ayer ayuda ayudar azucar bajar bebe bien buena buenas bueno buenos cabeza cada calentura
        cambiar cancelar casa cita citas comer como con contra corazon cosas cual cuales cuando cuanta cuanto
        cuantos cuerpo cuesta da dan dar de debe debo decir dejar del desde despues dia dias dice dijeron doctor
        doctora dolor donde dos duele duelen dura durante el ella ellos embarazada en enfermedad entre era eres
        es esa ese espalda esta estan estar estas este esto estomago estoy favor fiebre fue garganta gracias
        grave ha hablar hablo hace hacer hago hasta hay hija hijo hola hora horas hoy infeccion ir jueves la las
        le les lo los luego lunes mal manana martes mas me medicina mejor menos mes meses mi miercoles mis
        momento mucha mucho muchos muy nada necesito ni nina nino ninos no noche nombre nos nunca o oido ojo
        ojos otra otro para pasa pastilla pastillas pecho pero persona pie piel pierna por porque precio presion
        primera puede pueden puedo que quien quiero quita quitar receta remedio sabado salud sangre se sea
        seguro semana semanas senales sentir ser si siempre siento sin sintomas sirve sobre solo son soy su sus
        tambien tan tarde te tener tengo ti tiene tienen tienes toda todas todo todos tomar tomo tos tratamiento
        tres tu tuve un una unas uno unos usted ustedes va vacuna vez viernes voy y ya yo
    """,
}
_WORDS = {language: frozenset(text.split()) for language, text in _COMMON.items()}
# What a word that is in neither list looks like.
_SHAPES = {
    ENGLISH: re.compile(
        r"w|k(?!ilo)|sh|th|ee|oo|ough|tion$|ing$|ed$|ness$|ly$|ck|ph|[^aeiousnrlzdy]$|y[aeiou]?$|ll$|ss"
    ),
    SPANISH: re.compile(
        r"cion$|ciones$|mente$|dad$|ando$|iendo$|ar$|er$|ir$|[aeo]s?$|it[oa]s?$|ismo$|ien|ue[^l]|rr|ll[aeo]|ñ|qu[ei]"
    ),
}
_LETTERS_ES = re.compile(r"[ñ¿¡áíóúü]|é(?!e)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_COMMON_WEIGHT, _SHAPE_WEIGHT, _LETTER_WEIGHT = 1.0, 0.3, 1.5
_PRIOR_WEIGHT = 0.6  # less than one common word: a whole sentence in the other language wins


def detect(text: str, prior: str | None = None) -> str:
    """Return "en" or "es". *prior* is the conversation's language: it decides where the words do not."""
    lead = _lead_of_spanish(text)
    if prior in (ENGLISH, SPANISH):
        lead += _PRIOR_WEIGHT if prior == SPANISH else -_PRIOR_WEIGHT
    return SPANISH if lead > 0 else ENGLISH


def clear(text: str) -> str | None:
    """Return the language that *text* is plainly in; None where it does not tell (a name, a number, an address, "ok").

    As `detect` with either prior, but a name says nothing: "José Núñez" answers a question asked in English too.
    """
    words = [word for word in text.split() if "@" not in word and "://" not in word]
    telling = [word for word in words if _bare(word) not in _PARTICLES]
    if len(telling) > 1 and all(map(_is_name, telling)):
        return None
    lead = _lead_of_spanish(" ".join(telling))
    return None if abs(lead) <= _PRIOR_WEIGHT else SPANISH if lead > 0 else ENGLISH


def asks_for(text: str) -> str | None:
    """Return the language that *text* asks to be answered in ("español", "in English please"); None if none."""
    words = set(_plain_words(text))
    if words & {"espanol", "castellano", "spanish"} and len(words) <= _SHORT_REQUEST_WORDS:
        return SPANISH
    if words & {"english", "ingles"} and len(words) <= _SHORT_REQUEST_WORDS:
        return ENGLISH
    return None


_SHORT_REQUEST_WORDS = 6  # "can we do this in spanish": longer ones may be about something else


def common_words(language: str) -> frozenset[str]:
    """Return the everyday words of *language*, plain."""
    return _WORDS[language]


_PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "y"})  # also parts of names


def _is_name(word: str) -> bool:
    return word[:1].isupper() and not word.isupper() and not any(_bare(word) in words for words in _WORDS.values())


def _bare(word: str) -> str:
    return "".join(_plain_words(word))


def _lead_of_spanish(text: str) -> float:
    lead = _LETTER_WEIGHT if _LETTERS_ES.search(unicodedata.normalize("NFC", text.lower())) else 0.0
    for word in _plain_words(text):
        english, spanish = word in _WORDS[ENGLISH], word in _WORDS[SPANISH]
        if english != spanish:
            lead += _COMMON_WEIGHT if spanish else -_COMMON_WEIGHT
        elif not english and len(word) > 2:
            lead += _SHAPE_WEIGHT * (bool(_SHAPES[SPANISH].search(word)) - bool(_SHAPES[ENGLISH].search(word)))
    return lead


def _plain_words(text: str) -> list[str]:
    """Return the words, small, without accents (ñ stays a sign in `_LETTERS_ES`) and apostrophes."""
    spread = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return [word.replace("'", "").replace("’", "") for word in _WORD.findall(plain)]
