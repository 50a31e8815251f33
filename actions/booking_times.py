"""Kind of visit, day and hour, openings, and the hold: the part of a booking that needs no name."""

from datetime import datetime, time, timedelta, timezone

from actions.booking_search import horizon, look
from actions.booking_turn import Button, Turn, press
from frontdoor.booking import openings as choosing
from frontdoor.booking import talk
from frontdoor.booking import wording as words
from frontdoor.booking.kinds import pick_kind, read_kind
from frontdoor.booking.state import Visit, opening_from, plain_of, window_from, window_to
from frontdoor.booking.when import Choice, Past, Window, read
from frontdoor.scheduling.errors import NotFound, Rejected, Taken
from frontdoor.scheduling.model import Opening

REFRESH = timedelta(minutes=7)  # a hold with less than this left is extended
SHOWN_MAX = 60


async def ask_kind(turn: Turn) -> None:
    """Ask which kind of visit."""
    services = turn.clinic.services
    turn.say("utter_visit_ask_kind", *(press(each.name(turn.language), service_type=each.code) for each in services))


async def read_kind_answer(turn: Turn) -> bool:
    """Take a kind of visit from a button, from words or by its place in the list, and a day if it is there too."""
    code = turn.pressed.get("service_type") or read_kind(turn.text, turn.clinic) or pick_kind(turn.text, turn.clinic)
    if not turn.clinic.service(code):
        return False
    set_kind(turn.visit, str(code))
    if not turn.visit.window and not turn.pressed:
        take_when(turn, turn.text, certain_only=True)
    return True


def set_kind(visit: Visit, code: str) -> None:
    """Set the kind; an opening of another kind is no longer wanted."""
    if visit.service_type and visit.service_type != code:
        window = visit.window
        visit.forget_opening()
        visit.window = window
    visit.service_type = code


async def ask_when(turn: Turn) -> None:
    """Ask for a day or hour, or which of several readings was meant."""
    if turn.visit.options:
        options = [window_from(one) for one in turn.visit.options]
        titles = (words.window_title(option, turn.language) for option in options)
        turn.say("utter_visit_which_day", *(press(title, choice=f"{n}") for n, title in enumerate(titles)))
        return
    named = ("asap", "tomorrow", "this_week", "next_week")
    turn.say("utter_visit_ask_when", *(turn.button(name, choice=name) for name in named))


async def read_when_answer(turn: Turn) -> bool:
    """Take a day or hour; say so when it is over."""
    visit, chosen = turn.visit, turn.pressed.get("choice", "")
    if visit.options:
        option = _option(turn, chosen)
        if option is not None:
            visit.window, visit.options = visit.options[option], []
            return True
    return take_when(turn, chosen.replace("_", " ") if chosen and not chosen.isdigit() else turn.text)


def take_when(turn: Turn, text: str, *, certain_only: bool = False) -> bool:
    """Read *text* as a time; several readings wait in `visit.options`. With *certain_only* a past day says nothing."""
    found = read(text, turn.now, turn.zone, turn.language)
    if isinstance(found, Past) and not certain_only:
        turn.say("utter_visit_when_past")
        turn.visit.options = []
        return True
    if not isinstance(found, Window | Choice):
        return False
    visit = turn.visit
    visit.forget_opening()
    if isinstance(found, Choice):
        visit.options = [window_to(option) for option in found.options]
    else:
        visit.window = window_to(found)
    return True


def _option(turn: Turn, chosen: str) -> int | None:
    """Return which of the readings is meant, by button, number, day or hour."""
    count = len(turn.visit.options)
    if chosen.isdigit() and int(chosen) < count:
        return int(chosen)
    options = [window_from(one) for one in turn.visit.options]
    stand_ins = [_stand_in(option, turn, number) for number, option in enumerate(options)]
    meant = choosing.meant(turn.text, stand_ins, turn.now, turn.zone, turn.language)
    return int(meant[0].id) if len(meant) == 1 else None


def _stand_in(option: Window, turn: Turn, number: int) -> Opening:
    at = datetime.combine(option.first, option.near or option.earliest or time(12), turn.zone).astimezone(timezone.utc)
    return Opening(str(number), at, at, "", "", "", "")


async def ask_opening(turn: Turn) -> None:
    """Offer openings, the same ones again after a question in between; say so when the wish cannot be met."""
    visit = turn.visit
    if visit.offered:
        offer(turn, "utter_visit_offer", [opening_from(one) for one in visit.offered])
        return
    lead, found = await look(turn)
    if not found:
        turn.say(
            "utter_visit_no_openings", turn.button("other_kind", choice="change:kind"), turn.button("person", "human")
        )
        visit.window = None
        return
    visit.offered = [plain_of(one) for one in found]
    offer(turn, lead, found)


def offer(turn: Turn, lead: str, found: list[Opening]) -> None:
    """Say the openings with a button each."""
    turn.visit.shown = [*turn.visit.shown, *(one.id for one in found if one.id not in turn.visit.shown)][-SHOWN_MAX:]
    buttons = [press(words.short(one.start, turn.zone, turn.language), opening_id=one.id) for one in found]
    lines = "\n".join(
        f"{n}. {words.short(one.start, turn.zone, turn.language)}, {one.practitioner_name}"
        for n, one in enumerate(found, 1)
    )
    more: list[Button] = [turn.button("more_times", choice="more")]
    if turn.visit.job == "book":
        more.append(turn.button("another_clinician", choice="clinician"))
    turn.say(lead, *buttons, *more, kind=kind_name(turn), openings=lines)


