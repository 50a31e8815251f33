"""Whole conversations: a patient, a real Rasa, real actions, the real scheduling service."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime, timezone

import pytest

from frontdoor.scheduling.model import Appointment, Hold
from tests.booking.house import Chat, House

Chats = Callable[..., Chat]
BORN, BORN_TEXT = date(1990, 5, 13), "May 13, 1990"


async def to_name(chat: Chat, request: str = "I need a dermatologist next week") -> None:
    """Ask for a visit and take the first opening, for oneself."""
    await chat.say(request)
    await chat.press_first_opening()
    await chat.press("For me")


async def to_consent(chat: Chat, name: str, request: str = "I need a dermatologist next week") -> None:
    """Answer everything up to the consent."""
    await to_name(chat, request)
    for answer in (name, BORN_TEXT, "New York", "518 555 0123", "an itchy rash on my arm"):
        await chat.say(answer)


async def to_read_back(chat: Chat, name: str, request: str = "I need a dermatologist next week") -> None:
    """Answer everything up to the read-back."""
    await to_consent(chat, name, request)
    await chat.press("I agree")


def visits_of(house: House, name: str, born: date = BORN) -> list[Appointment]:
    """What the scheduling server has for this patient."""
    client = house.client()
    patient = client.find_patient(name, born)
    return [one for one in client.upcoming(patient.id) if one.status == "booked"] if patient else []


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


async def test_a_question_in_the_middle_is_answered_and_asked_on(chats: Chats, name: str) -> None:
    """A question about prices is answered and the same question comes again."""
    chat = chats()
    await to_name(chat)
    asked = chat.text
    await chat.say("how much does it cost?")
    assert "$95" in chat.text
    assert chat.text.endswith(asked)
    await chat.say("do you take Aetna?")
    assert chat.text.endswith(asked)
    await chat.say("what is diabetes?")
    assert "diabetes" in chat.text.lower()
    assert chat.text.endswith(asked)
    await chat.say(name)
    assert "date of birth" in chat.text


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


async def test_stopping_gives_the_opening_back(house: House, chats: Chats) -> None:
    """ "Never mind" ends it and somebody else can have the time at once; the next booking begins anew."""
    chat = chats()
    await to_name(chat)
    opening = str(chat.reply.slots["opening_id"])  # type: ignore[union-attr]
    await chat.say("never mind")
    assert chat.reply
    assert chat.reply.active_form is None
    hold = house.client().hold(opening, key="somebody else")
    house.client().release(hold)
    await chat.say("book a visit")
    assert "What kind of visit" in chat.text


async def test_a_taken_opening_gives_others_in_the_same_turn(house: House, chats: Chats, name: str) -> None:
    """Somebody was faster at the very end: it is said, others are offered, and one of them is booked."""
    chat = chats()
    await to_read_back(chat, name)
    opening = str(chat.reply.slots["opening_id"])  # type: ignore[union-attr]
    key = hashlib.sha256(f"{chat.last.sender_id}|0|hold|{opening}".encode()).hexdigest()[:40]  # type: ignore[union-attr]
    client = house.client()
    client.release(Hold(opening, key, datetime.now(timezone.utc), client.opening(opening).version))
    client.hold(opening, key="somebody else")
    await chat.press("Book it")
    assert "just taken" in chat.text
    assert len(chat.openings) >= 3
    assert not visits_of(house, name)
    await chat.press_first_opening()
    await chat.press("Book it")
    assert len(visits_of(house, name)) == 1


async def test_a_clinician_without_a_licence_there_is_exchanged(chats: Chats, name: str) -> None:
    """The held opening's clinician is not licensed in Texas: it is said, and others who are are offered."""
    chat = chats()
    await chat.say("book primary care next week")
    while "Ada Example" not in chat.text:
        await chat.press("More times")
    await chat.say("the one with Ada")
    if "holding" not in chat.text:
        await chat.say("1")
    await chat.press("For me")
    await chat.say(name)
    await chat.say(BORN_TEXT)
    await chat.say("Texas")
    assert "not licensed" in chat.text
    assert chat.openings
    assert all(title.endswith(("CST", "CDT")) for title in chat.openings)
    assert "Ada Example, MD\n" not in chat.text.split("\n", 1)[1]


