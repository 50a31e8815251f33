"""Staff choose what the bot still knows; it forgets the rest wherever it is kept."""

from frontdoor.booking.carry import KNOWN_BY, carried
from frontdoor.booking.state import Visit

CARRY = {"introduced": True, "topic": "flu", "visit": {"job": "book", "name": "Ana Rivera", "birth_date": "1990-05-03"}}
SHOWN = {"patient_name": "Ana Rivera", "birth_date": "1990-05-03", "topic": "flu"}


def test_what_is_chosen_stays() -> None:
    """With everything chosen, the booking goes on where it was."""
    found = carried(CARRY, SHOWN, ["patient_name", "birth_date", "topic"], "es")
    assert found["visit"] == CARRY["visit"]
    assert (found["language"], found["introduced"], found["topic"]) == ("es", True, "flu")


def test_what_is_left_out_is_forgotten_everywhere() -> None:
    """A date of birth that staff keep back is neither a slot nor part of the visit."""
    found = carried(CARRY, SHOWN, ["patient_name"], "en")
    assert found["visit"] == {"job": "book", "name": "Ana Rivera"}
    assert "birth_date" not in found
    assert "topic" not in found


def test_every_name_is_one_that_a_visit_has() -> None:
    """The table names fields of a visit, so that a renamed one is noticed here."""
    known = set(vars(Visit()))
    assert {name for names in KNOWN_BY.values() for name in names} <= known
