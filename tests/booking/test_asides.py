"""What comes between in a booking: questions, places, a wish to stop or for a person, a channel that is not private."""

import pytest

from tests.booking.house import House
from tests.booking.steps import BORN_TEXT, Chats, to_name


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


@pytest.mark.parametrize(
    ("language", "text", "said", "title"),
    [
        ("en", "ontario", "no clinician licensed in Ontario. We can see patients who are in New York", "Book a visit"),
        ("es", "¿atienden en Monterrey?", "con licencia en Monterrey. Podemos atender a quien esté en", "Reservar"),
        ("en", "do you serve texas?", "We have clinicians licensed in Texas", "Book a visit"),
        ("en", "which states are you licensed in", "We can see patients who are in New York, New Jersey", "Talk to a"),
        ("en", "what app do i need", "You need no app", "Book a visit"),
        ("es", "¿funciona en android?", "No necesita ninguna aplicación", "Reservar"),
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


async def test_how_a_visit_works_is_said_in_a_booking_too(chats: Chats) -> None:
    """And the question that was open is put again."""
    chat = chats()
    await to_name(chat)
    await chat.say("wait is it video or phone?")
    assert "You need no app" in chat.text
    assert "full name" in chat.text


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


@pytest.mark.parametrize(
    ("language", "request_", "me", "birth_date", "place"),
    [
        ("en", "I need a dermatologist next week", "For me", BORN_TEXT, "New York"),
        ("es", "necesito un dermatólogo la próxima semana", "Para mí", "13 de mayo de 1990", "Nueva York"),
    ],
)
async def test_keys_struck_at_random_lose_nothing(
    chats: Chats, name: str, language: str, request_: str, me: str, birth_date: str, place: str
) -> None:
    """The form helps with its question, then offers a person, and still takes the answer."""
    chat = chats(language=language)
    await chat.say(request_)
    await chat.press_first_opening()
    await chat.press(me)
    await chat.say(name)
    assert chat.reply
    before = dict(chat.reply.slots)
    for nonsense in ("asdf qwerty blorp", "fjdksl", "kjhkjh?"):
        await chat.say(nonsense)
        assert chat.reply.active_form == "visit_form"
        assert chat.reply.slots["opening_id"] == before["opening_id"]
    assert any(button.payload == "/human" for button in chat.buttons)
    await chat.say(birth_date)
    await chat.say(place)
    assert chat.reply.active_form == "visit_form"
    assert chat.reply.slots["birth_date"] == "1990-05-13"
    assert chat.reply.slots["patient_name"] == name
