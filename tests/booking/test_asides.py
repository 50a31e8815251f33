"""What patients do beside answering: ask what a question is for, begin again, mend, change their mind, ask about us."""

from collections.abc import Callable

import pytest

from tests.booking.house import Chat, House
from tests.booking.test_conversations import BORN_TEXT, to_name, to_read_back, visits_of

Chats = Callable[..., Chat]


@pytest.mark.parametrize(
    ("language", "request_", "why", "reason", "again"),
    [
        ("en", "dermatology next week", "whats this for", "whom they will see", "full name"),
        ("es", "dermatología la próxima semana", "¿para qué quieren eso?", "a quién va a atender", "nombre completo"),
    ],
)
async def test_what_a_question_is_for_is_said(
    chats: Chats, language: str, request_: str, why: str, reason: str, again: str
) -> None:
    """The reason is given and the question put again."""
    chat = chats(language=language)
    await chat.say(request_)
    await chat.press_first_opening()
    await chat.press("For me" if language == "en" else "Para mí")
    await chat.say(why)
    assert reason in chat.text
    assert again in chat.text.splitlines()[-1]


async def test_a_booking_begins_again(chats: Chats, name: str) -> None:
    """ "Start over" lets the time go, forgets the answers and asks the first question."""
    chat = chats()
    await to_name(chat)
    await chat.say(name)
    await chat.say("start over")
    assert "from the beginning" in chat.text
    assert "kind of visit" in chat.text


async def test_the_name_is_said_to_be_wrong(house: House, chats: Chats, name: str) -> None:
    """ "The name is wrong" at the read-back asks for the name; the booking has the new one."""
    chat = chats()
    await to_read_back(chat, name)
    await chat.say("the name is wrong")
    assert "full name" in chat.text
    await chat.say(f"{name}son")
    await chat.press("Book it")
    assert len(visits_of(house, f"{name}son")) == 1


async def test_another_time_is_named_at_a_later_question(chats: Chats) -> None:
    """A day said where whom-it-is-for was asked is another time, not a riddle."""
    chat = chats()
    await chat.say("nutrition next week")
    await chat.press_first_opening()
    await chat.say("in two weeks would be better")
    assert "Changed" in chat.text
    assert chat.openings


async def test_a_day_is_not_the_first_of_the_list(chats: Chats) -> None:
    """ "First week of next month" looks there; it takes no opening."""
    chat = chats()
    await chat.say("nutrition asap")
    await chat.say("first week of january")
    assert "holding" not in chat.text
    assert chat.openings


async def test_a_visit_for_another_adult_is_noted(chats: Chats) -> None:
    """ "For my mother" in the first message is not asked again, and is taken back by "not my mother"."""
    chat = chats()
    await chat.say("dermatology next week for my mother")
    await chat.press_first_opening()
    assert "patient's full name" in chat.text
    await chat.say("actually it's for me not my mother")
    assert "your full name" in chat.text


async def test_a_cancellation_becomes_a_move(chats: Chats, name: str) -> None:
    """Asked whether to cancel, "no, move it instead" goes on with moving that visit; two visits are told by kind."""
    chat = chats()
    for kind in ("dermatology", "nutrition"):
        await chat.say(f"book {kind} next week")
        await chat.press_first_opening()
        await chat.press("For me")
        answers = (name, BORN_TEXT) if kind == "dermatology" else ()
        for answer in (*answers, "New York", "518 555 0123", "a question", "yes", "yes"):
            await chat.say(answer)
        assert "booked" in chat.text
    await chat.say("cancel my visit")
    await chat.say("the nutrition one")
    assert "Nutrition" in chat.text
    await chat.say("no, move it instead")
    assert "When would you like" in chat.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("are you open on christmas?", "December 25, 2026 (Christmas Day) we are closed"),
        ("do you take kaiser insurance?", "Kaiser is not on our list"),
        ("how much does a therapist visit cost?", "Behavioral health (45 minutes) costs $120"),
    ],
)
async def test_what_is_asked_is_answered(chats: Chats, text: str, said: str) -> None:
    """The day, the insurer and the kind of visit that a question names."""
    chat = chats()
    await chat.say(text)
    assert said in chat.text


async def test_an_answer_that_cannot_be_used_gets_help_with_it(chats: Chats, name: str) -> None:
    """A birth date to come and a place abroad are no change of subject."""
    chat = chats()
    await to_name(chat)
    await chat.say(name)
    await chat.say("1/1/2035")
    assert "date of birth" in chat.text
    assert "nothing I can help with" not in chat.text
    await chat.say(BORN_TEXT)
    await chat.say("albania")
    assert "US state" in chat.text


async def test_goodbye_is_the_last_word(chats: Chats) -> None:
    """No question is put after a goodbye; the booking goes on when it is asked for."""
    chat = chats()
    await to_name(chat)
    await chat.say("goodbye")
    assert "full name" not in chat.text
    await chat.say("book a visit")
    assert "full name" in chat.text


async def test_who_does_not_know_which_kind_is_told_where_to_begin(chats: Chats) -> None:
    """ "No idea" is helped with primary care and the kinds on buttons."""
    chat = chats()
    await chat.say("book a visit")
    await chat.say("no idea honestly")
    assert "primary care is a good start" in chat.text
    assert "Dermatology" in chat.titles
