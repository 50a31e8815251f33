"""Who the visit is for and how to reach them: one asking and one reading function a question."""

from datetime import date

from actions.booking_places import served
from actions.booking_times import is_licensed, release
from actions.booking_turn import Turn, press
from frontdoor.booking import people, picked
from frontdoor.booking import wording as words
from frontdoor.booking.contact import read_contact
from frontdoor.booking.places import read_place
from frontdoor.booking.states import read_state, state_name
from frontdoor.booking.talk import says_no, says_yes

REASON_MAX_CHARS = 200
SHORTEST_REASON_CHARS = 2
RELATIONSHIPS = ("mother", "father", "guardian", "grandparent")


async def ask_who(turn: Turn) -> None:
    """Ask whether it is for the writer."""
    turn.say("utter_visit_ask_who", *(turn.button(f"for_{who}", choice=who) for who in ("self", "child", "other")))


async def read_who(turn: Turn) -> bool:
    """Take self, child or another adult."""
    who = turn.pressed.get("choice") or people.read_who(turn.text) or ("self" if says_yes(turn.text) else "")
    if who not in ("self", "child", "other"):
        return False
    visit = turn.visit
    if visit.who and visit.who != who:
        visit.name, visit.birth_date, visit.guardian, visit.relationship = "", "", "", ""
    visit.who = who
    if who == "self" and visit.patient and not visit.name:
        visit.name, visit.birth_date = visit.patient["name"], visit.patient["birth_date"]
    if who == "child":
        visit.relationship = visit.relationship or people.read_relationship(turn.text) or ""
    return True


async def ask_guardian(turn: Turn) -> None:
    """Ask the name of the adult."""
    turn.say("utter_visit_ask_guardian")


async def read_guardian(turn: Turn) -> bool:
    """Take the adult's name, and the relationship if it is said."""
    text = turn.text.split(",")[0] if people.read_relationship(turn.text) and "," in turn.text else turn.text
    name = people.read_name(text)
    turn.visit.guardian = name or ""
    if name and text != turn.text:
        turn.visit.relationship = people.read_relationship(turn.text) or ""
    return bool(name)


async def ask_relationship(turn: Turn) -> None:
    """Ask how the adult is related to the child."""
    turn.say("utter_visit_ask_relationship", *(turn.button(one, choice=one) for one in RELATIONSHIPS))


async def read_relationship(turn: Turn) -> bool:
    """Take a relationship."""
    turn.visit.relationship = turn.pressed.get("choice") or people.read_relationship(turn.text) or ""
    return bool(turn.visit.relationship)


async def ask_name(turn: Turn) -> None:
    """Ask the patient's name."""
    turn.say(f"utter_visit_ask_name_{turn.visit.who or 'self'}")


async def read_name(turn: Turn) -> bool:
    """Take the patient's name."""
    name = people.read_name(turn.text)
    if name:
        turn.visit.name = name
    return bool(name)


async def ask_birth_date(turn: Turn) -> None:
    """Ask the date of birth, or which of two was meant."""
    visit = turn.visit
    if visit.birth_options:
        days = [date.fromisoformat(one) for one in visit.birth_options]
        turn.say(
            "utter_visit_which_birth_date",
            *(press(words.dated(day, turn.language), choice=day.isoformat()) for day in days),
        )
        return
    turn.say(
        "utter_visit_ask_birth_date_self" if visit.who == "self" else "utter_visit_ask_birth_date", name=visit.name
    )


async def read_birth_date(turn: Turn) -> bool:
    """Take a date of birth; two readings are asked about."""
    visit = turn.visit
    birth = read_born(turn)
    if not birth:
        return False
    visit.birth_options = [day.isoformat() for day in birth] if len(birth) > 1 else []
    if len(birth) == 1:
        settle_birth_date(turn, birth[0])
    return True


def read_born(turn: Turn) -> tuple[date, ...]:
    """Return the one or two dates of birth that the message gives, none when it gives none."""
    today = turn.now.astimezone(turn.zone).date()
    chosen, options = turn.pressed.get("choice", ""), turn.visit.birth_options
    if chosen in options:
        return (date.fromisoformat(chosen),)
    found = people.read_birth_date(turn.text, today, turn.language)
    if not found.dates and options:
        return _one_of([date.fromisoformat(one) for one in options], turn.text, today, turn.language)
    return found.dates


def _one_of(offered: list[date], text: str, today: date, language: str) -> tuple[date, ...]:
    """Return which of *offered* is meant by its place ("the second") or without its year ("May 6")."""
    plain = picked.bare(text)
    place = picked.number(plain) or picked.position(plain, len(offered))
    if place and place <= len(offered):
        return (offered[place - 1],)
    meant = [one for one in offered if one in people.read_birth_date(f"{text} {one.year}", today, language).dates]
    return tuple(meant) if len(meant) == 1 else ()


