"""The screen tells emergencies from talk about emergencies."""

import time

import pytest

from frontdoor.safety.screen import Screen, load, rules_only

PLAIN = [
    ("en", "chest pain", "cardiac"),
    ("en", "I think I'm having a heart attack", "cardiac"),
    ("en", "my baby wont wake up", "unconscious_seizure"),
    ("en", "i cant breathe", "breathing"),
    ("en", "i want to kill myself", "self_harm"),
    ("en", "i took all my pills and im sleepy", "overdose_poison"),
    ("en", "everyone would be better off without me", "self_harm"),
    ("en", "she is having a stroke", "stroke"),
    ("en", "he is having a seizure", "unconscious_seizure"),
    ("en", "it wont stop bleeding", "bleeding"),
    ("en", "my throat is closing up", "anaphylaxis"),
    ("en", "my husband hit me", "violence"),
    ("es", "mi papá no reacciona", "unconscious_seizure"),
    ("es", "no siento la mitad de la cara", "stroke"),
    ("es", "no puedo respirar", "breathing"),
    ("es", "me quiero morir", "self_harm"),
    ("es", "creo que me está dando un infarto", "cardiac"),
    ("es", "mi hija está convulsionando", "unconscious_seizure"),
    ("es", "no para de sangrar", "bleeding"),
    ("es", "me tomé todas las pastillas", "overdose_poison"),
]
WAYS_OF_WRITING = [
    ("capitals", "I CANT BREATHE", "emergency"),
    ("curly apostrophe", "i can\u2019t breathe", "emergency"),
    ("stretched letters", "i caaaaant breeeeathe", "emergency"),
    ("two letters swapped", "my husband is having a siezure", "emergency"),
    ("two words joined", "chestpain help", "emergency"),
    ("full-width letters", "\uff49 \uff43\uff41\uff4e\uff54 \uff42\uff52\uff45\uff41\uff54\uff48\uff45", "emergency"),
    ("digits for letters", "i want to k1ll myself", "emergency"),
    ("slang", "gonna kms tonight", "emergency"),
    ("emoji for a word", "he took all the 💊", "emergency"),
    ("no accents", "mi mama no reacciona", "emergency"),
    ("two languages", "mi esposo has chest pain muy fuerte", "emergency"),
    ("a plan is no joke", "im gonna kms tonight lol for real", "emergency"),
    ("nothing", "", "none"),
    ("only marks", "?!... 🙂", "none"),
    ("a button's text", "Book a visit", "none"),
]
CONTEXTS = [
    ("a common word that looks like a short form", "that is odd, my bill is wrong", "none"),
    ("denied", "no chest pain today", "none"),
    ("a no that is the sign", "he is not breathing", "emergency"),
    ("a no of another clause", "i dont know what to do my chest hurts so bad", "emergency"),
    ("past", "i had a heart attack in 2016", "none"),
    ("past, and back", "had a stent 2 years ago and now the chest pain is back", "emergency"),
    ("another person, now", "my dad is having a stroke right now", "emergency"),
    ("hypothetical", "if i ever have chest pain who do i call", "none"),
    ("a question about it", "what are the symptoms of a stroke", "none"),
    ("a question that is about now", "is it a heart attack if ive got chest pain right now", "emergency"),
    ("figure of speech", "this bill gave me a heart attack lol", "none"),
    ("a sign within a harmless phrase", "dar pecho me duele", "none"),
    ("a sign beside a harmless phrase", "le doy pecho y me duele el pecho y no puedo respirar", "emergency"),
    ("snoring, for years", "my husband snores and stops breathing", "none"),
    ("no snoring", "my husband stopped breathing", "emergency"),
    ("the long history of self-harm", "i tried to kill myself ten years ago", "check"),
    ("a shot of vaccine", "tetanus shot made my arm stiff", "none"),
    ("a shot", "somebody shot my brother", "emergency"),
    ("weeks that are no age", "cough that lingers, its been two weeks since the cold, no fever", "none"),
    ("cut by mistake", "uñero rojito en el dedo por cortarme mal", "none"),
    ("salt water", "me saqué la semilla de la muela, agua con sal y ya?", "none"),
    ("negado", "no me duele el pecho", "none"),
    ("pasado", "tuve un derrame en 2016", "none"),
    ("pregunta", "cuáles son los síntomas de un infarto", "none"),
    ("figurado", "me muero de risa", "none"),
    ("un signo que ya no está", "ya no me duele el pecho", "none"),
    ("lo que ya no puede no quita el signo", "le duele el pecho y ya no puede caminar", "emergency"),
    ("ni el que viene después", "mi abuela ya no quiere hablar, respira rapidito", "emergency"),
    ("un aparato que se ahoga", "el tensiómetro que mandaron se ahoga, marca error", "none"),
]
NUMBERS = [
    ("young, Fahrenheit", "my 2 month old has 100.9", "emergency", "infant_fever"),
    ("young, Celsius", "mi bebé de 3 semanas tiene 38.5", "emergency", "infant_fever"),
    ("young and cold", "10 day old baby temperature 95.6", "emergency", "infant_fever"),
    ("young, no number", "my 2 month old has a temp", "emergency", "infant_fever"),
    ("young, by words", "my two month old has a temp", "emergency", "infant_fever"),
    ("young and well", "my 2 month old has a temperature of 98.6", "none", None),
    ("older child", "my 3 year old has a fever of 101", "none", None),
    ("pressure", "my blood pressure is 190/120", "check", "cardiac"),
    ("pressure with a sign", "bp 200/130 and blurry vision", "emergency", "cardiac"),
    ("pressure, pregnant", "30 weeks pregnant blood pressure 165/112", "emergency", "pregnancy"),
    ("pressure, well", "my blood pressure was 135 over 85", "none", None),
    ("oxygen", "oxygen is 84", "emergency", "breathing"),
    ("oxygen, well", "my oxygen is 98", "none", None),
    ("sugar, low", "my sugar is 34", "emergency", "other"),
    ("sugar, well", "my sugar is 110 fasting", "none", None),
    ("dictated", "my newborns temp is one oh one point two", "emergency", "infant_fever"),
    ("dictado", "mi bebé de dos meses trae treinta y ocho y medio", "emergency", "infant_fever"),
    ("mistyped", "my babby is 3 weaks old tempreture 101", "emergency", "infant_fever"),
    ("pressure, dictated", "my blood pressure is one eighty over one twenty", "check", "cardiac"),
    ("pressure in centimetres", "presión 20 con 12 y dolor de cabeza", "emergency", "cardiac"),
    ("pressure in centimetres, well", "mi presión es 12/8", "none", None),
    ("sugar in mmol/L, low", "my sugar is 2.1", "emergency", "other"),
    ("sugar in mmol/L, high", "my glucose is thirty mmol", "emergency", "other"),
    ("sugar in mmol/L, well", "my sugar is 7.2", "none", None),
    ("sugar, dictated", "mi azúcar está en quinientos ochenta", "emergency", "other"),
    ("oxygen, dictated", "oxygen is eighty four", "emergency", "breathing"),
    ("ten milligrams of a pill are no sugar", "pls refill lisinopril 10mg", "none", None),
    ("minutes are no sugar", "tengo hipo desde hace 15 minutos, ya se quitó con azúcar", "none", None),
    ("who sat has no oxygen", "my bp was 138/86 this morning, 124/79 after i sat a while", "none", None),
    ("oxygen, short", "o2 sat 85", "emergency", "breathing"),
    ("a date is no pressure", "appointment on 12/11 at 180 Main Street", "none", None),
]


