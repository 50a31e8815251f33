"""What is told of a booking message besides its intent, in both languages, with the spelling people use."""

from datetime import datetime, timezone

import pytest
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor import clinic
from frontdoor.assistant.entities import BookingEntities
from frontdoor.settings import ROOT

NOW = datetime(2026, 11, 23, 17, tzinfo=timezone.utc)  # a Monday


@pytest.fixture(scope="module")
def extractor() -> BookingEntities:
    """The component with the demo clinic's kinds of visit."""
    return BookingEntities(clinic.load(ROOT / "clinic.yml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "book a dermatologist for my son tuesday at 3pm",
            {("service", "dermatology"), ("date", "2026-11-24"), ("time", "15:00"), ("relation", "child")},
        ),
        (
            "i need a skin docter tomorow afternon in new yrok",
            {("service", "dermatology"), ("date", "2026-11-24"), ("day_part", "afternoon"), ("state", "NY")},
        ),
        (
            "pediatra para mi hija el juevez por la tarde",
            {("service", "pediatrics"), ("date", "2026-11-26"), ("day_part", "afternoon"), ("relation", "child")},
        ),
        (
            "psicologo el 3 de diciembre a las 4 y media en tejas",
            {("service", "behavioral_health"), ("date", "2026-12-03"), ("time", "16:30"), ("state", "TX")},
        ),
        ("soy su mamá", {("relation", "mother"), ("relation", "child")}),  # who is somebody's mother asks for a child
        ("next week after 5", {("date", "2026-11-30/2026-12-06"), ("time", "17:00/")}),
        ("temprano", {("day_part", "morning")}),
        ("ok", set()),
        ("para mi", set()),
        ("my name is Ana Torres", set()),
    ],
)
def test_a_booking_message_names_things(text: str, expected: set[tuple[str, str]], extractor: BookingEntities) -> None:
    """Kind of visit, day, part of the day, time, state and relation; nothing from words that name none."""
    found = extractor.entities(text, NOW)
    assert {(one["entity"], one["value"]) for one in found if one["value"] != "self"} == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I live in Ohio, on friday after 5 please", {"Ohio", "friday", "after 5"}),
        ("quiero cita con el dermatólogo el viernes a las 3 pm", {"dermatólogo", "viernes", "3 pm"}),
    ],
)
def test_an_entity_says_where_it_stands(text: str, words: set[str], extractor: BookingEntities) -> None:
    """`rasa test` and annotators need the place of each."""
    assert {text[one["start"] : one["end"]] for one in extractor.entities(text, NOW)} == words


@pytest.mark.parametrize(
    ("intent", "has_any"), [("book_visit", True), ("inform", True), ("education", False), ("symptom_nonurgent", False)]
)
def test_only_messages_about_visits_have_them(intent: str, has_any: bool, extractor: BookingEntities) -> None:
    """ "My rash" asks for no dermatologist and "103 at 3 pm" for no time when somebody tells a symptom."""
    message = Message({TEXT: "a rash on my son since monday 3 pm", INTENT: {"name": intent}})
    extractor.process([message])
    assert bool(message.get(ENTITIES)) is has_any


def test_a_button_is_no_text(extractor: BookingEntities) -> None:
    """What a button carries is read as data."""
    message = Message({TEXT: '/inform{"opening_id": "monday-3pm"}', INTENT: {"name": "inform"}})
    extractor.process([message])
    assert not message.get(ENTITIES)
