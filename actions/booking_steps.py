"""The order of the questions, and which function asks and reads each."""

from collections.abc import Awaitable, Callable
from typing import Any

from actions import booking_confirm as confirm
from actions import booking_people as who
from actions import booking_times as times
from actions import visits
from actions.booking_turn import Button, Turn, press
from frontdoor.booking import people
from frontdoor.booking import wording as words
from frontdoor.booking.kinds import GENERAL, pick_kind, read_kind
from frontdoor.booking.state import Visit, opening_from, plain_of, window_from
from frontdoor.booking.states import read_state
from frontdoor.booking.when import Choice, Window
from frontdoor.booking.when import read as read_when
from frontdoor.scheduling.model import Appointment

Ask = Callable[[Turn], Awaitable[None]]
Read = Callable[[Turn], Awaitable[bool]]
ROUNDS_MAX = 6  # a lost opening and a new search, never an endless round


async def _ask_link(turn: Turn) -> None:
    """Hand over a one-time link to the clinic's own chat, where personal things can be asked."""
    turn.say("utter_visit_link")
    purpose = "booking" if turn.visit.job == "book" else "visits"
    turn.dispatcher.utter_message(json_message={"link": {"purpose": purpose}})


async def _read_link(turn: Turn) -> bool:
    """Nothing personal is read here; in the clinic's own chat the next question follows."""
    return turn.is_private


STEPS: dict[str, tuple[Ask, Read]] = {
    "kind": (times.ask_kind, times.read_kind_answer),
    "when": (times.ask_when, times.read_when_answer),
    "opening": (times.ask_opening, times.read_opening_answer),
    "link": (_ask_link, _read_link),
    "who": (who.ask_who, who.read_who),
    "guardian": (who.ask_guardian, who.read_guardian),
    "relationship": (who.ask_relationship, who.read_relationship),
    "name": (who.ask_name, who.read_name),
    "birth_date": (who.ask_birth_date, who.read_birth_date),
    "state": (who.ask_state, who.read_state_answer),
    "contact": (who.ask_contact, who.read_contact_answer),
    "reason": (who.ask_reason, who.read_reason),
    "consent": (who.ask_consent, who.read_consent),
    "confirm": (confirm.ask_confirm, confirm.read_confirm),
    "known_name": (visits.ask_known_name, visits.read_known_name),
    "known_birth": (visits.ask_known_birth, visits.read_known_birth),
    "which_visit": (visits.show, visits.read_which),
    "confirm_cancel": (visits.ask_cancel, visits.read_cancel),
    "confirm_move": (visits.ask_move, visits.read_move),
}


async def advance(turn: Turn) -> None:
    """Ask the next question that is open, or do what needs none."""
    visit = turn.visit
    for _ in range(ROUNDS_MAX):
        if turn.ended or turn.waiting:
            return
        step = await _next(turn)
        if turn.ended or turn.waiting:
            return
        if step != visit.step:
            visit.step, visit.tries = step, 0
        if step in _HOLDING and not await times.keep_hold(turn):
            continue
        await STEPS[step][0](turn)
        if step == "opening" and not visit.offered and not visit.opening:
            visit.step = "when"
        return


_HOLDING = frozenset(
    {
        "who",
        "guardian",
        "relationship",
        "name",
        "birth_date",
        "state",
        "contact",
        "reason",
        "consent",
        "confirm",
        "confirm_move",
    }
)


async def _next(turn: Turn) -> str:
    if turn.visit.job == "book":
        return _next_of_booking(turn)
    return await _next_of_visits(turn)


def _next_of_booking(turn: Turn) -> str:
    visit = turn.visit
    if not visit.service_type:
        return "kind"
    if not visit.opening:
        return "opening" if visit.window else "when"
    if not turn.is_private:
        return "link"
    if visit.who == "child" and not visit.guardian:
        return "guardian"
    open_ones = (
        ("who", not visit.who),
        ("relationship", visit.who == "child" and not visit.relationship),
        ("name", not visit.name),
        ("birth_date", not visit.birth_date),
        ("state", not visit.state),
        ("contact", not visit.contact or bool(visit.suggested)),
        ("reason", not visit.reason),
        ("consent", not visit.consent),
    )
    return next((step for step, is_open in open_ones if is_open), "confirm")


async def _next_of_visits(turn: Turn) -> str:
    visit = turn.visit
    if not turn.is_private:
        return "link"
    if not visit.patient:
        return "known_birth" if visit.name else "known_name"
    if visit.job == "list":
        return "which_visit"
    if not await visits.choose(turn):
        return visit.step
    if visit.job == "join":
        await visits.join(turn)
        return visit.step
    return "confirm_cancel" if visit.job == "cancel" else _next_of_move(visit)


def _next_of_move(visit: Visit) -> str:
    subject = visit.subject
    assert subject
    visit.service_type, visit.state = subject.service_type, subject.state
    if not visit.opening:
        return "opening" if visit.window else "when"
    return "confirm_move"


