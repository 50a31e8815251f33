"""The sentence vector as a Rasa component."""

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdoor.assistant.dense import SentenceVector
from frontdoor.encoder import DIMENSIONS, Encoder


def vector_of(component: SentenceVector, text: str) -> np.ndarray:
    """Return the features that *component* gives to *text*."""
    (message,) = component.process([Message({TEXT: text})])
    found = message.get_dense_features(TEXT)[1]
    assert found is not None
    features: np.ndarray = found.features
    return features


@pytest.mark.parametrize("scale", [1.0, 20.0])
def test_an_english_message_gets_its_vector_at_the_scale(encoder: Encoder, scale: float) -> None:
    """The same vector as the library's search uses."""
    component = SentenceVector("x", {**SentenceVector.get_default_config(), "scale": scale}, encoder)
    vector = vector_of(component, "how do i stop smoking")
    assert np.allclose(vector, encoder.embed("how do i stop smoking") * scale)


def test_a_spanish_message_is_read_in_english_words(encoder: Encoder) -> None:
    """The encoder knows English: "dejar de fumar" is near "stop smoking", and not near an appointment."""
    component = SentenceVector("x", SentenceVector.get_default_config(), encoder)
    spanish, near, far = (
        vector_of(component, text)[0] for text in ("cómo dejo de fumar", "how do i stop smoking", "book a visit")
    )
    assert spanish.any()
    assert spanish @ near > spanish @ far


def test_a_missing_encoder_changes_nothing() -> None:
    """Zeros, in the same shape."""
    component = SentenceVector("x", SentenceVector.get_default_config(), None)
    assert vector_of(component, "how do i stop smoking").shape == (1, DIMENSIONS)
    assert not vector_of(component, "how do i stop smoking").any()


def test_training_examples_get_theirs_and_messages_without_text_are_left_alone(encoder: Encoder) -> None:
    """A button has no text."""
    data = TrainingData([Message({TEXT: "hello"}), Message({"intent": "greet"})])
    component = SentenceVector("x", SentenceVector.get_default_config(), encoder)
    first, second = component.process_training_data(data).training_examples
    assert first.get_dense_features(TEXT)[1] is not None
    assert second.get_dense_features(TEXT)[1] is None
