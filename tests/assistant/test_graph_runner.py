"""Rasa's graph without dask gives what it gives with dask."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from frontdoor.assistant.graph_runner import DirectRunner


@pytest.fixture(scope="module")
def processor(model: Path) -> MessageProcessor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's own, while it loads
        loaded = Agent.load(str(model)).processor
    assert loaded is not None
    return loaded


def both(processor: MessageProcessor, inputs: dict[str, Any], target: str) -> tuple[Any, Any]:
    """Run the graph by dask and by ours."""
    dask = processor.graph_runner
    assert isinstance(dask, DaskGraphRunner)
    by_dask, by_us = (runner.run(inputs=dict(inputs), targets=[target]) for runner in (dask, DirectRunner(dask)))
    assert list(by_dask) == list(by_us) == [target]
    return by_dask[target], by_us[target]


@pytest.mark.parametrize("text", ["what are your hours", "quiero una cita mañana", "asdf qwer", "my chest hurts"])
def test_a_message_is_understood_alike(processor: MessageProcessor, text: str) -> None:
    """Every component ran, in the same order."""
    schema = processor.model_metadata
    nobody = DialogueStateTracker("someone", processor.domain.slots)
    inputs = {"__message__": [UserMessage(text)], "__tracker__": nobody}
    by_dask, by_us = both(processor, inputs, schema.nlu_target)
    assert by_us[0].get("intent")["name"]
    assert by_us[0].as_dict() == by_dask[0].as_dict()


def test_the_next_action_is_predicted_alike(processor: MessageProcessor) -> None:
    """The policies see the same tracker."""
    tracker = DialogueStateTracker.from_events(
        "someone",
        [ActionExecuted("action_listen"), UserUttered("hi", {"name": "greet", "confidence": 1.0})],
        processor.domain.slots,
        domain=processor.domain,
    )
    target = processor.model_metadata.core_target
    assert target is not None
    by_dask, by_us = both(processor, {"__tracker__": tracker}, target)
    assert by_us.probabilities == by_dask.probabilities
    assert by_us.policy_name == by_dask.policy_name


def test_what_is_missing_is_named(processor: MessageProcessor) -> None:
    """A graph without its input fails, as with dask."""
    dask = processor.graph_runner
    assert isinstance(dask, DaskGraphRunner)
    with pytest.raises(GraphRunError, match=r"__(message|tracker)__"):
        DirectRunner(dask).run(inputs={}, targets=[processor.model_metadata.nlu_target])
