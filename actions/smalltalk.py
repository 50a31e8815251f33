"""Who the bot is, which language it speaks, and a yes or no outside a form."""

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import (
    ASKED,
    Events,
    SafeAction,
    clinic,
    hand_off,
    language_of,
    previous_actions,
    settings,
    text_of,
    wording,
)
from actions.handoff import say_who_comes
from frontdoor.safety.replies import emergency_number

_NAMED = {
    "en": re.compile(r"\b(?:english|ingl[eé]s|inglish)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:spanish|spnish|espa[nñ]ol|castellano)\b", re.IGNORECASE),
}
_CLINICIANS = re.compile(
    r"\b(?:doctors?|doctora?e?s?|clinicians?|providers?|therapists?|nurses?|dermatologists?|pediatricians?|staff|"
    r"m[eé]dic[oa]s?|enfermer[oa]s?|terapeutas?|psic[oó]log[oa]s?|personal|profesional(?:es)?)\b",
    re.IGNORECASE,
)
# "I don't speak English", "no hablo inglés": the language named is the one not wanted.
_UNWANTED = re.compile(r"\b(?:no|not|n['’]?t|dont|cant|isnt)\b", re.IGNORECASE)


class ActionSessionStart(SafeAction):
    """Begin a session in `rasa shell`; behind the gateway our input channel begins it without a helper."""

    def name(self) -> str:
        return "action_session_start"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(
            response="utter_introduce",
            assistant_name=clinic().assistant_name,
            clinic_name=clinic().name,
            emergency_number=emergency_number(settings().region, language_of(tracker)),
        )
        language = SlotSet("language", settings().language)
        return [SessionStarted(), language, SlotSet("introduced", True), ActionExecuted("action_listen")]


class ActionSayWho(SafeAction):
    """Say plainly that this is a bot."""

    def name(self) -> str:
        return "action_say_who"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        facts = {"assistant_name": clinic().assistant_name, "clinic_name": clinic().name}
        dispatcher.utter_message(response="utter_say_who", **facts)
        return []


class ActionSwitchLanguage(SafeAction):
    """Go on in the language that was named, else in the other one; say so who asks what clinicians speak."""

    def name(self) -> str:
        return "action_switch_language"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        wanted = wanted_language(text_of(tracker), language_of(tracker))
        if _CLINICIANS.search(text_of(tracker)):
            dispatcher.utter_message(text=wording().text("utter_clinicians_speak", wanted))
        return [SlotSet("language", wanted)]


class ActionAffirmed(SafeAction):
    """A yes that no form asked for: to a person that was offered, else to nothing in particular."""

    def name(self) -> str:
        return "action_affirmed"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        if "action_not_understood" in previous_actions(tracker):
            say_who_comes(dispatcher, tracker)
            hand_off(dispatcher, "not_understood", ASKED)
        else:
            dispatcher.utter_message(response="utter_affirmed")
        return []


class ActionDenied(SafeAction):
    """A no that no form asked for: to a person that was offered, else to nothing in particular."""

    def name(self) -> str:
        return "action_denied"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        again = "action_not_understood" in previous_actions(tracker)
        dispatcher.utter_message(response="utter_try_again" if again else "utter_denied")
        return []


def wanted_language(text: str, now: str) -> str:
    """Return the language that *text* asks for; *now* is the one spoken."""
    named = [language for language, pattern in _NAMED.items() if pattern.search(text)]
    if len(named) == 1:
        other = "en" if named[0] == "es" else "es"
        return other if _UNWANTED.search(text) else named[0]
    if len(named) == 2:  # "my English is not good, can we use Spanish": the last one named
        return max(named, key=lambda language: [found.start() for found in _NAMED[language].finditer(text)][-1])
    return "en" if now == "es" else "es"