async def test_a_state_without_clinicians_is_said(chats: Chats, name: str) -> None:
    """In Ohio nobody is licensed: it is said with the states that are served."""
    chat = chats()
    await to_name(chat)
    await chat.say(name)
    await chat.say(BORN_TEXT)
    await chat.say("Ohio")
    assert "no clinician licensed in Ohio" in chat.text
    assert "Texas" in chat.text


async def test_a_person_is_offered_after_three_tries(chats: Chats) -> None:
    """Three answers that cannot be used end at a person; a good one still counts."""
    chat = chats()
    await to_name(chat)
    for answer in ("7", "8", "9"):
        await chat.say(answer)
    assert "Talk to a person" in chat.titles
    await chat.say("Zoe Hope")
    assert "date of birth" in chat.text


async def test_a_wish_for_a_person_keeps_the_answers(chats: Chats, name: str) -> None:
    """The handoff carries what was answered, and the booking goes on afterwards where it was."""
    chat = chats()
    await to_name(chat)
    await chat.say(name)
    await chat.say("I want to talk to a person")
    assert chat.reply
    assert chat.reply.handoff
    assert chat.reply.handoff.reason == "asked"
    assert chat.reply.slots["patient_name"] == name
    assert chat.reply.active_form is None
    await chat.say("book a visit")
    assert "date of birth" in chat.text


async def test_no_consent_no_visit(chats: Chats, name: str) -> None:
    """Who does not agree is told what else there is, and nothing is booked."""
    chat = chats()
    await to_consent(chat, name)
    await chat.press("I don't agree")
    assert "Talk to a person" in chat.titles
    assert "Shall I book it?" not in chat.text


async def test_personal_things_wait_for_the_private_chat(chats: Chats, name: str) -> None:
    """On a social platform only kind, day and opening are asked; the rest follows in the clinic's own chat."""
    chat = chats(phi="link")
    await chat.say("book dermatology next week")
    await chat.press_first_opening()
    assert {"link": {"purpose": "booking"}} in chat.customs
    await chat.say(f"my name is {name}")
    assert chat.reply
    assert "patient_name" not in chat.reply.slots
    assert {"link": {"purpose": "booking"}} in chat.customs
    chat.phi = "allow"
    await chat.say("hello")
    assert "Who is the visit for?" in chat.text


async def test_my_visits_wait_for_the_private_chat_too(chats: Chats) -> None:
    """Nobody is asked for a name on a social platform."""
    chat = chats(phi="link")
    await chat.say("when is my appointment?")
    assert {"link": {"purpose": "visits"}} in chat.customs


async def test_a_visit_is_listed_moved_and_cancelled(house: House, chats: Chats, name: str) -> None:
    """Right after booking nothing is asked again; the new visit is booked before the old one is cancelled."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    first = visits_of(house, name)[0]
    await chat.say("when is my appointment?")
    assert "Dermatology" in chat.text
    await chat.press("Move")
    await chat.say("in two weeks")
    await chat.press_first_opening()
    assert "Move your visit from" in chat.text
    await chat.press("Move it")
    assert "moved" in chat.text
    (second,) = visits_of(house, name)
    assert second.id != first.id
    assert house.client().appointment(first.id).status == "cancelled"
    await chat.say("join my visit")
    assert "The link opens" in chat.text
    await chat.say("cancel my appointment")
    await chat.press("Keep it")
    assert len(visits_of(house, name)) == 1
    await chat.say("cancel my appointment")
    await chat.say("yes")
    assert "cancelled" in chat.text
    assert not visits_of(house, name)


async def test_a_stranger_has_five_tries(house: House, chats: Chats, name: str) -> None:
    """After five names and dates that fit nobody it is refused; even the right one is, for a while."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    stranger = chats()
    await stranger.say("cancel my appointment")
    for day in range(1, 6):
        await stranger.say(name)
        await stranger.say(f"May {day}, 1990")
    assert "did not match several times" in stranger.text
    await stranger.say("cancel my appointment")
    assert "did not match several times" in stranger.text
    assert len(visits_of(house, name)) == 1


