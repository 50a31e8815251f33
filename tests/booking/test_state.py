"""What the slot `visit` holds, and which openings are offered and meant."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from frontdoor.booking import openings, wording
from frontdoor.booking.state import Visit, opening_from, plain_of, window_from, window_to
from frontdoor.booking.when import Window
from frontdoor.scheduling.model import Opening
from frontdoor.scheduling.zones import zone

NEW_YORK = zone("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)


def opening(day: int, hour: int, minute: int = 0, who: str = "Dr. Ada Example") -> Opening:
    """An opening in December at a New York hour."""
    at = datetime(2026, 12, day, hour, minute, tzinfo=NEW_YORK).astimezone(timezone.utc)
    return Opening(f"{day}-{hour}-{minute}-{who}", at, at + timedelta(minutes=20), "s", who, who, "primary_care")


@pytest.mark.parametrize("slot", [None, "text", 7, [], {"unknown": 1}, {"job": "book", "unknown": {}}])
def test_any_slot_is_a_visit(slot: Any) -> None:
    """What cannot be read is forgotten, never an exception."""
    assert isinstance(Visit.load(slot), Visit)


def test_a_visit_survives_the_slot() -> None:
    """Saved and loaded it is the same; what is empty is not saved."""
    visit = Visit(job="book", opening=plain_of(opening(1, 15, 20)), birth_options=["1990-05-03"], failures=2)
    assert Visit.load(visit.dump()) == visit
    assert "name" not in visit.dump()
    assert opening_from(plain_of(opening(1, 15, 20))) == opening(1, 15, 20)


def test_a_window_survives_the_slot() -> None:
    """Every field of a window is kept."""
    window = Window(date(2026, 12, 1), date(2026, 12, 7), frozenset({1, 3}), time(12), time(17), time(15), True)
    assert window_from(window_to(window)) == window


def test_finishing_forgets_the_patient_but_not_who_is_verified() -> None:
    """After a booking the answers are gone, the proof and the counts stay."""
    visit = Visit(job="book", name="Zoe Hope", contact="x@y.example", count=2, patient={"id": "p"})
    visit.finish()
    assert (visit.name, visit.contact, visit.job) == ("", "", "")
    assert (visit.count, visit.patient) == (2, {"id": "p"})


def test_a_week_is_offered_over_its_days() -> None:
    """One opening of each day, none twice at the same instant."""
    found = [opening(day, hour, minute) for day in (1, 2, 3, 4) for hour in (9, 10, 14) for minute in (0, 20)]
    chosen = openings.spread(found, Window(date(2026, 12, 1), date(2026, 12, 7)), NEW_YORK)
    assert [one.start.astimezone(NEW_YORK).day for one in chosen] == [1, 2, 3, 4]
    assert len({one.start.astimezone(NEW_YORK).time() for one in chosen}) >= 3


def test_one_day_is_offered_over_its_hours_and_clinicians() -> None:
    """Not five times in one hour of one clinician."""
    found = [
        opening(1, hour, minute, who) for hour in (9, 10, 11, 14) for minute in (0, 20, 40) for who in ("Ada", "Rosa")
    ]
    chosen = openings.spread(found, Window(date(2026, 12, 1), date(2026, 12, 1)), NEW_YORK)
    starts = [one.start for one in chosen]
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in zip(starts, starts[1:], strict=False))  # noqa: RUF007
    assert {one.practitioner_name for one in chosen} == {"Ada", "Rosa"}


def test_the_hour_asked_for_comes_first() -> None:
    """ "At 3" offers what is nearest to three."""
    found = [opening(1, hour) for hour in range(8, 18)]
    chosen = openings.spread(found, Window(date(2026, 12, 1), date(2026, 12, 1), near=time(15)), NEW_YORK)
    assert [one.start.astimezone(NEW_YORK).hour for one in chosen] == [13, 14, 15, 16]


def test_an_hour_with_nothing_near_it_is_told_apart() -> None:
    """ "At 5" with openings until 2 only: they are offered as the nearest, not as what was wished."""
    found = [opening(1, hour) for hour in (9, 14)]
    window = Window(date(2026, 12, 1), date(2026, 12, 1), near=time(17))
    assert not openings.is_near(found, window, NEW_YORK)
    assert openings.is_near([*found, opening(1, 16)], window, NEW_YORK)
    assert openings.is_near(found, None, NEW_YORK)


OFFERED = [opening(1, 9), opening(1, 15, 20), opening(3, 10, who="Dr. Rosa Ejemplo"), opening(4, 16, 40)]
MEANT = [
    ("the second one", [1]),
    ("2", [1]),
    ("#3", [2]),
    ("option 4", [3]),
    ("the last one", [3]),
    ("3:20", [1]),
    ("at 3:20 pm", [1]),
    ("the tuesday one", [0, 1]),
    ("thursday", [2]),
    ("dec 4", [3]),
    ("tuesday morning", [0]),
    ("the one with Rosa", [2]),
    ("first", [0]),
    ("la segunda", [1]),
    ("la de las 10", [2]),
    ("el jueves", [2]),
    ("any of them", [0]),
    ("cualquiera", [0]),
    ("9", []),
    ("december 20", []),
    ("first week of january", []),
    ("primero de enero a las 3", []),
    ("first thing monday", []),
    ("la primera de esas", [0]),
    ("hello", []),
]


@pytest.mark.parametrize(("text", "expected"), MEANT)
def test_which_opening_is_meant(text: str, expected: list[int]) -> None:
    """By number, place, hour, day, part of the day or clinician, in both languages."""
    found = openings.meant(text, OFFERED, NOW, NEW_YORK, "en")
    assert [OFFERED.index(one) for one in found] == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Tue, Dec 1, 3:20 PM EST"), ("es", "mar 1 dic, 3:20 p. m. EST")]
)
def test_times_are_said_with_their_zone(language: str, expected: str) -> None:
    """A button says weekday, date, time and zone in the patient's language."""
    assert wording.short(OFFERED[1].start, NEW_YORK, language) == expected


def test_the_same_instant_in_another_zone() -> None:
    """In Texas it is an hour earlier, and says so."""
    assert wording.full(OFFERED[1].start, zone("America/Chicago"), "en") == "Tuesday, December 1, 2026, 2:20 PM CST"
