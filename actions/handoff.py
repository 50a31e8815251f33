"""Getting a person."""

from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ASKED, ROUTINE, Events, SafeAction, clinic, hand_off, language_of, previous_actions, settings
from actions.times import moment
from frontdoor.safety.replies import emergency_number


class ActionHandoff(SafeAction):
    """Ask for a person, and say when one will answer if the clinic is closed."""

    def name(self) -> str:
        return "action_handoff"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        misunderstood = "action_not_understood" in previous_actions(tracker)
        say_who_comes(dispatcher, tracker)
        hand_off(dispatcher, "not_understood" if misunderstood else "asked", ASKED)
        return []


class ActionTakeComplaint(SafeAction):
    """Thank for a complaint or praise and pass it to a person."""

    def name(self) -> str:
        return "action_take_complaint"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_complaint")
        hand_off(dispatcher, "complaint", ROUTINE)
        return []


class ActionReturnFromStaff(SafeAction):
    """Say that the bot is back."""

    def name(self) -> str:
        return "action_return_from_staff"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(response="utter_returned")
        return []


def say_who_comes(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Say that a person will answer here, and when, if not now."""
    now = datetime.now(timezone.utc)
    opens = None if clinic().is_open(now) else clinic().next_opening(now)
    if opens is None:
        dispatcher.utter_message(response="utter_handoff")
        return
    dispatcher.utter_message(
        response="utter_handoff_closed",
        opens=moment(opens, language_of(tracker)),
        phone=clinic().phone,
        emergency_number=emergency_number(settings().region, language_of(tracker)),
    )
