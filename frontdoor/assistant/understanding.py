"""What the trained model makes of a text, without a running product."""

import asyncio
import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FALLBACK = "nlu_fallback"
NOT_UNDERSTOOD = "out_of_scope"
UNDERSTOOD_FROM = 0.35  # the FallbackClassifier's `threshold` in config.yml


@dataclass(frozen=True)
class Understood:
    """One text's intent. `out_of_scope` also stands for what is not understood, since nothing can be done with it."""

    intent: str
    confidence: float
    language: str
    entities: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return it for printing as JSON."""
        return asdict(self)


class Understanding:
    """A loaded model. Loading takes seconds (Rasa imports TensorFlow, though the model does not use it)."""

    def __init__(self, model: Path) -> None:
        with _quiet():
            from rasa.core.agent import Agent
            from rasa.utils.common import configure_logging_and_warnings
            from rasa.utils.log_utils import configure_structlog

            configure_structlog(logging.CRITICAL)
            configure_logging_and_warnings(logging.CRITICAL, warn_only_once=False, filter_repeated_logs=False)
            logging.disable(logging.CRITICAL)
            self._agent = Agent.load(str(model))

    async def parse(self, text: str) -> dict[str, Any]:
        """Return what Rasa makes of *text*: intent, ranking, entities."""
        from frontdoor.assistant.protocol import without_slash

        parsed: dict[str, Any] = await self._agent.parse_message(without_slash(text))
        return parsed

    def understand(self, text: str, language: str | None = None) -> Understood:
        """Return what *text* means; its *language* is found unless given."""
        from frontdoor.language import detect

        with _quiet():
            parsed = asyncio.run(self.parse(text))
        intent, confidence = _chosen(parsed)
        entities = [{"entity": found["entity"], "value": found["value"]} for found in parsed.get("entities") or []]
        return Understood(intent, round(confidence, 4), language or detect(text), entities)


def _chosen(parsed: dict[str, Any]) -> tuple[str, float]:
    """Return the intent that counts; where two are alike the assistant asks which, and the likelier counts here."""
    found = parsed["intent"]
    if found["name"] != FALLBACK:
        return found["name"], found["confidence"]
    best = next((one for one in parsed.get("intent_ranking") or [] if one["name"] != FALLBACK), None)
    if best and best["confidence"] >= UNDERSTOOD_FROM:
        return best["name"], best["confidence"]
    return NOT_UNDERSTOOD, found["confidence"]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let nobody but us write: TensorFlow does so past Python. Exceptions come through."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept, nowhere = (os.dup(1), os.dup(2)), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for place, descriptor in enumerate(kept, 1):
            os.dup2(descriptor, place)
            os.close(descriptor)
        os.close(nowhere)
