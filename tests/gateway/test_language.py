"""A conversation is in the language that the patient writes."""

import pytest

from tests.gateway.serving import House, until


def language_of(house: House, conversation: str) -> str:
    return str(house.sql("SELECT language FROM conversations.conversation WHERE id = $1::uuid", conversation)[0][0])


def test_the_bot_answers_in_the_language_of_the_message(house: House) -> None:
    """Spanish is answered in Spanish without a word about it; what tells nothing stays in it; English leads back."""
    patient = house.patient()
    said = ["necesito cita con un sicologo", "3/5/88", "José Núñez", "ana@yahoo.com", "ok", "i need a doctor"]
    for text in said:
        after = patient.write(text)
        patient.wait_for(f"echo: {text}", after)
    assert [turn["language"] for turn in house.bot.turns] == ["es", "es", "es", "es", "es", "en"]


def test_a_name_does_not_turn_an_english_conversation(house: House) -> None:
    """Accents and particles of a name are no Spanish sentence."""
    patient = house.patient()
    for text in ("i need an appointment", "José Núñez", "Maria de la Cruz", "maria de la cruz"):
        patient.wait_for(f"echo: {text}", patient.write(text))
    assert [turn["language"] for turn in house.bot.turns] == ["en"] * 4


def test_a_language_that_was_asked_for_stays(house: House) -> None:
    """Who asks for a language is answered in it, whatever they write in."""
    patient = house.patient()
    house.bot.language, house.bot.intent = "es", "language_switch"
    patient.wait_for("echo", patient.write("in spanish please"))
    house.bot.language, house.bot.intent = "", "greet"
    patient.wait_for("echo: i need", patient.write("i need a doctor for my son"))
    assert [turn["language"] for turn in house.bot.turns] == ["en", "es"]
    house.bot.language, house.bot.intent = "en", "language_switch"
    patient.wait_for("echo: English", patient.write("English"))
    assert until(lambda: language_of(house, patient.conversation) == "en")


@pytest.mark.parametrize("text", ["me duele mucho el pecho y no puedo respirar", "no quiero seguir viviendo"])
def test_who_waits_after_an_emergency_is_told_so_in_their_language(house: House, text: str) -> None:
    """The first message decides, though the bot never sees it."""
    patient = house.patient()
    patient.write(text)
    assert language_of(house, patient.conversation) == "es"
    assert house.bot.turns == []
