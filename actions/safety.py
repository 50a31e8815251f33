"""An emergency inside Rasa: only where no gateway screens first, as in `rasa shell`."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, hand_off, language_of, settings, text_of
from frontdoor.safety.replies import reply
from frontdoor.safety.screen import screen

EMERGENCY_PRIORITY = 0


class ActionEmergency(SafeAction):
    """Give the number and the first thing to do, and alarm a person."""

    def name(self) -> str:
        return "action_emergency"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        language = language_of(tracker)
        verdict = screen(text_of(tracker), language)
        dispatcher.utter_message(
            response="utter_emergency", safety_reply=reply(verdict, language, settings().region).text
        )
        hand_off(dispatcher, "emergency", EMERGENCY_PRIORITY)
        return []
