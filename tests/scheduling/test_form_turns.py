"""The form's action on the real scheduling service, without Rasa: what each message of a patient leads to."""

import json
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import booking_turn
from actions.booking import ValidateVisitForm
from tests.scheduling.conftest import Service

FORM = {"name": "visit_form"}


class Patient:
    """`await patient.says("text", "intent")` returns the names of the responses; the intent is given, not guessed."""

    def __init__(self, language: str = "en") -> None:
        self.slots: dict[str, Any] = {"language": language, "phi": "allow"}
        self.events: list[dict[str, Any]] = []
        self.buttons: list[dict[str, str]] = []
        self.loop: dict[str, Any] = {}

    async def says(self, text: str, intent: str = "inform", confidence: float = 0.7, **entities: str) -> list[str]:
        """Say it; a rule of another family answers nothing here, and the form is called once more."""
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": found}
        self.events.append({"event": "user", "text": text})
        said: list[str] = []
        for _ in range(2):
            tracker = Tracker("patient", self.slots, message, self.events, False, None, self.loop, "action_listen")
            dispatcher = CollectingDispatcher()
            events = await ValidateVisitForm().run(dispatcher, tracker, {})
            said += [one["response"] for one in dispatcher.messages if one.get("response")]
            self.buttons = [button for one in dispatcher.messages for button in one["buttons"]] or self.buttons
            self._apply(events)
            if not any(one["event"] == "action_execution_rejected" for one in events):
                break
        return said

    async def presses(self, part: str) -> list[str]:
        """Press the first button whose payload has *part*."""
        pressed = next(one for one in self.buttons if part in one["payload"])
        intent, brace, rest = pressed["payload"][1:].partition("{")
        return await self.says(pressed["title"], intent, 1.0, **json.loads(brace + rest or "{}"))

    def _apply(self, events: list[dict[str, Any]]) -> None:
        ended = False
        for one in events:
            if one["event"] == "slot":
                self.slots[one["name"]] = one["value"]
                ended = ended or one["name"] == "requested_slot"
            self.events.append({**one, "name": FORM["name"]} if one["event"] == "action_execution_rejected" else one)
        if not any(one["event"] == "action_execution_rejected" for one in events):
            self.loop = {} if ended else FORM
            self.events.append({"event": "active_loop", "name": self.loop.get("name")})


@pytest.fixture
def patient(service: Service, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """Somebody who asked for nothing yet."""
    client = service.client()
    monkeypatch.setattr(booking_turn, "scheduling", lambda: client)
    return Patient()


async def to_name(patient: Patient, request: str = "nutrition december 15") -> None:
    """Ask for a visit, take the first opening, for oneself."""
    await patient.says(request, "book_visit", 0.9)
    await patient.presses("opening_id")
    await patient.presses("self")


async def test_what_a_question_is_for_is_said(patient: Patient) -> None:
    """The reason, then the question again; the intent that was guessed does not matter."""
    await to_name(patient)
    assert await patient.says("whats this for", "bot_identity", 0.96) == [
        "utter_visit_why_name",
        "utter_visit_ask_name_self",
    ]


@pytest.mark.parametrize(
    ("steps", "asks", "said"),
    [
        ((), "whats this for", ["utter_visit_why_kind", "utter_visit_ask_kind"]),
        (("nutrition",), "para que es esto?", ["utter_visit_why_when", "utter_visit_ask_when"]),
        (("nutrition", "december 15"), "what is this for", ["utter_visit_why_when", "utter_visit_offer"]),
    ],
)
async def test_every_question_says_what_it_is_for(
    patient: Patient, steps: tuple[str, ...], asks: str, said: list[str]
) -> None:
    """At the kind of visit and the time too, where the classifier takes it for "what are you?"."""
    await patient.says("book a visit", "book_visit", 0.9)
    for answer in steps:
        await patient.says(answer)
    assert await patient.says(asks, "bot_identity", 0.96) == said


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("Do you see patients in Ontario?", "utter_visit_place_not_served"),
        ("do you serve texas?", "utter_visit_place_served_too"),
        ("which states are you licensed in?", "utter_visit_places"),
    ],
)
async def test_where_we_see_patients_is_said_in_a_booking_too(patient: Patient, asks: str, said: str) -> None:
    """And then the question that was open, at the kind of visit as at the name."""
    await patient.says("book a visit", "book_visit", 0.9)
    assert await patient.says(asks, "opening_hours", 0.9) == [said, "utter_visit_ask_kind"]
    await to_name(patient)
    assert await patient.says(asks, "opening_hours", 0.9) == [said, "utter_visit_ask_name_self"]


