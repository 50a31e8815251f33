"""The encoder for the tests of this directory."""

from tests.encoder_fixtures import encoder, encoder_dir

__all__ = ["encoder", "encoder_dir"]  # fixtures
