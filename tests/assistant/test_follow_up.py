"""Right after an article a short question asks on about it; everywhere else it is what it reads like."""

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet
from rasa.shared.core.slots import AnySlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor.assistant.follow_up import FollowUp

LISTEN = ActionExecuted("action_listen")
ANSWERED = [ActionExecuted("action_answer_education"), SlotSet("topic", "flu"), LISTEN]


OFFERED = [ActionExecuted("action_answer_education"), SlotSet("offered_topics", ["flu", "asthma"]), LISTEN]


def intent_after(events: list[Event], text: str, intent: str, confidence: float = 0.6) -> str:
    """Return the intent of *text*, which the classifier took for *intent*, after *events*."""
    custom = [{"type": "custom"}]
    slots = [
        TextSlot("topic", mappings=custom),
        AnySlot("offered_topics", mappings=custom, influence_conversation=False),
    ]
    tracker = DialogueStateTracker("t", slots)
    for event in events:
        tracker.update(event)
    message = Message({TEXT: text, INTENT: {"name": intent, "confidence": confidence}})
    FollowUp().process([message], tracker)
    return str(message.get(INTENT)["name"])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("and for children?", "out_of_scope"),
        ("how long does it last?", "inform"),
        ("is it an emergency?", "price_insurance"),
        ("and for my 3 year old?", "out_of_scope"),
        ("tell me more", "chitchat"),
        ("y para niños?", "inform"),
        ("y para mi bebé?", "inform"),
        ("cuánto dura?", "inform"),
        ("cómo se previene", "out_of_scope"),
        ("qué puedo tomar", "bot_identity"),
    ],
)
def test_right_after_an_article_it_asks_on(text: str, intent: str) -> None:
    """Whatever the classifier made of it alone."""
    assert intent_after(ANSWERED, text, intent) == "education"
    assert intent_after(OFFERED, text, intent) == "education"
    assert intent_after([LISTEN], text, intent) == intent


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("i want a visit for my son", "book_visit", 0.9),
        ("book it for my son", "book_visit", 0.9),
        ("are my test results in", "test_results", 0.9),
        ("thanks", "thanks", 0.99),
        ("quiero hablar con una persona", "human", 0.97),
        ("who won the game", "out_of_scope", 0.9),
        ("más pastillas", "refill", 0.9),
        ("i need to see a doctor", "book_visit", 0.9),
    ],
)
def test_what_is_clear_stays(text: str, intent: str, confidence: float) -> None:
    """A wish, a thank you and what has nothing to do with health are what they are."""
    assert intent_after(ANSWERED, text, intent, confidence) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("when is it an emergency", "opening_hours"),
        ("what if it doesnt go away", "opening_hours"),
        ("cuando voy al doctor", "list_appointments"),
        ("y si no le baja?", "stop_unsubscribe"),
        ("y si empeora?", "stop_unsubscribe"),
        ("what number is too high", "stop_unsubscribe"),
        ("what helps", "thanks"),
        ("otra cosa que ayude?", "thanks"),
        ("do i need pills", "refill"),
    ],
)
def test_a_worry_is_about_the_article(text: str, intent: str) -> None:
    """However sure the classifier is that it asks for hours, for visits or for no more messages."""
    assert intent_after(ANSWERED, text, intent, 0.97) == "education"
    assert intent_after(ANSWERED, "ya no quiero mensajes", "stop_unsubscribe", 0.97) == "stop_unsubscribe"


@pytest.mark.parametrize("text", ["not helpful", "Not really.", "it helped!", "no me sirvió", "Sí, me ayudó"])
def test_an_opinion_is_about_the_answer_that_asks_for_it(text: str) -> None:
    """Right under its buttons; elsewhere it is what it reads like."""
    asks = BotUttered("Flu …", {"buttons": [{"title": "Not really", "payload": '/education{"helpful": "no"}'}]})
    answered = [ANSWERED[0], asks, *ANSWERED[1:]]
    assert intent_after(answered, text, "deny") == "education"
    assert intent_after([*answered, ANSWERED[0], BotUttered("Thanks."), LISTEN], text, "deny") == "deny"


def test_in_a_form_it_is_an_answer_to_the_form() -> None:
    """ "For my baby" answers who the visit is for."""
    form = [*ANSWERED, ActionExecuted("visit_form"), ActiveLoop("visit_form"), LISTEN]
    assert intent_after(form, "y para mi bebé", "inform") == "inform"


def test_after_another_answer_it_no_longer_asks_on() -> None:
    """The article was spoken of some time ago."""
    later = [*ANSWERED, ActionExecuted("action_tell_hours"), LISTEN]
    assert intent_after(later, "for how long?", "inform") == "inform"


@pytest.mark.parametrize(
    ("text", "intent"), [("the second one", "inform"), ("1", "inform"), ("la primera", "inform"), ("ninguno", "deny")]
)
def test_what_was_offered_is_named_by_its_place(text: str, intent: str) -> None:
    """Without an offer it is whatever it reads like: an answer to a form."""
    assert intent_after(OFFERED, text, intent, 0.97) == "education"
    assert intent_after(ANSWERED, text, intent, 0.97) == intent