async def read(turn: Turn) -> bool:
    """Read the message as the answer to what was asked last."""
    reader = STEPS.get(turn.visit.step)
    return await reader[1](turn) if reader else False


_WHY = {
    "kind": "kind", "when": "when", "opening": "when", "confirm": "confirm",
    "who": "who", "guardian": "who", "relationship": "who", "name": "name", "birth_date": "birth_date",
    "state": "state", "contact": "contact", "reason": "reason", "consent": "consent",
    "known_name": "known", "known_birth": "known",
}  # fmt: skip


async def explain(turn: Turn) -> bool:
    """Say what the open question is for and put it again. False: there is nothing to say about it."""
    why = _WHY.get(turn.visit.step)
    if why is None:
        return False
    turn.say(f"utter_visit_why_{why}")
    await advance(turn)
    offer_stop(turn)
    return True


async def help_with(turn: Turn, step: str) -> None:
    """Say briefly what kind of answer is needed; questions with buttons are put again."""
    if step in (
        "kind",
        "when",
        "who",
        "relationship",
        "consent",
        "confirm",
        "which_visit",
        "confirm_cancel",
        "confirm_move",
    ):
        unsure = step == "kind" and turn.clinic.service(GENERAL)
        turn.say("utter_visit_help_kind" if unsure else "utter_visit_help")
        await advance(turn)
    elif step == "link":
        await advance(turn)
    elif step == "opening":
        turn.say("utter_visit_help_opening", *_again(turn))
    else:
        turn.say(f"utter_visit_help_{step}")


def offer_stop(turn: Turn) -> None:
    """Put "Cancel" under a question of a booking that is put again after something else was answered."""
    messages, visit = turn.dispatcher.messages, turn.visit
    if turn.ended or not messages or visit.job != "book" or visit.step == "link":
        return
    stop, buttons = turn.button("stop", choice="stop"), messages[-1].get("buttons") or []
    if stop["payload"] not in [one["payload"] for one in buttons]:
        messages[-1]["buttons"] = [*buttons, stop]


def _again(turn: Turn) -> list[Button]:
    offered = [opening_from(one) for one in turn.visit.offered]
    buttons = [press(words.short(one.start, turn.zone, turn.language), opening_id=one.id) for one in offered]
    return [*buttons, turn.button("more_times", choice="more")]


def could_answer(turn: Turn) -> bool:
    """Tell whether the message has what was asked for, without taking it."""
    step, text = turn.visit.step, turn.text
    today = turn.now.astimezone(turn.zone).date()
    readers: dict[str, Callable[[], Any]] = {
        "kind": lambda: read_kind(text, turn.clinic) or pick_kind(text, turn.clinic),
        "when": lambda: read_when(text, turn.now, turn.zone, turn.language),
        "opening": lambda: read_when(text, turn.now, turn.zone, turn.language),
        "name": lambda: people.read_name(text),
        "guardian": lambda: people.read_name(text),
        "known_name": lambda: people.read_name(text),
        "birth_date": lambda: people.read_birth_date(text, today).dates,
        "known_birth": lambda: people.read_birth_date(text, today).dates,
        "state": lambda: read_state(text),
        "who": lambda: people.read_who(text),
    }
    return bool(readers[step]()) if step in readers else False


def says_enough(turn: Turn) -> bool:
    """Tell whether words that answer no question are about a visit: they name a kind or a time."""
    if turn.pressed.get("service_type") or read_kind(turn.text, turn.clinic) or turn.visit.job:
        return True
    return isinstance(read_when(turn.text, turn.now, turn.zone, turn.language), Window | Choice)


def take_first_words(turn: Turn) -> None:
    """Take what the request itself says: "a dermatologist tomorrow afternoon for my son"."""
    visit = turn.visit
    code = turn.pressed.get("service_type") or read_kind(turn.text, turn.clinic)
    if code and turn.clinic.service(code):
        times.set_kind(visit, code)
    if turn.is_press("book_visit"):
        return
    if not visit.opening:
        times.take_when(turn, turn.text, certain_only=True)
    visit.who = visit.who or people.read_for(turn.text) or ""


def plain(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as the slot keeps it."""
    return plain_of(appointment)


def for_desk(turn: Turn) -> dict[str, Any]:
    """Return what staff see of the answers, as slots of their own."""
    visit = turn.visit
    at = visit.chosen
    when = words.full(at.start, turn.zone, "en") if at else None
    if when is None and visit.window:
        when = words.window_title(window_from(visit.window), "en")
    return {
        "service_type": visit.service_type or None,
        "when_text": when,
        "opening_id": at.id if at else None,
        "visit_for": visit.who or None,
        "patient_name": visit.name or None,
        "birth_date": visit.birth_date or None,
        "guardian_name": visit.guardian or None,
        "state": visit.state or None,
        "contact": visit.contact or None,
        "reason": visit.reason or None,
    }