def settle_birth_date(turn: Turn, born: date) -> None:
    """Keep the date; who is under age needs a guardian, who is of age needs none."""
    visit = turn.visit
    years = people.age(born, turn.now.astimezone(turn.zone).date())
    visit.birth_date, visit.birth_options = born.isoformat(), []
    if years < people.ADULT_YEARS and visit.who != "child":
        visit.who, visit.guardian, visit.relationship = "child", "", ""
        turn.say("utter_visit_minor")
    elif years >= people.ADULT_YEARS and visit.who == "child":
        visit.who = "other"


async def ask_state(turn: Turn) -> None:
    """Ask where the patient will be."""
    turn.say(
        "utter_visit_ask_state" if turn.visit.who in ("", "self") else "utter_visit_ask_state_other",
        name=turn.visit.name,
    )


async def read_state_answer(turn: Turn) -> bool:
    """Take a state where somebody is licensed; if the chosen clinician is not, other openings are offered."""
    code = read_state(turn.text)
    abroad = None if code else read_place(turn.text)
    if code is None and (abroad is None or not abroad.name):
        return False
    visit, before = turn.visit, turn.zone
    if code not in turn.clinic.states:
        name = state_name(code) if code else abroad.name  # type: ignore[union-attr]
        turn.say("utter_visit_state_not_served", turn.button("person", "human"), state=name, states=served(turn))
        turn.waiting = True
        return True
    visit.state = code
    opening = visit.chosen
    if opening and not await is_licensed(turn):
        turn.say("utter_visit_not_licensed", clinician=opening.practitioner_name, state=state_name(code))
        visit.shown, visit.opening = [*visit.shown, opening.id], None
        await release(turn)
        visit.hold = None
    elif opening and opening.start.astimezone(before).utcoffset() != opening.start.astimezone(turn.zone).utcoffset():
        turn.say(
            "utter_visit_your_time", when=words.full(opening.start, turn.zone, turn.language), state=state_name(code)
        )
    return True


async def ask_contact(turn: Turn) -> None:
    """Ask for a phone number or an e-mail address, or whether a mended one is right."""
    if turn.visit.suggested:
        keep = press(turn.visit.contact, choice="as_typed")
        turn.say("utter_visit_contact_mended", press(turn.visit.suggested, choice="mended"), keep)
        return
    turn.say("utter_visit_ask_contact")


async def read_contact_answer(turn: Turn) -> bool:
    """Take a way to reach the patient."""
    visit, choice = turn.visit, turn.pressed.get("choice", "")
    if visit.suggested and (choice in ("mended", "as_typed") or says_yes(turn.text) or says_no(turn.text)):
        mended = choice == "mended" or (not choice and says_yes(turn.text))
        visit.contact, visit.suggested = visit.suggested if mended else visit.contact, ""
        return True
    found = read_contact(turn.text)
    if found is None:
        return False
    visit.contact, visit.suggested = found.text, found.suspect
    return True


async def ask_reason(turn: Turn) -> None:
    """Ask for the reason in one line."""
    turn.say("utter_visit_ask_reason")


async def read_reason(turn: Turn) -> bool:
    """Take any line that has words."""
    reason = " ".join(turn.text.split())[:REASON_MAX_CHARS]
    if len(reason) < SHORTEST_REASON_CHARS or not any(mark.isalpha() for mark in reason):
        return False
    turn.visit.reason = reason
    return True


async def ask_consent(turn: Turn) -> None:
    """Ask for consent to care by video, in the clinic's own words."""
    text = turn.clinic.text("telehealth_consent", turn.language)
    turn.say("utter_visit_ask_consent", turn.button("agree", "affirm"), turn.button("decline", "deny"), consent=text)


async def read_consent(turn: Turn) -> bool:
    """Take a clear yes, with the version of the text that was agreed to; a no ends at a person, not at a visit."""
    if (turn.intent == "deny" and not says_yes(turn.text)) or says_no(turn.text):
        buttons = (turn.button("agree", "affirm"), turn.button("person", "human"), turn.button("stop", choice="stop"))
        turn.say("utter_visit_needs_consent", *buttons)
        turn.waiting = True
        return True
    if not (says_yes(turn.text) or turn.is_press("affirm")):
        return False
    turn.visit.consent = turn.clinic.consent_version
    turn.visit.agreed_at = turn.now.isoformat(timespec="seconds")
    turn.dispatcher.utter_message(
        json_message={"consent": {"kind": "telehealth", "version": turn.visit.consent, "given": True}}
    )
    return True