async def read_opening_answer(turn: Turn) -> bool:
    """Take a choice among the offered openings, a wish for others, or a new time."""
    visit = turn.visit
    offered = [opening_from(one) for one in visit.offered]
    if opening_id := turn.pressed.get("opening_id"):
        return await _take_pressed(turn, opening_id, offered)
    choice = turn.pressed.get("choice", "")
    if choice == "more" or (not choice and _wants_more(turn)):
        visit.passed = [*visit.passed, *(one.start.isoformat() for one in offered)][-SHOWN_MAX:]
        visit.offered = []
        return True
    if choice == "clinician" or (not choice and _wants_clinician(turn)):
        visit.avoided, visit.offered = sorted({*visit.avoided, *(one.practitioner_id for one in offered)}), []
        visit.passed = []
        return True
    meant = choosing.meant(turn.text, offered, turn.now, turn.zone, turn.language)
    if len(meant) == 1:
        return await take_opening(turn, meant[0])
    if len(meant) > 1:
        visit.offered = [plain_of(one) for one in meant]
        offer(turn, "utter_visit_which_opening", meant)
        turn.waiting = True
        return True
    if await _take_other_kind(turn):
        return True
    if turn.intent == "affirm" and len(offered) == 1:
        return await take_opening(turn, offered[0])
    if turn.intent == "deny" and turn.confidence > 0.6 and len(turn.text) < 20:
        visit.offered = []
        return True
    if take_when(turn, turn.text):
        return True
    if talk.correction(turn.text) == "when":
        visit.forget_opening()
        return True
    return False


async def _take_other_kind(turn: Turn) -> bool:
    """Take "primary care next week please" where another kind of visit is on offer: the kind, and the time if named."""
    code = read_kind(turn.text, turn.clinic)
    if turn.visit.job != "book" or not code or code == turn.visit.service_type:
        return False
    await release(turn)
    set_kind(turn.visit, str(code))
    take_when(turn, turn.text)
    return True


async def _take_pressed(turn: Turn, opening_id: str, offered: list[Opening]) -> bool:
    found = next((one for one in offered if one.id == opening_id), None)
    if found is None and opening_id in turn.visit.shown:
        found = await turn.call(turn.scheduling.opening, opening_id)
    return found is not None and await take_opening(turn, found)


def _wants_more(turn: Turn) -> bool:
    plain = turn.text.lower()
    asked = ("more", "other time", "others", "something else", "none of", "different time", "another time", "what else",
             "más", "mas opciones", "otras", "otra hora", "otros", "ninguna", "ninguno")  # fmt: skip
    return any(word in plain for word in asked) and read(turn.text, turn.now, turn.zone, turn.language) is None


def _wants_clinician(turn: Turn) -> bool:
    plain = turn.text.lower()
    asked = ("another doctor", "another clinician", "different doctor", "other doctor", "someone else", "otro doctor",
             "otra doctora", "otro médico", "otro medico", "otro profesional")  # fmt: skip
    return any(word in plain for word in asked)


async def take_opening(turn: Turn, opening: Opening) -> bool:
    """Hold the opening; when somebody was faster say so, and the next ones are offered in the same turn."""
    visit = turn.visit
    await release(turn, unless=opening.id)
    try:
        hold = await turn.call(turn.scheduling.hold, opening.id, key=turn.key("hold", opening.id))
    except (Taken, NotFound, Rejected):
        lost(turn)
        return True
    visit.opening, visit.hold, visit.offered = plain_of(opening), plain_of(hold), []
    turn.say(
        "utter_visit_held",
        when=words.full(opening.start, turn.zone, turn.language),
        clinician=opening.practitioner_name,
    )
    return True


def lost(turn: Turn) -> None:
    """Say that the opening is gone and look for others around it."""
    visit = turn.visit
    turn.say("utter_visit_taken")
    if visit.opening:
        visit.shown = [*visit.shown, visit.opening["id"]]
    visit.opening, visit.hold, visit.offered = None, None, []
    visit.window = visit.window or window_to(Window(turn.now.astimezone(turn.zone).date(), horizon(turn), asap=True))


async def keep_hold(turn: Turn) -> bool:
    """Extend the hold while the patient answers. False: the opening is gone, and that was said."""
    visit = turn.visit
    if not visit.opening:
        return True
    hold = visit.kept
    if hold and hold.expires_at - turn.now > REFRESH:
        return True
    try:
        fresh = await turn.call(turn.scheduling.hold, visit.opening["id"], key=turn.key("hold", visit.opening["id"]))
    except (Taken, NotFound, Rejected):
        lost(turn)
        return False
    visit.hold = plain_of(fresh)
    return True


async def release(turn: Turn, *, unless: str = "") -> None:
    """Give back what is held; failing to is no matter, it expires."""
    hold = turn.visit.kept
    if hold and hold.opening_id != unless:
        try:
            await turn.call(turn.scheduling.release, hold)
        except Exception:  # the hold ends by itself in ten minutes
            return


async def is_licensed(turn: Turn) -> bool:
    """Tell whether the clinician of the chosen opening may see the patient where they will be."""
    opening, visit = turn.visit.chosen, turn.visit
    if opening is None or not visit.state:
        return True
    return await turn.call(turn.scheduling.is_licensed, opening.practitioner_id, visit.state, opening.start)


def kind_name(turn: Turn) -> str:
    """Return the name of the kind of visit."""
    service = turn.clinic.service(turn.visit.service_type)
    return service.name(turn.language) if service else turn.visit.service_type
