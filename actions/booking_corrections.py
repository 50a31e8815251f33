"""Changing an answer that was given: "no my birthday is 3 may 1990", "change the time", or by a button."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions import booking_people as who
from actions import booking_times as times
from actions.booking_turn import Turn
from frontdoor.booking import people, talk
from frontdoor.booking.kinds import read_kind

CHANGE = "change:"
MOVABLE = frozenset({"who", "relationship", "state", "contact", "confirm"})  # where a day can only be another time
CURRENT_IS_ANSWERED = frozenset({"when", "opening", "kind"})  # at these questions such words are the answer


async def correct(turn: Turn) -> bool:
    """Take the message as a correction. True: it was one, and the answer was changed or is open again."""
    visit = turn.visit
    pressed = turn.pressed.get("choice", "")
    if pressed.startswith(CHANGE):
        await _reopen(turn, pressed[len(CHANGE) :])
        return True
    if kind := turn.pressed.get("service_type"):
        return visit.step != "kind" and await _pressed_kind(turn, kind)
    if turn.pressed:
        return False
    step = talk.correction(turn.text)
    if step == "guardian" and visit.who != "child":
        step = "name"
    if step is None or visit.job not in ("book", "reschedule") or not _applies(turn, step):
        return False
    taken = await _take(turn, step)
    if not taken:
        await _reopen(turn, step)
    elif not turn.waiting:
        turn.say("utter_visit_changed")
    return True


async def volunteered(turn: Turn) -> bool:
    """Take what was said before it was asked: when, and whom the visit is for. (Names wait for their question.)"""
    visit = turn.visit
    if visit.job != "book":
        return False
    early = visit.step == "kind" and times.take_when(turn, turn.text, certain_only=True)
    if early:
        turn.say("utter_visit_noted_when")
    other_time = visit.step in MOVABLE and bool(visit.opening) and await _take_other_time(turn)
    child = not visit.who and people.read_who(turn.text) == "child"
    if child:
        visit.who = "child"
        turn.say("utter_visit_noted_child")
    return early or other_time or child


async def _take_other_time(turn: Turn) -> bool:
    """Take "tuesday would be better" said at a later question: a day in words, with nothing else open to it."""
    kept = turn.visit.kept
    if not any(mark.isalpha() for mark in turn.text) or not times.take_when(turn, turn.text, certain_only=True):
        return False
    if kept:
        await turn.call(turn.scheduling.release, kept)
    turn.say("utter_visit_changed")
    return True


def _applies(turn: Turn, step: str) -> bool:
    """Only what was answered can be corrected; the question that is open is answered instead."""
    visit = turn.visit
    if step == visit.step or (visit.step in CURRENT_IS_ANSWERED and step in CURRENT_IS_ANSWERED | {"name"}):
        return False
    if visit.job == "reschedule":
        return step in ("when", "opening") and bool(visit.opening)
    given = {
        "kind": visit.service_type, "when": visit.opening or visit.window, "opening": visit.opening, "who": visit.who,
        "guardian": visit.guardian, "name": visit.name, "birth_date": visit.birth_date or visit.birth_options,
        "state": visit.state, "contact": visit.contact, "reason": visit.reason,
    }  # fmt: skip
    return bool(given.get(step))


async def _pressed_kind(turn: Turn, code: str) -> bool:
    if not turn.clinic.service(code):
        return False
    if turn.visit.service_type != code:
        await times.release(turn)
    times.set_kind(turn.visit, code)
    return True


async def _take(turn: Turn, step: str) -> bool:
    """Take the new answer from the same message. False: it only says that it should be changed."""
    rest = replace(turn, text=talk.without_cue(turn.text), pressed={})
    takers: dict[str, Callable[[Turn], Awaitable[bool]]] = {
        "birth_date": who.read_birth_date, "name": _take_name, "guardian": who.read_guardian,
        "contact": who.read_contact_answer, "state": who.read_state_answer, "who": _take_who, "when": _take_when,
        "opening": _take_clinician, "kind": _take_kind,
    }  # fmt: skip
    if step not in takers:
        return False
    kept = turn.visit.guardian
    taken = await takers[step](rest)
    turn.waiting = turn.waiting or rest.waiting
    if step == "guardian" and not taken:
        turn.visit.guardian = kept
    return taken


async def _take_name(turn: Turn) -> bool:
    """Read "my name is Ana Ruiz", "it's spelled Hope"; a single word is a new last name only with a first one kept."""
    name = None if talk.says_wrong(turn.text) else people.read_name(turn.text)
    if name:
        turn.visit.name = name
    return bool(name)


async def _take_who(turn: Turn) -> bool:
    return await who.read_who(turn)


async def _take_when(turn: Turn) -> bool:
    kept = turn.visit.kept
    taken = times.take_when(turn, turn.text)
    if taken and kept:
        turn.visit.hold = None
        await turn.call(turn.scheduling.release, kept)
    return taken


async def _take_clinician(turn: Turn) -> bool:
    visit = turn.visit
    opening = visit.chosen
    if opening is None:
        return False
    await times.release(turn)
    visit.avoided = sorted({*visit.avoided, opening.practitioner_id})
    visit.opening, visit.hold = None, None
    return True


async def _take_kind(turn: Turn) -> bool:
    code = read_kind(turn.text, turn.clinic)
    return bool(code) and await _pressed_kind(turn, str(code))


async def _reopen(turn: Turn, step: str) -> None:
    """Ask for the answer again."""
    visit = turn.visit
    if step in ("when", "opening", "kind"):
        await times.release(turn)
        visit.forget_opening()
        if step == "kind":
            visit.service_type = ""
    elif step == "who":
        visit.who, visit.guardian, visit.relationship, visit.name, visit.birth_date = "", "", "", "", ""
    elif step in ("guardian", "name", "birth_date", "state", "contact", "reason"):
        setattr(visit, step, "")
