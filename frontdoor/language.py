"""Which of our two languages a message is in: common words, letters, endings. Pure; made for short, misspelled text."""

import re
import unicodedata

ENGLISH, SPANISH = "en", "es"

_COMMON = {
    ENGLISH: """
        a about accept account ache aches address affirmative after afternoon again agent alerts all allergies
        allergy am an and anxious any anymore anyone anything app appetite appointment appreciate appreciated
        are arent arm around as ask asthma at available awesome baby back bad be because bed been before being
        best better bill birth bite bites blood book born bot both boy bp bring bro btw bug bugs but by bye call
        camera can cancel cannot cant cash change charge check checkup chest child children christmas close
        closed cold control cool copay cost cough could couldnt coverage covered customer dad data daughter day
        days december define delete dentist diabetes did didnt disable dispute dizzy do doctor does dont down
        dude dunno during each ear earliest eat email english escalate estimate evening every everything
        experience eye eyes father feel feeling feet fever few find fine first flare flu foot for forever fr
        free friday from froze game get getting gimme girl give go going gonna good goodbye got gotta great had
        haha has hasnt have havent having he head headache headaches health heart hello help helpful her here
        hey hi high him his hiya holiday holidays hours how howdy human hurt hurts husband hypertension i idk if
        ill im in inhaler insurance is it its ive joke just keep kid kids kinda knee know lab labs language
        languages last lately later left leg lemme let lets lifesaver like link list lol long look lot low
        machine make many may maybe me med medicine meds messages might migraine mom monday month more morning
        most mother move movie much music mute my myself nah name need negative never new next nice night no
        nobody none nope nose not nothing notifications now number nurse of off old omg on one only open
        operator opt or order other our out over pain parents pay people perfect period person pharmacy phone
        physical pill pills please pls plz portal pregnant prescription prescriptions pressure price prices put
        rash rates read really record recorded records refill refills remove representative reschedule results
        sad same saturday say schedule screen script see send service she shot shots should shouldnt show sick
        side signs since skin sleep sleepless slot so some somebody someone something son soon soonest sore
        sorry sound sounds spanish speak speaking start stay still stomach stop such sugar sunday sure switch
        symptoms take talk tell test text texts than thank thanks thanksgiving that the their them then
        therapist therapy there they thing this thnx throat thursday thx time tired tmrw to today toddler
        tomorrow tonight too transfer translate treat treatment true try tuesday two ty tysm under unsub
        unsubscribe until up ur us use very video visit vomiting vs wait wanna want was wasnt way we weather
        website wednesday week weekend weekends weeks weight weird well went were what whats when where which
        while who whole why wife will with wont work worse worst would write xray yall yeah year years yep yes
        yesterday yo you your yup
    """,
    SPANISH: """
        a abierto abren abuela abuelo aburrida aburrido aca aceptan acidez acuerdo ademas adios adioz agarran
        agendar agendo agente agradecida agradecido agradezco agruras agua ahi ahora ahorita aja al alergia
        alergias alergica alergico algo alguien alguna alla almorranas alto analisis anda andale andan ando
        anoche anos ansiedad antes anular anule apartar apellido apenas aquel aqui artritis asesor asi asma
        atienden aun aunque ayer ayuda ayudar azucar babay bajar barriga bay bebe bien borrar borren brazo buena
        buenas bueno buenos cabeza cada calambres calentura camara cambiar cambie cambien cambio cancela
        cancelar cancele cancelen casa caspa castellano catarro cerrado chao chau chiste ciatica cierran cigarro
        cintura cita citas claro clima cobran colesterol comer como computadora con confidencial consulta
        consultas contacten contra copago corazon correo cosas costo cual cuales cualquier cualquiera cuando
        cuanta cuanto cuantos cubre cubren cuello cuerpo cuesta da dale dan dar datos de debe debo decir dejar
        del deme denme depresion desde despues dia diabetes diarrea dias dice dicen dieta diga digan digo
        dijeron dijo dime direccion discriminaron doctor doctora dolor domingo domingos donde dos duele duelen
        dura durante edad el eliminen ella ellos embarazada embarazo en enfermedad enfermera enfermero enlace
        entiende entiendo entonces entrar entre era eres es esa escriban escribir escucha ese eso esos espalda
        espanol espinillas esposa esposo esta estamos estan estar estas este esto estomago estoy estrenimiento
        estres examen examenes expediente farmacia favor felicitar feliz festivo fiebre firmar fue fui fumar
        garganta grabada grabado graban gracias granos grasias grave grax gripa gripe grosera gusta ha habla
        hablan hablar hablas hablo hace hacer hago hasta hay hermana hermano higado hija hijo historial hola
        holi holis hongos hora horario horarios horas hoy humano infeccion ingles inhalador insomnio ir jaja
        jaqueca juanetes jueves kiero la laboratorio las le les listo llamo llevas llevo lo lombrices los luego
        lumbago lunes mal mama manana mandar manden maquina mareada mareo mareos marido martes mas me medicina
        mejor menopausia menos mensajes mes meses mi mia microfono mientras miercoles migrana mija mijo mio mis
        misma mismo molesten momento mover mucha mucho muchos muela mueva musica muy naci nacio nada nadie nariz
        nauseas navidad necesita necesitan necesito nel ni nina nino ninos no noche nomas nombre nop nos
        nosotros noup numero nunca o obesidad ocupo oido ojo ojos okey ola operador orale orita otra otro oye
        pagar pago pantalla panza papa para partido pasa pastilla pastillas pecho pelicula pelo permiso pero
        persona pesimo peso pie piel pierna piojos plis podria podrian ponen poner pongo por porfa porfavor
        porfis porque pos posponer precio presion primera privado pueda puede pueden puedes puedo que queja
        quien quieren quieres quiero quihubo quisiera quita quitar quiubo ratito reagendar recepcion receta
        recetas reciben reflujo regla remedio reservar resfriado resfrio resultados resurtir rinones robot
        rodilla ronchas sabado sale salieron salio salud saludos sangre se sea seguro semana semanas senales
        senor senora sentir ser si siempre siento simon sin sintomas sip sirve sobre sobrepeso solo somos son
        soy su suegra sueno sugerencia sus suyo tambien tampoco tan tarde tarea te telefono temprano tenemos
        tener tengo terminar ti tia tiene tienen tienes tiroides toda todas todavia todo todos toman tomar tomo
        tos trae traigo tratamiento tres tristeza tu turno tuve un una unas uno unos urge usted ustedes va
        vacuna vacunas vale varices verrugas vez video videollamada viernes visita vivo vomito voy wenas xfavor
        y ya yo
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
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")  # "graciassss"
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
    if len(telling) == 1 and _bare(telling[0]) in _CARRIERS_WORDS:
        return None
    if len("".join(telling)) < 2:  # "O" may be a name's initial as well as a word
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


_CARRIERS_WORDS = frozenset({"stop", "start", "unstop", "help"})  # which telephone companies teach to everybody
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
    return [_as_written(word.replace("'", "").replace("’", "")) for word in _WORD.findall(plain)]


def _as_written(word: str) -> str:
    """Return *word* without letters that are drawn out, as it stands in a list if it does ("graciassss", "siii")."""
    if not _DRAWN_OUT.search(word):
        return word
    once, twice = _DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)
    return once if any(once in words for words in _WORDS.values()) else twice
