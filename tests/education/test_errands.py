"""What asks the clinic to do something gets no article, whatever illness it names."""

import pytest

from frontdoor.education.errands import is_errand
from frontdoor.education.library import Library
from frontdoor.education.search import Search

ERRANDS = [
    ("en", "my thyroid pills ran out"),
    ("en", "send my asthma inhaler to the cvs on main"),
    ("en", "need a refill of my blood pressure medicine"),
    ("en", "did my cholesterol results come back"),
    ("en", "book me an appointment for my migraines"),
    ("en", "doctors note for the flu"),
    ("en", "i only have two birth control pills left"),
    ("en", "how did my chlamydia test come out"),
    ("en", "negative"),
    ("en", "my dog has pink eye"),
    ("en", "shot records for the flu vaccine"),
    ("en", "do you guys do weight loss injections"),
    ("en", "can the doctor sign the asthma form for camp"),
    ("en", "i need a copy of my heart ekg"),
    ("en", "my inhaler is empty"),
    ("en", "i need more lisinopril"),
    ("en", "cholesterol results"),
    ("en", "was my covid test positive"),
    ("en", "my asthma inhaler never got to cvs"),
    ("en", "migraine with my taxes this year lol"),
    ("en", "covid relief check"),
    ("en", "i want the doctor who does diabetes to call me"),
    ("es", "quiero que me llame el doctor de la diabetes"),
    ("es", "gracias por el artículo"),
    ("es", "ahí ponen la vacuna de la gripe?"),
    ("en", "my parakeet has a cold"),
    ("en", "i want to talk to somebody about my migraines"),
    ("es", "se me acabó la pastilla de la presión"),
    ("es", "ocupo más losartán"),
    ("es", "resultado de la prueba de covid"),
    ("es", "mi inhalador del asma nunca llegó a cvs"),
    ("es", "una rola para la depre"),
    ("es", "alergia a los lunes jaja"),
    ("es", "manden mi insulina a la farmacia"),
    ("es", "ya llegaron los resultados del colesterol"),
    ("es", "quiero una cita por mis migrañas"),
    ("es", "un justificante por la gripe"),
    ("es", "me quedan tres pastillas de la tiroides"),
    ("es", "renuévenme el enalapril"),
    ("es", "quiero la receta de la tiroides otra vez"),
    ("es", "me cortaron la luz"),
    ("es", "refill de mi losartan"),
    ("es", "quiero saber cómo salí en el examen de clamidia"),
    ("es", "ALTO"),
    ("es", "mi perro tiene el ojo rojo y con lagañas"),
    ("es", "necesito la cartilla de vacunas de mi hijo"),
    ("es", "ya salió mi examen del colesterol?"),
    ("es", "quiero 90 días de metformina en vez de 30"),
    ("es", "me firman la forma del asma para la escuela?"),
    ("es", "me surten el enalapril"),
    ("es", "quisiera ver a una doctora por mi acné"),
    ("es", "qué dolor de cabeza, y usted cómo está"),
]
QUESTIONS = [
    ("en", "do i need to see a doctor about my cough"),
    ("es", "me da dolor de cabeza con la luz, qué hago"),
    ("en", "what should i eat with high cholesterol"),
    ("en", "how long does the flu last"),
    ("en", "what does an a1c result of 7 mean"),
    ("en", "should i see a doctor about my back"),
    ("en", "my cat gives me allergies, what helps"),
    ("en", "i need more sleep, what helps"),
    ("en", "my cholesterol results were high, what should i eat"),
    ("en", "recipes for diabetics"),
    ("en", "do u have anything on ibs"),
    ("en", "do you have any info about asthma"),
    ("es", "mi gato me da alergia, qué tomo"),
    ("es", "necesito más información sobre el asma"),
    ("es", "el resultado de la glucosa salió alto, qué hago"),
    ("es", "qué es bueno para la presión alta"),
    ("es", "cuánto dura la gripe"),
    ("es", "para qué sirve la levotiroxina"),
]


@pytest.mark.parametrize(("language", "message"), ERRANDS)
def test_an_errand_is_told_by_what_is_to_be_done(language: str, message: str) -> None:
    """Refills, results, visits and notes."""
    assert is_errand(message, language)


@pytest.mark.parametrize(("language", "message"), QUESTIONS)
def test_a_question_is_no_errand(language: str, message: str) -> None:
    """A question about an illness, its treatment or its numbers."""
    assert not is_errand(message, language)


@pytest.fixture(scope="module")
def searches(library: Library) -> dict[str, Search]:
    """The search of each language, by words."""
    return {language: Search(library, language) for language in ("en", "es")}


@pytest.mark.parametrize(("language", "message"), ERRANDS)
def test_an_errand_gets_no_article(language: str, message: str, searches: dict[str, Search]) -> None:
    """The article may be offered, never shown."""
    assert searches[language].find(message).decision != "answer"
