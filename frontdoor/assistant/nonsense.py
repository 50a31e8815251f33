"""A message in which no word is one that people say: keys struck at random, sounds, a phone in a pocket.

To a classifier that learned "asdf" it looks like talk about something that the clinic does not do, and "that is
nothing I can help with" would be an answer to nothing. It was not understood, and is treated like that.
"""

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor import language
from frontdoor.assistant import gloss
from frontdoor.assistant.components import Stateless
from frontdoor.assistant.plain import plain
from frontdoor.assistant.understanding import FALLBACK, NOT_UNDERSTOOD, UNDERSTOOD_FROM
from frontdoor.education.words import STOP, everyday

_LEAST_CHARS = 2  # of a word that tells: "a" and "y" stand between random letters too
_LEAST_CHARS_OF_A_SLIP = 6  # shorter sounds are near to something by chance
_LETTERS = re.compile(r"[^\W\d_]+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Nonsense(Stateless):
    """Takes what is out of scope and has no word in it for not understood."""

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            intent = message.get(INTENT) or {}
            if intent.get(INTENT_NAME_KEY) == NOT_UNDERSTOOD and says_nothing(message.get(TEXT) or ""):
                found = {INTENT_NAME_KEY: FALLBACK, PREDICTED_CONFIDENCE_KEY: UNDERSTOOD_FROM}
                message.set(INTENT, found, add_to_output=True)
                ranking = [found, *message.get(INTENT_RANKING_KEY, [])]
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def says_nothing(text: str) -> bool:
    """Whether no word of *text* is known in English or Spanish, nor a long one with a slip in it ("wether")."""
    found = [word for word in _LETTERS.findall(plain(text)) if len(word) >= _LEAST_CHARS]
    return not any(word in _known() for word in found) and not any(map(_is_slip, found))


def _is_slip(word: str) -> bool:
    if len(word) < _LEAST_CHARS_OF_A_SLIP:
        return False
    return process.extractOne(word, _known(), scorer=OSA.distance, score_cutoff=1) is not None


@cache
def _known() -> frozenset[str]:
    """Return the words of both languages that any part of the product knows."""
    lists = [words for spoken in (language.ENGLISH, language.SPANISH) for words in _of(spoken)]
    return frozenset().union(*lists, gloss.vocabulary())


def _of(spoken: str) -> tuple[frozenset[str], ...]:
    return language.common_words(spoken), everyday(spoken), frozenset(STOP[spoken])
