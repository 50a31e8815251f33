"""Graph components of our own that Rasa builds into the model."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdoor.assistant.protocol import SCREENED, TYPED, without_slash

EMERGENCY = "emergency"


class Stateless(GraphComponent):
    """A component that learns nothing."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Stateless":
        return cls()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SlashGuard(Stateless):
    """Takes leading slashes off what a patient typed, so that Rasa never reads it as a command.

    Our input channel does the same before Rasa sees the text; this is the second lock on that door. It acts on
    messages that carry the channel's mark: buttons in `rasa shell` and in `rasa test` are slash commands by design.
    A "classifier" by registration only: those are the nodes that Rasa puts into the answering graph alone.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if _is_marked(message, TYPED):
                message.set(TEXT, without_slash(message.get(TEXT) or ""), add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(Stateless):
    """Turns a message that screens as an emergency into the intent `emergency`, whatever the classifier says.

    The gateway screens before Rasa is asked, and says so; this makes `rasa shell` and `rasa test` behave alike.
    """

    def __init__(self) -> None:
        from frontdoor.safety.screen import load

        load()  # now, and not while the first patient waits

    def process(self, messages: list[Message]) -> list[Message]:
        from frontdoor.safety.screen import screen

        for message in messages:
            if _is_marked(message, SCREENED):
                continue
            text = message.get(TEXT) or ""
            if text and not text.lstrip().startswith("/") and screen(text).level == "emergency":
                found = {INTENT_NAME_KEY: EMERGENCY, PREDICTED_CONFIDENCE_KEY: 1.0}
                message.set(INTENT, found, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [found], add_to_output=True)
        return messages


def _is_marked(message: Message, mark: str) -> bool:
    """Tell whether our input channel put *mark* on the message."""
    return bool((message.get("metadata") or {}).get(mark))
