"""The visits a patient has: list, reschedule, cancel, join, after name and date of birth."""

from datetime import timedelta

from actions.booking_confirm import confirmed, links_of
from actions.booking_people import read_born
from actions.booking_times import keep_hold, lost
from actions.booking_turn import Button, Turn, press
from frontdoor.booking import openings as choosing
from frontdoor.booking import people
from frontdoor.booking import wording as words
from frontdoor.booking.kinds import read_kind
from frontdoor.booking.state import appointment_from, instant, plain_of
from frontdoor.booking.states import zone_of
from frontdoor.booking.talk import says_no, says_yes, wants_move
from frontdoor.scheduling.errors import NotFound, Rejected, Taken
from frontdoor.scheduling.model import JOIN_EARLY, JOIN_LATE, Appointment, Opening

TRIES = 5
BLOCKED = timedelta(minutes=30)
LISTED_MAX = 8


def is_blocked(turn: Turn) -> bool:
    """Tell whether too many names and dates that fit nobody were tried here a short while ago."""
    return bool(turn.visit.blocked_until) and instant(turn.visit.blocked_until) > turn.now


def refuse(turn: Turn) -> None:
    """Say that it cannot be tried again for a while, and offer a person."""
    turn.say("utter_visits_blocked", turn.button("person", "human"))
    turn.end()


async def ask_known_name(turn: Turn) -> None:
    """Ask whose visits."""
    turn.say("utter_visits_ask_name")


async def read_known_name(turn: Turn) -> bool:
    """Take the name that the visit was booked under."""
    name = people.read_name(turn.text)
    turn.visit.name = name or ""
    return bool(name)


async def ask_known_birth(turn: Turn) -> None:
    """Ask the date of birth that proves it."""
    turn.say("utter_visits_ask_birth_date")


async def read_known_birth(turn: Turn) -> bool:
    """Look the patient up. Both readings of "3/5/1990" are tried; five misses end it for a while."""
    visit, born = turn.visit, read_born(turn)
    if not born:
        return False
    for day in born:
        found = await turn.call(turn.scheduling.find_patient, visit.name, day)
        if found:
            visit.patient = {"id": found.id, "name": visit.name, "birth_date": day.isoformat()}
            visit.failures, visit.name, visit.birth_date, visit.birth_options = 0, "", "", []
            return True
    visit.failures += 1
    visit.name, visit.birth_options = "", []
    if visit.failures >= TRIES:
        visit.blocked_until, visit.failures = (turn.now + BLOCKED).isoformat(), 0
        refuse(turn)
        return True
    turn.say("utter_visits_not_found")
    return True


async def load(turn: Turn) -> list[Appointment]:
    """Read the verified patient's coming visits from the server."""
    assert turn.visit.patient
    found = await turn.call(turn.scheduling.upcoming, turn.visit.patient["id"])
    kept = [one for one in found if one.status == "booked"][:LISTED_MAX]
    turn.visit.visits = [plain_of(one) for one in kept]
    return kept


def line(turn: Turn, one: Appointment) -> str:
    """Return one visit in words."""
    service = turn.clinic.service(one.service_type)
    kind = service.name(turn.language) if service else one.service_type
    return f"{words.full(one.start, zone_of(one.state, turn.zone), turn.language)}, {kind}, {one.practitioner_name}"


async def show(turn: Turn) -> None:
    """List the visits, with what can be done about them."""
    found = await load(turn)
    if not found:
        none(turn)
        return
    only = {"appointment_id": found[0].id} if len(found) == 1 else {}
    buttons = [
        turn.button(name, intent, **only)
        for name, intent in (("move", "reschedule"), ("drop", "cancel"), ("join", "join_visit"))
    ]
    turn.say("utter_visits_list", *buttons, visits="\n".join(f"• {line(turn, one)}" for one in found))
    turn.visit.finish()
    turn.end()


def none(turn: Turn) -> None:
    """Say that there is no coming visit."""
    turn.say("utter_visits_none", turn.button("book", "book_visit"))
    turn.visit.finish()
    turn.end()


async def choose(turn: Turn) -> bool:
    """Settle which visit is meant. True: one is; False: it was asked, or there is none."""
    visit = turn.visit
    if visit.appointment:
        return True
    found = await load(turn)
    if not found:
        none(turn)
        return False
    pressed = turn.pressed.get("appointment_id", "")
    wanted = visit.listed(pressed) or (found[0] if len(found) == 1 else None)
    if wanted is None:
        turn.say("utter_visits_which", *(_visit_button(turn, one) for one in found))
        visit.step, turn.waiting = "which_visit", True
        return False
    visit.appointment = plain_of(wanted)
    return True


def _visit_button(turn: Turn, one: Appointment) -> Button:
    return press(words.short(one.start, turn.zone, turn.language), appointment_id=one.id)


