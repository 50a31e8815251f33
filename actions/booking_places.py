"""What is asked of visits in general: where clinicians of ours may see patients, and how a visit by video works."""

from actions.booking_turn import Button, Turn
from frontdoor.booking.places import Place
from frontdoor.booking.states import state_name


def served(turn: Turn) -> str:
    """Return the names of the states where somebody is licensed."""
    return ", ".join(state_name(one) for one in turn.clinic.states)


def say_whether(turn: Turn, place: Place) -> None:
    """Say whether patients in *place* can be seen; without a name, where they can."""
    buttons = (turn.button("book", "book_visit"), turn.button("person", "human"))
    _say(turn, place, "utter_visit_place_served", *buttons)


def say_on_the_way(turn: Turn, place: Place) -> None:
    """Say the same to who is booking: the open question is put after it, and nothing else is offered."""
    _say(turn, place, "utter_visit_place_served_too")


def say_how(turn: Turn, *, on_the_way: bool) -> None:
    """Say how a visit works; *on_the_way*: an open question is put after it, and nothing else is offered."""
    buttons = () if on_the_way else (turn.button("book", "book_visit"), turn.button("person", "human"))
    turn.say("utter_visit_how", *buttons)


def _say(turn: Turn, place: Place, served_response: str, *buttons: Button) -> None:
    response = "utter_visit_places"
    if place.name:
        response = served_response if place.code in turn.clinic.states else "utter_visit_place_not_served"
    turn.say(response, *buttons, state=place.name, states=served(turn))
