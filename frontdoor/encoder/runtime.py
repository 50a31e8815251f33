"""Sentences to vectors, with onnxruntime on one thread."""

import logging
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

DIMENSIONS = 384
MAX_TOKENS = 128  # a patient's message; longer ones are cut
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MADE_FROM_FILE = "made_from"  # which weights, by which version of the conversion
REMEMBERED = 256  # the last messages' vectors: intents, search and safety ask for the same one

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
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._embed)

    def embed(self, text: str) -> Vector:
        """Return the unit vector of *text*, `DIMENSIONS` long and read-only."""
        return self._remembered(text)

    def embed_all(self, texts: list[str]) -> Vector:
        """Return one row a text. Each alone: padding would change the numbers of an int8 model."""
        return np.stack([self._embed(text) for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)

    def _embed(self, text: str) -> Vector:
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
