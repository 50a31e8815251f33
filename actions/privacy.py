"""The patient's say over messages and data."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, clinic, language_of


class ActionUnsubscribe(SafeAction):
    """Stop messages; the gateway records it and keeps it."""

    def name(self) -> str:
        return "action_unsubscribe"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_unsubscribed")
        dispatcher.utter_message(json_message={"stop": True})
        return []


class ActionGivePrivacy(SafeAction):
    """Say what happens to a patient's data and how to ask for it."""

    def name(self) -> str:
        return "action_give_privacy"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_privacy", privacy_notice=clinic().privacy_notice)
        return []


class ActionGiveConsent(SafeAction):
    """Give the clinic's telehealth consent to read."""

    def name(self) -> str:
        return "action_give_consent"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        text = clinic().text("telehealth_consent", language_of(tracker))
        dispatcher.utter_message(response="utter_consent", telehealth_consent=text)
        return []
