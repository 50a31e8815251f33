"""Token buckets, by themselves."""

import pytest

from frontdoor import limits
from frontdoor.limits import Limiter


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
