"""The conversation about visits, one action for all of it: Rasa's form keeps the turn, `visit` keeps what is known.

Rasa's `visit_form` has one slot that is never filled, so each message of the patient comes here first. Here it is
an answer, a correction, a stop, a wish for a person, or a question of another family; for the last one the form
steps aside (ActionExecutionRejected), that family's rule answers, and the form asks its question again.
"""

import logging
from functools import cache
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import booking_corrections, booking_places, booking_steps, visits
from actions.base import Events, SafeAction
from actions.booking_times import release
from actions.booking_turn import FORM, Turn
from frontdoor.booking import talk
from frontdoor.booking.how import asks_how
from frontdoor.booking.places import read_place
from frontdoor.scheduling.errors import SchedulingError
from frontdoor.settings import ROOT

JOBS = {
    "book_visit": "book",
    "list_appointments": "list",
    "reschedule": "reschedule",
    "cancel": "cancel",
    "join_visit": "join",
}
OURS = frozenset({*JOBS, "human", "inform", "affirm", "deny", "nlu_fallback"})  # handled here while the form runs
FREE_TEXT = frozenset({"reason"})  # every line is an answer to these, unless it is plainly a question
LEAVING = frozenset({"goodbye", "stop_unsubscribe"})  # answered, and no question is put after it; answers stay
NAMES = frozenset({"name", "guardian", "known_name"})
NUMBERED = frozenset({"birth_date", "known_birth", "contact"})
TRIES = 3
SURE, LIKELY, LIKELIER = 0.8, 0.6, 0.4

log = logging.getLogger(__name__)


