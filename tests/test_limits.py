"""Token buckets, by themselves."""

import pytest

from frontdoor import limits
from frontdoor.limits import Flood, Limiter


def test_a_minutes_worth_then_one_at_a_time() -> None:
    """A caller may use a minute's worth at once; then the next one comes at the rate."""
    limiter = Limiter(6)
    assert [limiter.wait_seconds("a", 0.0) for _ in range(6)] == [0.0] * 6
    assert limiter.wait_seconds("a", 0.0) == 10.0
    assert limiter.wait_seconds("a", 9.0) == pytest.approx(1.0)
    assert limiter.wait_seconds("a", 10.0) == 0.0
    assert limiter.wait_seconds("b", 0.0) == 0.0


def test_memory_is_bounded() -> None:
    """However many callers come, only so many are remembered."""
    limiter = Limiter(1)
    for number in range(limits.MOST_CALLERS + 10):
        limiter.wait_seconds(str(number), 0.0)
    assert len(limiter._left) <= limits.MOST_CALLERS


def write(flood: Flood, key: str, at: float) -> int:
    """Have *key* write one message that was not there before."""
    fast = flood.too_many(key, at)
    flood.count(key, at)
    return fast


def test_a_flood_ends_with_a_pause() -> None:
    """From one too many on, until a third of a minute's worth is free again; going on at that pace does not help."""
    flood = Flood(30)
    assert [write(flood, "a", 0.0) for _ in range(32)] == [0] * 30 + [1, 2]
    assert not write(flood, "b", 0.0)
    assert [write(flood, "a", 2.0 * n) for n in range(1, 40)] == list(range(3, 42))  # as fast as the limit, no slower
    assert write(flood, "a", 78.0 + 17.0)
    assert not write(flood, "a", 95.0 + 21.0)
    assert [write(flood, "a", 116.0) for _ in range(30)][-1]  # and it may begin again


def test_a_flood_s_memory_is_bounded() -> None:
    """Who wrote longest ago is forgotten first."""
    flood = Flood(1)
    for number in range(limits.MOST_CALLERS + 10):
        write(flood, str(number), 0.0)
    assert len(flood._left) == limits.MOST_CALLERS
    assert write(flood, str(limits.MOST_CALLERS + 9), 0.0)
    assert not write(flood, "0", 0.0)


def test_looking_counts_nothing() -> None:
    """What was only looked at, since it had come before, makes nobody too fast, and ends no flood."""
    flood = Flood(2)
    assert [flood.too_many("a", 0.0) for _ in range(5)] == [0] * 5
    assert [write(flood, "a", 0.0) for _ in range(4)] == [0, 0, 1, 2]
    assert [flood.too_many("a", 0.0) for _ in range(5)] == [3] * 5
