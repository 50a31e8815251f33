"""JSON of Rasa's events: quick, and nothing that the standard library takes is refused."""

import json

import numpy as np
import pytest

from frontdoor import plain_json


@pytest.mark.parametrize("value", [{"text": "ñ 👋 \u0000\u0001", 1: [None, True, 2.5]}, {"half": "\ud83d"}, [], "a"])
def test_what_is_written_is_read_again(value: object) -> None:
    """As the standard library would have it, half characters and numbers for names too."""
    expected = json.loads(json.dumps(value))
    assert plain_json.loads(plain_json.dumps(value)) == expected
    assert json.loads(plain_json.dumps(value)) == expected


def test_numbers_of_numpy_are_numbers() -> None:
    """A confidence may be one."""
    assert json.loads(plain_json.dumps({"confidence": np.float64(0.5), "best": np.int64(3)})) == {
        "confidence": 0.5, "best": 3,
    }  # fmt: skip


def test_what_is_no_json_is_refused() -> None:
    """An action server that answers a page of HTML."""
    with pytest.raises(ValueError, match="Expecting value"):
        plain_json.loads(b"<html>")
