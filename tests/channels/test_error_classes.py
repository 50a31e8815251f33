"""Every class of error that a platform can give is played against the real outbox (`Trouble`), on every channel."""

import pytest

from frontdoor.channels.contract import Call, Failed, Reply
from frontdoor.channels.registry import CHANNELS
from tests.channels.test_end_to_end import _case

ALL = frozenset(("retry", "window", "stopped", "token", "config", "content"))
# What a platform never says.
WITHOUT = {
    "whatsapp": {"stopped"},  # people stop marketing only, of which there is none here
    "telegram": {"window", "config"},  # anybody who has written may be written to; there is nothing to set up
    "line": {"window", "stopped"},  # who has blocked us is written to without a word about it
    "viber": {"window"},  # its session costs, but it refuses nothing
    "x": {"window"},
}


@pytest.mark.parametrize("name", CHANNELS)
def test_every_class_is_played(name: str) -> None:
    """The troubles of the contract hold each class at least once; `judge` names no other."""
    case = _case(name)
    channel = case.channel()
    says = [case.rate_limited, *(trouble.says for trouble in case.troubles)]
    found = set()
    for one in says:
        body = one.json if isinstance(one.json, dict) else {}
        outcome = channel.judge(Call("https://api.example.test/x"), Reply(one.status, body))
        found |= {outcome.error} if isinstance(outcome, Failed) else set()
    assert found - {"unknown"} == ALL - WITHOUT.get(name, set())
