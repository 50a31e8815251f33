"""The patient's say over messages and data."""

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, clinic, language_of, text_of
from frontdoor.booking.fold import fold

SAYS_STOP = re.compile(
    r"\b(?:stop\w*|stahp|unsu\w*|opt|optout|remove|quit|end|cancel|block|leave|off|out|no more|less|enough|"
    r"too (?:much|many)|spam|don'?t|do not|didn'?t|did not|doesn'?t|isn'?t|never|cease|disable|revoke|delete|"
    r"wrong number|lose my number|(?:keep|still) getting|not your (?:patient|client)|mute|silence|arret|"
    r"baja|par[aoe]r?|paren(?:le)?|dej\w+|no|nunca|basta|cancel\w+|elimin\w+|quit\w+|borr\w+|sac\w+|saqu\w+|sal(?:ir|go)|cese|"
    r"(?:ya )?estuvo|siguen (?:lleg|mand|llam)ando|hart[ao]s?|"
    r"deten\w+|desactiv\w+|apag\w+|(?:de)?suscri\w+|alto|bloque\w+|silenci\w+|molest\w+|equivoc\w+)\b"
)
CERTAIN = 0.999  # a press


class ActionUnsubscribe(SafeAction):
    """Stop messages; the gateway records it and keeps it."""

    def name(self) -> str:
        return "action_unsubscribe"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        pressed = float((tracker.latest_message.get("intent") or {}).get("confidence") or 0) >= CERTAIN
        if not pressed and not SAYS_STOP.search(fold(text_of(tracker))):
            dispatcher.utter_message(response="utter_ask_unsubscribe")  # "list" is no wish to hear nothing more
            return []
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