async def test_another_conversation_needs_name_and_birth_date(chats: Chats, name: str) -> None:
    """Who comes back later is found by both, and can cancel."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.press("Book it")
    later = chats()
    await later.say("cancel my appointment")
    await later.say(name.lower())
    await later.say("5/13/1990")
    assert "Cancel this visit" in later.text
    await later.press("Yes")
    assert "cancelled" in later.text


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


async def test_while_scheduling_is_down_a_person_is_called(house: House, chats: Chats, name: str) -> None:
    """It is said, a person is called, nothing is booked; afterwards the booking goes on and happens once."""
    chat = chats()
    await to_read_back(chat, name)
    house.scheduling.stop()
    try:
        await chat.press("Book it")
    finally:
        house.scheduling.start()
    assert chat.reply
    assert chat.reply.handoff
    assert chat.reply.handoff.reason == "scheduling_unavailable"
    assert "is booked" not in chat.text
    await chat.say("book a visit")
    await chat.press("Book it")
    assert len(visits_of(house, name)) == 1


@pytest.mark.parametrize("seconds", [0.05, 0.25])
async def test_a_killed_assistant_never_books_twice(house: House, chats: Chats, name: str, seconds: float) -> None:
    """Rasa dies while it books; the same turn again, after it is back, gives the one visit."""
    chat = chats()
    await to_read_back(chat, name)
    running = asyncio.ensure_future(chat.press("Book it"))
    await asyncio.sleep(seconds)
    house.rasa.kill()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.to_thread(house.rasa.start)
    await chat.again()
    assert "booked" in chat.text
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


async def test_a_kind_spelled_by_ear(chats: Chats) -> None:
    """A psychologist without p is the same one."""
    chat = chats(language="es")
    await chat.say("necesito cita con un sicologo la proxima semana")
    assert "Salud mental" in chat.text
    assert chat.openings


@pytest.mark.parametrize(
    ("language", "text", "said", "title"),
    [
        ("en", "ontario", "no clinician licensed in Ontario. We can see patients who are in New York", "Book a visit"),
        ("es", "¿atienden en Monterrey?", "con licencia en Monterrey. Podemos atender a quien esté en", "Reservar"),
        ("en", "do you serve texas?", "We have clinicians licensed in Texas", "Book a visit"),
        ("en", "which states are you licensed in", "We can see patients who are in New York, New Jersey", "Talk to a"),
        ("en", "/restart", "You can book a video visit", "Book a visit"),
        ("es", "/start", "Puede reservar una visita por video", "Reservar"),
        ("en", "/help", "You can book a video visit", "My visits"),
    ],
)
async def test_places_and_commands_are_answered_plainly(
    chats: Chats, language: str, text: str, said: str, title: str
) -> None:
    """Out of our states is said honestly, with the states that fit; a bot's usual commands begin the conversation."""
    chat = chats(language=language)
    await chat.say(text)
    assert said in chat.text
    assert any(one.startswith(title) for one in chat.titles)


async def test_a_place_abroad_is_no_state_of_ours(chats: Chats, name: str) -> None:
    """Where the question is the state, a province is refused with the states that are served; it stays open."""
    chat = chats()
    await to_name(chat)
    for answer in (name, BORN_TEXT, "Ontario"):
        await chat.say(answer)
    assert "no clinician licensed in Ontario" in chat.text
    await chat.say("New York")
    assert "phone" in chat.text.lower()


@pytest.mark.parametrize("aside", ["when are you open?", "are you a robot?", "why do you need that?", "/start"])
async def test_a_question_put_again_can_be_cancelled(chats: Chats, aside: str) -> None:
    """After an answer to something else the open question has "Cancel" under it, once, and it ends the booking."""
    chat = chats()
    await to_name(chat)
    await chat.say(aside)
    assert "name" in chat.text.lower()
    assert chat.titles.count("Cancel") == 1
    assert "Cancel" in [button.title for button in chat.reply.messages[-1].buttons]
    await chat.press("Cancel")
    assert "Cancel" not in chat.titles
    await chat.say("my name is Anna Marsh")
    assert "birth" not in chat.text.lower()
