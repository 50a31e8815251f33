"""The message's sentence vector as dense features, so that intents are found by meaning as well as by words.

The encoder knows English. A Spanish message is read word by word in English (`gloss.py`): as it stands its vector did
harm, and nothing in its place left 4 points of Spanish unfound. The scale was measured beside the classifier's tf-idf
features, each of length 1: 1 to 2.5 are alike, 20 is worse than nothing. (Beside raw counts it would be 10 to 30.)
While there is no encoder every message gets zeros.
"""

import hashlib
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdoor import settings
from frontdoor.assistant import gloss
from frontdoor.encoder import DIMENSIONS, Encoder, load
from frontdoor.encoder.runtime import MADE_FROM_FILE

NAME = "SentenceVector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVector(DenseFeaturizer, GraphComponent):
    """Gives each message its vector from `frontdoor.encoder`, times `scale`."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers stand behind a tokenizer in Rasa's pipelines; this one reads the text itself."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: the length of the vector."""
        return {**DenseFeaturizer.get_default_config(), "scale": 1.5}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceVector":
        return cls(execution_context.node_name, config, load(settings.load().data_dir / "encoder"))

    def __init__(self, name: str, config: dict[str, Any], encoder: Encoder | None) -> None:
        super().__init__(name, config)
        self._encoder = encoder

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing in the configuration can be wrong but the scale's sign."""
        if config["scale"] <= 0:
            raise InvalidConfigException("SentenceVector: `scale` must be above 0.")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Name the encoder and the word list: with others Rasa must not reuse what it computed before."""
        made_from = settings.load().data_dir / "encoder" / MADE_FROM_FILE
        encoder = made_from.read_text(encoding="ascii") if made_from.is_file() else "none"
        words = b"".join(file.read_bytes() for file in gloss.FILES)
        return f"{encoder} {hashlib.sha256(words).hexdigest()}"

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to each message that has a text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                message.add_features(Features(self._vector(text), FEATURE_TYPE_SENTENCE, TEXT, NAME))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Do the same to the examples."""
        self.process(training_data.training_examples)
        return training_data

    def _vector(self, text: str) -> np.ndarray:
        if self._encoder is None:
            return np.zeros((1, DIMENSIONS), np.float32)
        vector: np.ndarray = self._encoder.of_message(text)[None, :] * float(self._config["scale"])
        return vector
