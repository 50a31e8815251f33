"""A message's sentence vector goes with the message from process to process: it is computed once.

The gateway computes it for the screen, Rasa finds intents with it and the action server the library's article. Who
gets none computes it; the numbers are the same.
"""

import base64
import binascii
from pathlib import Path

import numpy as np

from frontdoor.encoder.runtime import DIMENSIONS, load

WIRE = np.dtype("<f4")


class BadVector(ValueError):
    """What came with a message is no sentence vector."""


def known(data_dir: Path, text: str) -> str | None:
    """Return the vector of the message *text* for another process, if the encoder here has just had it."""
    encoder = load(data_dir / "encoder")
    vector = encoder.known(text) if encoder else None
    return None if vector is None else base64.b64encode(vector.astype(WIRE, copy=False).tobytes()).decode()


def take(data_dir: Path, text: str, written: str) -> None:
    """Give what `known` returned in another process to the encoder here.

    Raises:
        BadVector: It is not base64 of `DIMENSIONS` finite numbers.
    """
    try:
        vector = np.frombuffer(base64.b64decode(written, validate=True), WIRE)
    except (binascii.Error, ValueError):
        raise BadVector("no base64 of numbers") from None
    if vector.shape != (DIMENSIONS,) or not np.isfinite(vector).all():
        raise BadVector(f"not {DIMENSIONS} finite numbers")
    if encoder := load(data_dir / "encoder"):
        encoder.keep(text, vector)
