"""Sentences to vectors, with onnxruntime on one thread."""

import logging
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from frontdoor import language
from frontdoor.assistant.gloss import english_words

DIMENSIONS = 384
MAX_TOKENS = 128  # a patient's message; longer ones are cut
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MADE_FROM_FILE = "made_from"  # which weights, by which version of the conversion
REMEMBERED = 256  # the last messages' vectors: safety, intents and search ask for the same one

Vector = NDArray[np.float32]
log = logging.getLogger(__name__)


class Encoder:
    """all-MiniLM-L6-v2: near in meaning is near in angle. English; other languages come out poorly."""

    def __init__(self, directory: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a second thread makes p95 worse on two cores
        options.inter_op_num_threads = 1
        model = str(directory / MODEL_FILE)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._remembered: dict[str, Vector] = {}
        self._remembering = Lock()

    def of_message(self, text: str) -> Vector:
        """Return the unit vector of what a patient wrote, `DIMENSIONS` long and read-only; the last ones are kept.

        The encoder knows English: a message in another language is read word by word in English.
        """
        vector = self.known(text)
        if vector is None:
            vector = self.embed(text if language.detect(text) == language.ENGLISH else english_words(text))
            self.keep(text, vector)
        return vector

    def known(self, text: str) -> Vector | None:
        """Return the vector of a message that was here a moment ago, without computing it; else None."""
        return self._remembered.get(text)

    def keep(self, text: str, vector: Vector) -> None:
        """Remember *vector* as that of the message *text*: another process has computed it."""
        with self._remembering:
            self._remembered.pop(text, None)
            while len(self._remembered) >= REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[text] = vector

    def embed_all(self, texts: list[str]) -> Vector:
        """Return one row a text. Each alone: padding would change the numbers of an int8 model."""
        return np.stack([self.embed(text) for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)

    def embed(self, text: str) -> Vector:
        """Return the unit vector of an English *text*, computed now."""
        tokens = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (rows,) = self._session.run(None, {"input_ids": tokens})
        vector: Vector = rows[0]
        vector.setflags(write=False)
        return vector


@lru_cache(maxsize=4)
def load(directory: Path) -> Encoder | None:
    """Return the encoder kept in *directory*, one a process; None when `frontdoor encoder build` has not run."""
    if not (directory / MODEL_FILE).is_file() or not (directory / TOKENIZER_FILE).is_file():
        log.warning("no sentence encoder: search and intents use words only (frontdoor encoder build makes it)")
        return None
    return Encoder(directory)
