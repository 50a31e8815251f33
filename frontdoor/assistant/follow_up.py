"""A question that only makes sense after the answer before it: "and for children?", "how long does it last?".

By itself such a message reads like anything: "para mi bebé" like an answer to the booking form, "is it an emergency"
like nothing at all. Right after an article it asks on about that article, and its intent is `education`.
"""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor import language
from frontdoor.assistant.components import Stateless
from frontdoor.booking.talk import is_question
from frontdoor.education.offers import chosen
from frontdoor.education.opinions import asked_about, typed_opinion
from frontdoor.education.sections import asked_for, is_follow_up, only_asks_for

EDUCATION = "education"
ANSWERS = frozenset({"action_answer_education", "action_answer_symptom"})
# What else a short message may mean in earnest, right after an article too …
CLEAR = frozenset(
    (
        "book_visit", "reschedule", "cancel", "join_visit", "human", "feedback_complaint", "privacy_data",
        "consent_question", "emergency",
    )
)  # fmt: skip
# … what it means unless it only asks for a section ("what helps?", "what number is too high?") …
CLEAR_WITH_MORE = frozenset(("refill", "stop_unsubscribe", "language_switch", "greet", "goodbye", "thanks", "deny"))
# … and what it may only mean when the classifier is sure.
CLEAR_WHEN_SURE = frozenset(("price_insurance", "opening_hours", "test_results", "list_appointments"))
SURE = 0.75
# What to do when it gets worse is about the illness, however sure the classifier is: "when is it an emergency?".
WORRY = frozenset(("emergency", "see"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FollowUp(Stateless):
    """Gives a message that asks on about the article shown last the intent `education`, with confidence 1.

    And one that says in words whether the article helped, where buttons ask for it.
    """

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        if was_just_answered(tracker):
            offered = tracker.get_slot("offered_topics") or ()
            for message in messages:
                text, intent = message.get(TEXT) or "", message.get(INTENT) or {}
                if text.lstrip().startswith("/"):
                    continue
                spoken = language.detect(text)
                opinion = typed_opinion(text) and asks_whether_it_helped(tracker)
                asks_on = not _is_clear(intent, text, spoken) and is_follow_up(text, spoken)
                if opinion or asks_on or chosen(text, offered):
                    found = {INTENT_NAME_KEY: EDUCATION, PREDICTED_CONFIDENCE_KEY: 1.0}
                    message.set(INTENT, found, add_to_output=True)
                    message.set(INTENT_RANKING_KEY, [found], add_to_output=True)
        return messages


def asks_whether_it_helped(tracker: DialogueStateTracker) -> bool:
    """Whether the last thing that the bot said has the buttons "Yes, it helped" and "Not really"."""
    said = next((event for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    return said is not None and bool(asked_about(said.data.get("buttons") or ()))


def was_just_answered(tracker: DialogueStateTracker) -> bool:
    """Whether the last thing that the bot did was to show an article or to offer some, and no form waits."""
    done = (event.action_name for event in reversed(tracker.events) if isinstance(event, ActionExecuted))
    last = next((name for name in done if name != ACTION_LISTEN_NAME), None)
    spoken_of = tracker.get_slot("topic") or tracker.get_slot("offered_topics")
    return last in ANSWERS and bool(spoken_of) and not tracker.active_loop_name


def _is_clear(intent: dict[str, Any], text: str, spoken: str) -> bool:
    name, confidence = intent.get(INTENT_NAME_KEY), intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0
    if name in CLEAR_WITH_MORE:  # "más pastillas" asks for no section, but for pills
        return not only_asks_for(text, spoken) or (name == "refill" and not is_question(text))
    if name in CLEAR_WHEN_SURE and confidence >= SURE:
        return not WORRY & {*asked_for(text, spoken)}
    return name in CLEAR
