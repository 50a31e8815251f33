"""The sentence encoder for tests: the one under the data directory, made there when it is missing."""

from pathlib import Path

import pytest

from frontdoor.encoder import Encoder, load
from frontdoor.encoder.build import BuildError, build
from frontdoor.settings import load as load_settings


@pytest.fixture(scope="session")
def encoder_dir() -> Path:
    """Where the encoder is. Skips, saying why, where its weights cannot be fetched."""
    directory = load_settings(dotenv=None).data_dir / "encoder"
    try:
        build(directory)
    except BuildError as error:
        pytest.skip(str(error))
    return directory


@pytest.fixture(scope="session")
def encoder(encoder_dir: Path) -> Encoder:
    """The encoder."""
    made = load(encoder_dir)
    assert made is not None
    return made
