"""The way of a booking in steps, and what the scheduling server has of it."""

from collections.abc import Callable
from datetime import date

from frontdoor.scheduling.model import Appointment
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