class ValidateVisitForm(SafeAction):
    """Take one message; answer it; say whether the form goes on."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(dispatcher, tracker)
        before = turn.visit.dump()
        try:
            await _handle(turn)
        except Exception as error:  # a form that fails silently would lose the answer
            _trouble(turn, error)
        return _events(turn, before)


def _events(turn: Turn, before: dict[str, Any]) -> Events:
    if turn.rejected:
        return [ActionExecutionRejected(FORM)]
    after = turn.visit.dump()
    # Never without a slot: the form would take silence for "does not apply" and leave the message to the fallback.
    changed = [SlotSet("visit", after) if after != before else SlotSet("visit_answer", None)]
    mirrored = [
        SlotSet(name, value)
        for name, value in booking_steps.for_desk(turn).items()
        if turn.tracker.get_slot(name) != value
    ]
    ending = [SlotSet("requested_slot", None)] if turn.ended else []
    return [*changed, *mirrored, *ending]


def _trouble(turn: Turn, error: Exception) -> None:
    """Say that booking does not work now and get a person; the answers are kept."""
    if not isinstance(error, SchedulingError):
        log.exception("A turn about a visit failed: %s", type(error).__name__)
    turn.dispatcher.messages.clear()
    turn.say("utter_visit_trouble")
    turn.person("scheduling_unavailable")


async def _handle(turn: Turn) -> None:
    visit = turn.visit
    if _is_return(turn.tracker):
        if _handed_off(turn.tracker) or turn.intent in LEAVING:
            turn.end()
        else:
            await booking_steps.advance(turn)
            booking_steps.offer_stop(turn)
        return
    if not _is_running(turn.tracker):
        if turn.intent == "inform" and not visit.job and not turn.pressed and (place := read_place(turn.text)):
            booking_places.say_whether(turn, place)
            turn.end()
            return
        if turn.intent == "inform" and not turn.pressed and asks_how(turn.text):
            booking_places.say_how(turn, on_the_way=False)
            turn.end()
            return
        if turn.intent == "inform" and not booking_steps.says_enough(turn):
            turn.say("utter_visit_stray_answer", turn.button("book", "book_visit"), turn.button("person", "human"))
            turn.end()
            return
        await _start(turn, JOBS.get(turn.intent, visit.job or "book"))
        return
    if turn.pressed.get("choice") == "stop" or (not turn.pressed and _is_stop(turn)):
        await _stop(turn)
    elif turn.intent == "human" and _wants_person(turn):
        await _person(turn)
    elif not turn.pressed and talk.wants_restart(turn.text):
        await _restart(turn)
    elif not turn.pressed and talk.asks_why(turn.text) and await booking_steps.explain(turn):
        return
    elif not turn.pressed and _answered_on_the_way(turn):
        await booking_steps.advance(turn)
        booking_steps.offer_stop(turn)
    elif turn.is_press(turn.intent) and JOBS.get(turn.intent) == visit.job and not turn.pressed:
        await booking_steps.advance(turn)
    elif _is_other_job(turn):
        await _start(turn, JOBS[turn.intent])
    elif turn.intent in elsewhere() and not talk.says_wrong(turn.text) and _is_elsewhere_first(turn):
        turn.rejected = True
    elif await booking_corrections.correct(turn):
        await booking_steps.advance(turn)
    else:
        await _answer(turn)


async def _start(turn: Turn, job: str) -> None:
    """Begin a job, or take up where it was left."""
    visit = turn.visit
    if visit.job and visit.job != job:
        await release(turn)
        visit.forget_opening()
        visit.appointment = None
    resumed = visit.job == job == "book" and bool(visit.who or visit.opening)
    visit.begin(job)
    if job == "book":
        if resumed:
            turn.say("utter_visit_resumed")
        booking_steps.take_first_words(turn)
    elif visits.is_blocked(turn):
        visits.refuse(turn)
        return
    elif appointment_id := turn.pressed.get("appointment_id"):
        known = visit.listed(appointment_id)
        visit.appointment = visit.appointment if known is None else booking_steps.plain(known)
    await booking_steps.advance(turn)


async def _restart(turn: Turn) -> None:
    """Begin the same job again: give the opening back, forget the answers, ask the first question."""
    job = turn.visit.job or "book"
    await release(turn)
    turn.visit.finish()
    turn.visit.begin(job)
    turn.say("utter_visit_restarted")
    await booking_steps.advance(turn)


async def _answer(turn: Turn) -> None:
    """Read the message as the answer to what was asked."""
    visit = turn.visit
    asked = visit.step
    if await booking_steps.read(turn):
        visit.tries = 0
        await booking_steps.advance(turn)
    elif await booking_corrections.volunteered(turn):
        await booking_steps.advance(turn)
    elif turn.intent in elsewhere() and turn.confidence >= LIKELY and not _is_odd_answer(turn):
        turn.rejected = True
    elif turn.intent in JOBS and turn.confidence >= SURE and JOBS[turn.intent] != visit.job:
        await _start(turn, JOBS[turn.intent])
    elif JOBS.get(turn.intent) == visit.job and turn.confidence >= SURE:
        await booking_steps.advance(turn)  # "book a visit" in the middle of booking one: on with it
    else:
        await _not_understood(turn, asked)


async def _not_understood(turn: Turn, asked: str) -> None:
    """Help once more; after three tries offer a person, and still take the answer if it comes."""
    visit = turn.visit
    visit.tries += 1
    if visit.tries >= TRIES:
        turn.say("utter_visit_offer_person", turn.button("person", "human"), turn.button("stop", choice="stop"))
        return
    await booking_steps.help_with(turn, asked)
    booking_steps.offer_stop(turn)


async def _stop(turn: Turn) -> None:
    """End it: give the opening back and forget the answers."""
    await release(turn)
    turn.say("utter_visit_stopped" if turn.visit.job == "book" else "utter_visits_left")
    turn.visit.finish()
    turn.end()


async def _person(turn: Turn) -> None:
    """A person takes over and can read the answers, which are kept; so is the hold, until it expires."""
    turn.person("asked")


def _is_stop(turn: Turn) -> bool:
    """ "Cancel" ends a booking; where the question is whether to cancel a visit it is an answer."""
    return talk.wants_stop(turn.text) and turn.visit.step != "confirm_cancel"


def _wants_person(turn: Turn) -> bool:
    if turn.is_press("human"):
        return True
    if turn.visit.step in FREE_TEXT | NAMES:
        return talk.names_person(turn.text)
    return turn.confidence >= LIKELY or talk.names_person(turn.text)


def _answered_on_the_way(turn: Turn) -> bool:
    """Answer what is asked of visits in general: "do you see patients in Texas?", "what app do i need"."""
    if talk.is_question(turn.text) and (place := read_place(turn.text)):
        booking_places.say_on_the_way(turn, place)
        return True
    if asks_how(turn.text):
        booking_places.say_how(turn, on_the_way=True)
        return True
    return False


def _is_other_job(turn: Turn) -> bool:
    """A button of another job, or the same one pressed for another visit."""
    job = JOBS.get(turn.intent)
    return bool(job) and turn.is_press(turn.intent) and (job != turn.visit.job or "appointment_id" in turn.pressed)


def _is_elsewhere_first(turn: Turn) -> bool:
    """Tell whether the message is a question for another family before it is an answer."""
    if turn.is_press(turn.intent):
        return True
    asks = talk.is_question(turn.text)
    marked = turn.text.rstrip().endswith("?")
    step = turn.visit.step
    if step in FREE_TEXT:
        return asks and turn.confidence >= LIKELIER and (marked or turn.intent != "symptom_nonurgent")
    if step in ("when", "opening"):
        return asks and turn.confidence >= LIKELY and not booking_steps.could_answer(turn)
    if step in NAMES:
        return marked or (turn.confidence >= SURE and not booking_steps.could_answer(turn))
    return asks and turn.confidence >= LIKELIER and (marked or not booking_steps.could_answer(turn))


def _is_odd_answer(turn: Turn) -> bool:
    """Tell whether the message is an answer that cannot be used, as a birth date to come: it gets help with it."""
    if talk.is_question(turn.text) or turn.is_press(turn.intent):
        return False
    digits, letters = (any(map(is_one, turn.text)) for is_one in (str.isdigit, str.isalpha))
    tries = turn.visit.step in NUMBERED and (digits or "@" in turn.text)
    return tries or (digits and not letters) or turn.intent == "out_of_scope"


@cache
def elsewhere() -> frozenset[str]:
    """Return the intents whose own rules answer while the form waits; without a rule there would be no answer."""
    files = (ROOT / "data" / "rules").glob("*.yml")
    rules = [rule for file in files for rule in yaml.safe_load(file.read_text(encoding="utf-8")).get("rules") or ()]
    return frozenset(step["intent"] for rule in rules for step in rule["steps"] if "intent" in step) - OURS


def _is_running(tracker: Tracker) -> bool:
    """Tell whether the form was active before this message."""
    events = list(tracker.events)
    before = events[: len(events) - len(_since_message(tracker))]
    loops = [one for one in before if one["event"] == "active_loop"]
    return bool(loops) and loops[-1].get("name") == FORM


def _since_message(tracker: Tracker) -> list[dict[str, Any]]:
    events = list(tracker.events)
    last_user = max((n for n, one in enumerate(events) if one["event"] == "user"), default=-1)
    return events[last_user + 1 :]


def _is_return(tracker: Tracker) -> bool:
    """Tell whether another rule has answered this message already and the form only asks again."""
    return any(
        one["event"] == "action_execution_rejected" and one.get("name") == FORM for one in _since_message(tracker)
    )


def _handed_off(tracker: Tracker) -> bool:
    """Tell whether that other answer asked for a person."""
    said = (one for one in _since_message(tracker) if one["event"] == "bot")
    return any("handoff" in ((one.get("data") or {}).get("custom") or {}) for one in said)
