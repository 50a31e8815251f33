"""The read-back, and the booking itself: nothing is called booked that the server did not read back."""

from actions.booking_people import REASON_MAX_CHARS
from actions.booking_times import keep_hold, kind_name, lost
from actions.booking_turn import Turn
from frontdoor.booking import wording as words
from frontdoor.booking.state import plain_of
from frontdoor.booking.states import state_name
from frontdoor.booking.talk import says_no, says_yes
from frontdoor.scheduling.errors import NotFound, Rejected, SchedulingError, Taken
from frontdoor.scheduling.model import Appointment, Booking, Guardian, Links, Person

CHANGEABLE = ("when", "kind", "who", "name", "birth_date", "state", "contact", "reason")


async def ask_confirm(turn: Turn) -> None:
    """Read everything back and ask for the yes."""
    visit, opening = turn.visit, turn.visit.chosen
    assert opening
    assert visit.born
    turn.say(
        "utter_visit_confirm_child" if visit.who == "child" else "utter_visit_confirm",
        turn.button("book_it", "affirm"),
        turn.button("change_something", choice="change"),
        turn.button("stop", choice="stop"),
        kind=kind_name(turn),
        when=words.full(opening.start, turn.zone, turn.language),
        clinician=opening.practitioner_name,
        name=visit.name,
        birth_date=words.dated(visit.born, turn.language),
        guardian=visit.guardian,
        relationship=relationship(turn),
        state=state_name(visit.state),
        contact=visit.contact,
        reason=visit.reason[:REASON_MAX_CHARS],
    )


def relationship(turn: Turn) -> str:
    """Return how the guardian is related, in the patient's language where there is a word for it."""
    known = turn.visit.relationship.replace(" ", "_")
    try:
        return turn.title(known).lower()
    except KeyError:
        return turn.visit.relationship


async def read_confirm(turn: Turn) -> bool:
    """Book on a clear yes; on a no ask what to change."""
    if turn.pressed.get("choice") == "change" or says_no(turn.text) or turn.is_press("deny"):
        ask_change(turn)
        return True
    if says_yes(turn.text) or (turn.intent == "affirm" and turn.confidence >= 0.9):
        await book(turn)
        return True
    return False


def ask_change(turn: Turn) -> None:
    """Ask which answer to change."""
    turn.say("utter_visit_ask_change", *(turn.button(f"change_{one}", choice=f"change:{one}") for one in CHANGEABLE))
    turn.waiting = True


async def book(turn: Turn) -> None:
    """Book, read back, confirm; a lost opening gives others, a rule its reason."""
    visit = turn.visit
    if not await keep_hold(turn):
        return
    opening = visit.chosen
    assert opening
    try:
        appointment = await turn.call(turn.scheduling.book, _booking(turn))
    except (Taken, NotFound):
        lost(turn)
        return
    except Rejected as refusal:
        _refused(turn, refusal.reason)
        return
    if appointment.status != "booked" or appointment.start != opening.start:
        lost(turn)
        return
    await confirmed(turn, appointment, "utter_visit_booked")


def _booking(turn: Turn) -> Booking:
    visit, opening = turn.visit, turn.visit.chosen
    assert opening
    assert visit.born
    phone, email = ("", visit.contact) if "@" in visit.contact else (visit.contact, "")
    guardian = Guardian(visit.guardian, visit.relationship, visit.contact) if visit.who == "child" else None
    return Booking(
        opening_id=opening.id,
        key=turn.key("book", opening.id),
        hold=visit.kept,
        patient=Person(visit.name, visit.born, phone, email),
        state=visit.state,
        service_type=visit.service_type,
        reason=visit.reason,
        language=turn.language,
        consent_version=visit.consent,
        time_zone=turn.zone.key,
        guardian=guardian,
    )


def _refused(turn: Turn, reason: str) -> None:
    """Say which rule is in the way, and go back to the question that can help."""
    visit = turn.visit
    if reason in ("licence", "lead_time", "horizon", "patient_busy"):
        turn.say(f"utter_visit_refused_{reason}")
        visit.shown = [*visit.shown, *([visit.opening["id"]] if visit.opening else [])]
        visit.opening, visit.hold = None, None
    elif reason == "age":
        turn.say("utter_visit_refused_age")
        visit.forget_opening()
        visit.service_type = ""
    else:
        turn.say("utter_visit_trouble")
        turn.person("scheduling_unavailable")


async def confirmed(turn: Turn, appointment: Appointment, response: str) -> None:
    """Say what the server read back, with the links; the job is done, who is verified stays known."""
    visit = turn.visit
    links = await links_of(turn, appointment)
    turn.say(
        response if links else f"{response}_no_link",
        when=words.full(appointment.start, turn.zone, turn.language),
        clinician=appointment.practitioner_name,
        join_url=links.join_url if links else "",
    )
    if links:
        attachment = {"url": links.calendar_url, "filename": "visit.ics", "mime": "text/calendar"}
        turn.dispatcher.utter_message(json_message={"attachment": attachment})
    turn.dispatcher.utter_message(json_message={"booked": True})
    if visit.name and visit.birth_date:
        visit.patient = {"id": appointment.patient_id, "name": visit.name, "birth_date": visit.birth_date}
    visit.visits = [plain_of(appointment)]
    visit.count += 1
    visit.finish()
    turn.end()


async def links_of(turn: Turn, appointment: Appointment, *, renew: bool = False) -> Links | None:
    """Return the visit's links; without them the visit is booked all the same, and "join" gives them later.

    *renew*: the patient was verified in this conversation and asks for it, so a locked one is given anew.
    """
    try:
        return await turn.call(turn.scheduling.links, appointment, renew=renew)
    except SchedulingError:
        return None
