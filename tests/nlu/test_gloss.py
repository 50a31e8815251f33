"""Spanish messages, word by word in English."""

import pytest

from frontdoor.assistant.gloss import FILES, english_words
from frontdoor.assistant.plain import plain


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Me duele la cabeza", "me hurts the head"),
        ("¿Cuándo es mi CITA?", "when is my appointment"),
        ("quiero cancelarla", "i want cancel"),
        ("pastillas para la presión", "pills for the blood pressure"),
        ("necesito mi zoloft", "i need my zoloft"),
        ("las enfermeras", "the nurse"),
        ("nesesito una sita", "i need a appointment"),
        ("me duele la kabesa", "me hurts the head"),
        ("tengo soltura y no puedo obrar", "i have diarrhea and no can i poop"),
        ("me dan bochornos", "me give hot flashes"),
        ("amanecí mormada", "woke up stuffy nose"),
        ("", ""),
        ("👋", "👋"),
    ],
)
def test_known_words_become_english(said: str, read: str) -> None:
    """Words of the list, their plurals and verbs with a pronoun are replaced; others stay."""
    assert english_words(said) == read


def test_the_list_can_be_found_by_its_words() -> None:
    """Every Spanish word stands once, as a message would be compared: small, without accents."""
    lines = [line for file in FILES for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    words = [entry.partition(" = ")[0] for line in lines for entry in line.split(", ")]
    assert words == sorted(set(words))
    assert [word for word in words if plain(word) != word or " " in word] == []
