"""Where clinicians of ours may see patients: said to whoever names a place or asks for the states."""

from actions.booking_turn import Turn
from frontdoor.booking.places import Place
from frontdoor.booking.states import state_name


def served(turn: Turn) -> str:
    """Return the names of the states where somebody is licensed."""
    return ", ".join(state_name(one) for one in turn.clinic.states)


def say_whether(turn: Turn, place: Place) -> None:
    """Say whether patients in *place* can be seen; without a name, where they can."""
    response = "utter_visit_places"
    if place.name:
        response = f"utter_visit_place_{'served' if place.code in turn.clinic.states else 'not_served'}"
    buttons = (turn.button("book", "book_visit"), turn.button("person", "human"))
    turn.say(response, *buttons, state=place.name, states=served(turn))