async def read_which(turn: Turn) -> bool:
    """Take a visit by button, number, day or clinician."""
    listed = [appointment_from(one) for one in turn.visit.visits]
    wanted = turn.visit.listed(turn.pressed.get("appointment_id", ""))
    if wanted is None:
        stand_ins = [_stand_in(one) for one in listed]
        meant = choosing.meant(turn.text, stand_ins, turn.now, turn.zone, turn.language)
        if len(meant) != 1:
            code = read_kind(turn.text, turn.clinic)
            meant = [one for one in stand_ins if one.service_type == code]
        wanted = turn.visit.listed(meant[0].id) if len(meant) == 1 else None
    if wanted:
        turn.visit.appointment = plain_of(wanted)
    return wanted is not None


def _stand_in(one: Appointment) -> Opening:
    return Opening(one.id, one.start, one.end, "", one.practitioner_id, one.practitioner_name, one.service_type)


async def ask_cancel(turn: Turn) -> None:
    """Name the visit and ask for a yes."""
    one = turn.visit.subject
    assert one
    turn.say(
        "utter_visits_confirm_cancel",
        turn.button("yes_cancel", "affirm"),
        turn.button("keep", "deny"),
        visit=line(turn, one),
    )


async def read_cancel(turn: Turn) -> bool:
    """Cancel on a clear yes; "cancel it" is one here. "No, move it" moves it instead."""
    one = turn.visit.subject
    assert one
    if wants_move(turn.text) or (turn.intent == "reschedule" and not turn.pressed):
        turn.visit.job = "reschedule"
        return True
    if says_no(turn.text) or turn.is_press("deny"):
        turn.say("utter_visits_kept", visit=line(turn, one))
        turn.visit.finish()
        turn.end()
        return True
    if not (says_yes(turn.text) or turn.is_press("affirm") or turn.intent in ("cancel", "affirm")):
        return False
    try:
        gone = await turn.call(turn.scheduling.cancel, one.id, reason="pat", key=turn.key("cancel", one.id))
    except Rejected as refusal:
        _cannot(turn, refusal.reason)
        return True
    except NotFound:
        none(turn)
        return True
    if gone.status != "cancelled":
        _cannot(turn, "status")
        return True
    turn.say("utter_visits_cancelled", turn.button("book", "book_visit"), visit=line(turn, one))
    turn.visit.count += 1
    turn.visit.visits = []
    turn.visit.finish()
    turn.end()
    return True


def _cannot(turn: Turn, reason: str) -> None:
    turn.say(
        "utter_visits_too_late" if reason == "cancel_window" else "utter_visits_cannot", turn.button("person", "human")
    )
    turn.visit.finish()
    turn.end()


async def ask_move(turn: Turn) -> None:
    """Read the change back: from which time to which."""
    visit, old, new = turn.visit, turn.visit.subject, turn.visit.chosen
    assert old
    assert new
    turn.say(
        "utter_visits_confirm_move",
        turn.button("move_it", "affirm"),
        turn.button("other_time", choice="change:when"),
        turn.button("keep", choice="stop"),
        old=words.full(old.start, turn.zone, turn.language),
        new=words.full(new.start, turn.zone, turn.language),
        clinician=new.practitioner_name,
    )
    visit.state = visit.state or old.state


async def read_move(turn: Turn) -> bool:
    """Move the visit on a clear yes: the new one is booked before the old one is cancelled."""
    visit, old, new = turn.visit, turn.visit.subject, turn.visit.chosen
    assert old
    assert new
    if says_no(turn.text) or turn.is_press("deny"):
        visit.forget_opening()
        return True
    if not (says_yes(turn.text) or turn.is_press("affirm") or (turn.intent == "affirm" and turn.confidence >= 0.9)):
        return False
    if not await keep_hold(turn):
        return True
    try:
        key = turn.key("move", f"{old.id}|{new.id}")
        moved = await turn.call(turn.scheduling.reschedule, old.id, new.id, key=key, hold=visit.kept)
    except (Taken, NotFound):
        lost(turn)
        return True
    except Rejected as refusal:
        _cannot(turn, refusal.reason)
        return True
    if moved.status != "booked" or moved.start != new.start:
        lost(turn)
        return True
    await confirmed(turn, moved, "utter_visits_moved")
    return True


async def join(turn: Turn) -> None:
    """Give the link when the visit is near, else say when it will be there."""
    one = turn.visit.subject
    assert one
    opens = one.start - JOIN_EARLY
    if turn.now < opens:
        turn.say(
            "utter_visits_join_early",
            visit=line(turn, one),
            opens=words.full(opens, zone_of(one.state, turn.zone), turn.language),
        )
    elif turn.now > one.end + JOIN_LATE:
        turn.say("utter_visits_join_over", turn.button("person", "human"))
    else:
        await _give_link(turn, one)
    turn.visit.finish()
    turn.end()


async def _give_link(turn: Turn, one: Appointment) -> None:
    links = await links_of(turn, one, renew=True)
    if links:
        turn.say("utter_visits_join", join_url=links.join_url, visit=line(turn, one))
    else:
        turn.say("utter_visits_join_failed", turn.button("person", "human"))
