"""How much one caller may ask for: token buckets in memory. Pure: the time comes in.

Each gateway process counts for itself; with n processes a caller gets up to n times as much.
"""

MOST_CALLERS = 50_000  # remembered at a time
PAUSED = 1 / 3  # of a minute's worth, after which somebody is no longer too fast


class Limiter:
    """Lets *per_minute* through for each key, a minute's worth at once at the most."""

    def __init__(self, per_minute: int) -> None:
        self.per_second, self.most = per_minute / 60, float(per_minute)
        self._left: dict[str, tuple[float, float]] = {}  # key: tokens, and when they were counted

    def wait_seconds(self, key: str, now: float) -> float:
        """Take one for *key* at *now* (seconds, monotonic): 0 if it may pass, else how long to wait for the next."""
        tokens, counted = self._left.get(key, (self.most, now))
        tokens = min(self.most, tokens + (now - counted) * self.per_second)
        if tokens < 1:
            return (1 - tokens) / self.per_second
        if len(self._left) >= MOST_CALLERS and key not in self._left:
            self._forget(now)
        self._left[key] = tokens - 1, now
        return 0.0

    def _forget(self, now: float) -> None:
        """Drop callers whose bucket is full again; if all are busy, everybody starts anew."""
        fresh = now - 60
        self._left = {key: value for key, value in self._left.items() if value[1] > fresh}
        if len(self._left) >= MOST_CALLERS:
            self._left.clear()


class Flood:
    """Tells who writes faster than *per_minute*, from then on until they have paused for a while.

    What is too fast counts too: who goes on at that pace stays too fast. Looking and counting are two steps, so that
    what turns out to be no message of theirs, such as one that was delivered before, costs them nothing.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_second, self.most = per_minute / 60, float(per_minute)
        self._left: dict[str, tuple[float, float, int]] = {}  # key: tokens, when they were counted, how many too many

    def too_many(self, key: str, now: float) -> int:
        """Return the how many-th too many one more of *key* would be at *now* (seconds, monotonic), or 0."""
        return self._after(key, now)[1]

    def count(self, key: str, now: float) -> None:
        """Count one for *key* at *now*."""
        tokens, fast = self._after(key, now)
        self._left.pop(key, None)
        self._left[key] = max(0.0, tokens - 1), now, fast
        if len(self._left) > MOST_CALLERS:
            del self._left[next(iter(self._left))]  # who wrote longest ago

    def _after(self, key: str, now: float) -> tuple[float, int]:
        """Return how many tokens *key* has at *now*, and the how many-th too many the next one is."""
        tokens, counted, fast = self._left.get(key, (self.most, now, 0))
        tokens = min(self.most, tokens + (now - counted) * self.per_second)
        return tokens, fast + 1 if tokens < 1 or (fast and tokens < self.most * PAUSED) else 0
