"""A short piece of the long run in fuzz.py: with the same seed each time, so that what fails here fails everywhere."""

import pytest

from frontdoor.channels.registry import CHANNELS
from tests.channels import fuzz


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_body_confuses_a_parser(seed: int) -> None:
    """Every parser is given hundreds of spoiled bodies in a second and a half."""
    tried = fuzz.run(1.5, seed)
    assert set(tried) == set(CHANNELS)
    assert min(tried.values()) > 20
