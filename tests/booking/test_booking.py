"""Visits are booked: a patient, a real Rasa, real actions, the real scheduling service."""

import re
from datetime import date, datetime, timezone

import pytest

from tests.booking.house import House
from tests.booking.steps import BORN_TEXT, Chats, to_consent, to_name, to_read_back, visits_of


async def test_a_visit_is_booked_once_and_confirmed(house: House, chats: Chats, name: str) -> None:
    """Read back, yes, booked; the server has exactly this visit; the links are there; a second yes does nothing."""
    chat = chats()
    await to_read_back(chat, name)
    assert "booked" not in chat.text.lower()
    assert all(
        part in chat.text for part in ("Dermatology", name, "May 13, 1990", "New York", "+15185550123", "itchy rash")
    )
    assert re.search(r"\w+day, \w+ \d+, \d{4}, \d+:\d\d [AP]M E[SD]T", chat.text)
    await chat.press("Book it")
    assert "booked" in chat.text
    assert re.search(r"/v/[\w-]{43}\b", chat.text)
    attachment = next(one["attachment"] for one in chat.customs if "attachment" in one)
    assert attachment["url"].endswith(".ics")
    assert len(visits_of(house, name)) == 1
    before = chat.text
    assert await chat.again() == before
    await chat.say("yes")
    assert len(visits_of(house, name)) == 1


async def test_the_openings_are_spread(chats: Chats) -> None:
    """Three to five openings, on different days when a week was asked for, each with weekday, time and zone."""
    chat = chats()
    await chat.say("primary care next week please")
    assert 3 <= len(chat.openings) <= 5
    assert len({title.split(", ")[1] for title in chat.openings}) >= 3
    assert all(re.fullmatch(r"\w{3}, \w{3} \d+, \d+:\d\d [AP]M E[SD]T", title) for title in chat.openings)
    first = chat.openings
    await chat.press("More times")
    assert not set(first) & set(chat.openings)


@pytest.mark.parametrize("choice", ["the second one", "2", "#2", "option 2"])
async def test_an_opening_is_chosen_by_words(chats: Chats, choice: str) -> None:
    """The second of the openings is understood however it is named."""
    chat = chats()
    await chat.say("book nutrition next week")
    clock = re.search(r"\d+:\d\d [AP]M", chat.openings[1])
    assert clock
    await chat.say(choice)
    assert "holding" in chat.text
    assert clock[0] in chat.text


async def test_two_readings_are_asked_about(chats: Chats) -> None:
    """12/3 may be two days: both are on buttons, the chosen one counts."""
    chat = chats()
    await chat.say("book dermatology")
    await chat.say("next tuesday" if datetime.now(timezone.utc).weekday() != 1 else "next friday")
    assert len(chat.titles) == 2
    chosen = chat.titles[1]
    await chat.press(chosen)
    assert all(title.startswith(chosen) for title in chat.openings) or "nothing free" in chat.text


async def test_answers_are_corrected_at_any_time(house: House, chats: Chats, name: str) -> None:
    """Birth date, name, contact by words and by the buttons of the read-back; the booking has the corrected ones."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.say("no my birthday is 3 june 1988")
    assert "June 3, 1988" in chat.text
    await chat.say(f"actually my name is {name}son")
    assert f"{name}son" in chat.text
    await chat.press("Change something")
    await chat.press("Contact")
    await chat.say("zoe@mail.example")
    assert "zoe@mail.example" in chat.text
    await chat.say("yes")
    assert "booked" in chat.text
    assert len(visits_of(house, f"{name}son", date(1988, 6, 3))) == 1


async def test_the_time_is_changed_before_booking(house: House, chats: Chats, name: str) -> None:
    """Another time is chosen, everything else is kept, and one visit is booked."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.say("change the time")
    await chat.say("in two weeks")
    await chat.press_first_opening()
    assert "Shall I book it?" in chat.text
    await chat.press("Book it")
    assert len(visits_of(house, name)) == 1


