"""Which section answers a question, and when a question goes on about the same topic."""

import pytest

from frontdoor.education.library import Library
from frontdoor.education.sections import choose, is_follow_up


@pytest.mark.parametrize(
    ("topic", "message", "section"),
    [
        ("flu", "what is the flu", "what"),
        ("flu", "how long does the flu last", "duration"),
        ("flu", "how long am i contagious with the flu", "contagious"),
        ("flu", "is tamiflu worth it", "treatment"),
        ("flu", "flu home remedies", "home"),
        ("flu", "flu in toddlers", "children"),
        ("flu", "i am pregnant and have the flu", "pregnancy"),
        ("flu", "when should i see a doctor for the flu", "see"),
        ("flu", "warning signs of flu", "emergency"),
        ("flu", "how do i prevent the flu", "prevention"),
        ("flu", "flu symptoms", "signs"),
        ("diabetes", "what can a diabetic eat for breakfast", "food"),
        ("diabetes", "whats a good a1c number", "tests"),
        ("diabetes", "what causes diabetes", "what"),
        ("migraine", "do certain foods trigger migraines", "causes"),
        ("acne", "what do i do about zits", "home"),
        ("high_blood_pressure", "foods to avoid with high blood pressure", "food"),
        ("pink_eye", "can my kid go to school with pink eye", "children"),
        ("insomnia", "are sleeping pills addictive", "treatment"),
        ("asthma", "asthma", "what"),
        ("menopause", "what should i ask my doctor about menopause", "ask"),
        ("high_blood_pressure", "what blood pressure is too high", "tests"),
        ("flu", "how can i avoid catching the flu", "prevention"),
        ("depression", "depression after having a baby", "pregnancy"),
        ("sore_throat", "whats good for a sore throat", "home"),
        ("asthma", "is asthma contagious", "what"),
        ("pregnancy", "pregnancy", "what"),
        ("asthma", "what if it gets worse", "see"),
        ("high_cholesterol", "what should it be", "tests"),
    ],
)
def test_the_section_that_was_asked_for_answers(library: Library, topic: str, message: str, section: str) -> None:
    """Not the whole article: the part that answers."""
    assert choose(message, library.articles["en", topic]) == section


@pytest.mark.parametrize(
    ("topic", "message", "section"),
    [
        ("flu", "qué es la gripe", "what"),
        ("flu", "cuánto dura la gripe", "duration"),
        ("flu", "cuántos días se contagia la gripe", "contagious"),
        ("flu", "remedios caseros para la gripe", "home"),
        ("flu", "estoy embarazada y tengo gripe", "pregnancy"),
        ("flu", "cuándo debo ir al doctor por la gripe", "see"),
        ("diabetes", "qué puede desayunar un diabético", "food"),
        ("diabetes", "síntomas de la diabetes", "signs"),
        ("uti", "necesito antibiótico para la infección de orina", "treatment"),
        ("uti", "por qué da infección en las vías urinarias", "causes"),
        ("ear_infection", "mi bebé se jala la oreja", "children"),
        ("asthma", "asma", "what"),
        ("diabetes", "tengo el azúcar alta que como", "food"),
        ("fever_children", "y si no le baja", "see"),
        ("pregnancy", "embarazo", "what"),
        ("uti", "que tomo", "treatment"),
        ("thyroid", "qué le pregunto al doctor sobre la tiroides", "ask"),
        ("anxiety", "cómo calmo un ataque de pánico", "home"),
        ("flu", "cómo me protejo de la gripe", "prevention"),
        ("high_blood_pressure", "a partir de cuánto es presión alta", "tests"),
        ("sti", "cómo evito contagiarme de una its", "prevention"),
    ],
)
def test_the_section_that_was_asked_for_answers_in_spanish(
    library: Library, topic: str, message: str, section: str
) -> None:
    """The same in Spanish."""
    assert choose(message, library.articles["es", topic]) == section


def test_a_section_that_is_not_there_is_replaced_by_the_nearest(library: Library) -> None:
    """COPD has nothing on food: what helps at home answers."""
    article = library.articles["en", "copd"]
    assert "food" not in article.sections
    assert choose("what should i eat with copd", article) == "home"


@pytest.mark.parametrize(
    ("language", "message", "follows"),
    [
        ("en", "and for children?", True),
        ("en", "how long does it last?", True),
        ("en", "is it contagious", True),
        ("en", "what about pregnancy", True),
        ("en", "what can i eat", True),
        ("en", "when should i see a doctor", True),
        ("en", "how long does asthma last", False),
        ("en", "what is diabetes", False),
        ("en", "my knee hurts when i walk up the stairs", False),
        ("en", "hello", False),
        ("en", "is it something that my boss can catch from me", True),
        ("en", "and for my 3 year old?", True),
        ("en", "what can i take for it", True),
        ("en", "tell me more", True),
        ("es", "¿y en niños?", True),
        ("es", "cuánto dura?", True),
        ("es", "se contagia?", True),
        ("es", "qué puedo comer", True),
        ("es", "cómo se previene", True),
        ("es", "y cómo se trata?", True),
        ("es", "cuándo voy al doctor", True),
        ("es", "y a los viejitos?", True),
        ("es", "por cuánto tiempo?", True),
        ("es", "cuánto dura el asma", False),
        ("es", "qué es la diabetes", False),
        ("es", "hola", False),
    ],
)
def test_a_follow_up_is_told_from_a_new_question(language: str, message: str, follows: bool) -> None:
    """It names a section and no topic."""
    assert is_follow_up(message, language, names_topic=not follows) is follows