@pytest.fixture(scope="module")
def screen() -> Screen:
    """The rules as they ship."""
    return rules_only()


@pytest.mark.parametrize(("language", "text", "category"), PLAIN)
def test_a_plain_word_is_never_missed(language: str, text: str, category: str, screen: Screen) -> None:
    """What a frightened person says plainly is an emergency, in the right category and language."""
    verdict = screen(text)
    assert (verdict.level, verdict.category, verdict.language) == ("emergency", category, language)


@pytest.mark.parametrize(("name", "text", "level"), WAYS_OF_WRITING, ids=[name for name, *_ in WAYS_OF_WRITING])
def test_the_way_of_writing_does_not_matter(name: str, text: str, level: str, screen: Screen) -> None:
    """Errors, slang, emoji and scripts lead to the same verdict."""
    assert screen(text).level == level


@pytest.mark.parametrize(("name", "text", "level"), CONTEXTS, ids=[name for name, *_ in CONTEXTS])
def test_context_decides(name: str, text: str, level: str, screen: Screen) -> None:
    """A sign that is denied, past, asked about or a joke is none; one of here and now is one."""
    assert screen(text).level == level


@pytest.mark.parametrize(("name", "text", "level", "category"), NUMBERS, ids=[name for name, *_ in NUMBERS])
def test_a_measurement_can_be_a_warning(name: str, text: str, level: str, category: str, screen: Screen) -> None:
    """Numbers count beside what they measure."""
    verdict = screen(text)
    assert (verdict.level, verdict.category) == (level, category)


def test_a_told_language_is_kept(screen: Screen) -> None:
    """The conversation's language is answered in, whatever the words look like."""
    assert screen("i cant breathe", "es").language == "es"
    assert screen("i cant breathe", "xx").language == "en"


def test_the_same_text_has_the_same_verdict(screen: Screen) -> None:
    """Nothing but the text decides."""
    texts = [text for _, text, _ in PLAIN]
    again = rules_only()
    assert [again(text) for text in texts] == [screen(text) for text in texts]


def test_a_long_text_is_screened_whole_and_soon(screen: Screen) -> None:
    """The sign at the end of a long message is found, and no message holds the gateway up."""
    text = "we went to the market and bought some apples and then we walked home again. " * 40 + "now i cant breathe"
    started = time.process_time()
    assert screen(text).level == "emergency"
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "text",
    ["abcdefghij" * 800, "chest pain " * 700, "no " * 2600, "xqzw " * 1600, "a1" * 4000, "😂" * 8000, "100 " * 2000],
)
def test_no_text_holds_the_gateway_up(text: str, screen: Screen) -> None:
    """Whatever somebody sends, the verdict is there in well under a second of work."""
    started = time.process_time()
    screen(text)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(("language", "text", "category"), PLAIN)
def test_plain_words_block_with_the_head_too(language: str, text: str, category: str) -> None:
    """The head doubts no plain call for help."""
    assert (load()(text).level, load()(text).category) == ("emergency", category)