async def test_another_adult_is_noted_and_taken_back(patient: Patient) -> None:
    """ "For my mother" is not asked again; "not my mother" asks for one's own name."""
    await patient.says("nutrition december 15 for my mother", "book_visit", 0.9)
    assert (await patient.presses("opening_id"))[-1] == "utter_visit_ask_name_other"
    assert (await patient.says("actually it's for me not my mother"))[-1] == "utter_visit_ask_name_self"


async def test_an_answer_that_cannot_be_used_gets_help_with_it(patient: Patient) -> None:
    """A number alone, a birth date to come and a place abroad are no change of subject."""
    await to_name(patient)
    assert await patient.says("7", "opening_hours", 0.7) == ["utter_visit_help_name"]
    await patient.says("Xi Li")
    assert await patient.says("1/1/2035", "out_of_scope", 0.8) == ["utter_visit_help_birth_date"]
    await patient.says("May 3 1990")
    assert await patient.says("albania", "out_of_scope", 0.8) == ["utter_visit_help_state"]


@pytest.mark.parametrize(
    ("answer", "born"), [("May 6", "1991-05-06"), ("the second", "1991-06-05"), ("1", "1991-05-06")]
)
async def test_which_of_two_birth_dates_is_said_in_words(patient: Patient, answer: str, born: str) -> None:
    """Without the year, or by its place."""
    await to_name(patient)
    await patient.says("Xi Li")
    assert await patient.says("5/6/91") == ["utter_visit_which_birth_date"]
    assert await patient.says(answer) == ["utter_visit_ask_state"]
    assert patient.slots["visit"]["birth_date"] == born


async def test_what_is_wrong_at_the_read_back_is_asked_again(patient: Patient) -> None:
    """ "Está mal el nombre" opens the name, and is no name itself; how to change the phone opens the contact."""
    await to_name(patient)
    for answer in ("Xi Li", "May 3 1990", "New York", "518 555 0123", "tired"):
        await patient.says(answer)
    await patient.says("yes", "affirm", 0.9)
    assert await patient.says("está mal el nombre", "deny", 0.45) == ["utter_visit_ask_name_self"]
    assert await patient.says("Xi Lo") == ["utter_visit_confirm"]
    assert await patient.says("where do i change the phone", "out_of_scope", 0.6) == ["utter_visit_ask_contact"]


async def test_another_time_at_a_later_question(patient: Patient) -> None:
    """A day where whom-it-is-for was asked, and "another time", both lead back to times."""
    await patient.says("nutrition december 15", "book_visit", 0.9)
    await patient.presses("opening_id")
    assert await patient.says("thursday december 17 would be better") == ["utter_visit_changed", "utter_visit_offer"]
    await patient.presses("opening_id")
    assert await patient.says("another time") == ["utter_visit_ask_when"]


async def test_a_week_is_not_the_first_of_the_list(patient: Patient) -> None:
    """ "First week of january" looks there and takes no opening; several that fit are listed once."""
    await patient.says("nutrition asap", "book_visit", 0.9)
    said = await patient.says("first week of january")
    assert said in (["utter_visit_offer"], ["utter_visit_offer_next"])


async def test_it_begins_again_and_ends(patient: Patient) -> None:
    """ "Start over" asks the first question, who knows none is helped, and after a goodbye nothing is asked."""
    await to_name(patient)
    assert await patient.says("start over", "greet", 0.9) == ["utter_visit_restarted", "utter_visit_ask_kind"]
    assert (await patient.says("no idea", "deny", 0.5))[0] == "utter_visit_help_kind"
    assert await patient.says("goodbye", "goodbye", 0.9) == []
    assert await patient.says("book a visit", "book_visit", 1.0) == ["utter_visit_ask_kind"]