async def test_the_patient_turns_out_to_be_a_child(house: House, chats: Chats, name: str) -> None:
    """ "Actually it's for my son" asks for guardian and child, and the read-back names both."""
    chat = chats()
    await to_name(chat, "book primary care next week")
    await chat.say(name)
    await chat.say("actually it's for my son")
    assert "your own full name" in chat.text
    await chat.say("Maria Lopez")
    await chat.press("Mother")
    await chat.say(name)
    await chat.say("May 13 2016")
    for answer in ("NY", "maria@mail.example", "checkup"):
        await chat.say(answer)
    await chat.press("I agree")
    assert "Maria Lopez (mother)" in chat.text
    await chat.press("Book it")
    assert len(visits_of(house, name, date(2016, 5, 13))) == 1


async def test_someone_under_age_needs_a_guardian(chats: Chats, name: str) -> None:
    """Who books for oneself and is twelve is asked for an adult."""
    chat = chats()
    await to_name(chat)
    await chat.say(name)
    await chat.say(f"May 13 {datetime.now(timezone.utc).year - 12}")
    assert "guardian" in chat.text


async def test_another_kind_can_be_named_at_the_offer(chats: Chats) -> None:
    """ "Primary care next week please" at an offer of dermatology brings times of primary care."""
    chat = chats()
    await chat.say("I need a dermatologist next week")
    said = await chat.say("primary care next week please")
    assert "Primary care" in said
    assert chat.openings


async def test_names_and_reasons_are_not_taken_for_requests(chats: Chats) -> None:
    """Will Hope is a name, and a headache is a reason."""
    chat = chats()
    await to_name(chat)
    await chat.say("Will Hope")
    assert "date of birth" in chat.text
    for answer in (BORN_TEXT, "New York", "will@mail.example"):
        await chat.say(answer)
    await chat.say("I have a headache")
    assert "Do you agree" in chat.text
    await chat.press("I agree")
    assert "Reason: I have a headache" in chat.text


async def test_no_consent_no_visit(chats: Chats, name: str) -> None:
    """Who does not agree is told what else there is, and nothing is booked."""
    chat = chats()
    await to_consent(chat, name)
    await chat.press("I don't agree")
    assert "Talk to a person" in chat.titles
    assert "Shall I book it?" not in chat.text


async def test_everything_works_in_spanish(house: House, chats: Chats, name: str) -> None:
    """The whole booking in Spanish: questions, dates, read-back, confirmation."""
    chat = chats(language="es")
    await chat.say("quiero una cita con el dermatólogo la próxima semana")
    assert "estas horas están libres" in chat.text
    await chat.say("la segunda")
    await chat.press("Para mí")
    for answer in (
        f"me llamo {name}",
        "13 de mayo de 1990",
        "Nueva York",
        "zoe@correo.example",
        "una mancha en la piel",
    ):
        await chat.say(answer)
    await chat.press("Acepto")
    assert "13 de mayo de 1990" in chat.text
    await chat.say("sí")
    assert "está reservada" in chat.text
    assert re.search(r"de \d{4}, \d+:\d\d [ap]\. m\. E[SD]T", chat.text)
    assert len(visits_of(house, name)) == 1


@pytest.mark.parametrize(
    ("language", "wish", "when", "kind", "noted"),
    [
        ("en", "I want to book a visit", "next week", "Dermatology", "Noted"),
        ("es", "quiero una cita", "la próxima semana", "Dermatología", "Anotado"),
    ],
)
async def test_a_time_before_the_kind_is_kept(
    chats: Chats, language: str, wish: str, when: str, kind: str, noted: str
) -> None:
    """Who says when while the kind is asked for is not asked for the time again."""
    chat = chats(language=language)
    await chat.say(wish)
    await chat.say(when)
    assert noted in chat.text
    await chat.press(kind)
    assert chat.openings, chat.text


@pytest.mark.parametrize(
    ("language", "wish", "answer", "asked"),
    [("en", "I want to book a visit", "any doc", "When"), ("es", "quiero una cita", "la primera", "Cuándo")],
)
async def test_a_kind_is_picked_without_its_name(
    chats: Chats, language: str, wish: str, answer: str, asked: str
) -> None:
    """By its place in the list, or because any will do: then the day is next."""
    chat = chats(language=language)
    await chat.say(wish)
    await chat.say(answer)
    assert asked in chat.text


async def test_a_kind_spelled_by_ear(chats: Chats) -> None:
    """A psychologist without p is the same one."""
    chat = chats(language="es")
    await chat.say("necesito cita con un sicologo la proxima semana")
    assert "Salud mental" in chat.text
    assert chat.openings
