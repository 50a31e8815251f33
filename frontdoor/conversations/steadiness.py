"""Notices that the clock of this machine jumped: by a correction, or because it slept. Pure but for its memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=5)


@dataclass
class Steadiness:
    """Compares the clock on the wall with one that only runs forward.

    After a jump no lease is trusted for *grace*: within it every page that is open has renewed its own.
    """

    grace: timedelta
    seen: tuple[datetime, float] | None = field(default=None)
    untrusted_until: float = field(default=float("-inf"))

    def look(self, at: datetime, steady_seconds: float) -> timedelta:
        """Note both clocks; return by how much the wall clock jumped since the last look (zero: it did not)."""
        before, self.seen = self.seen, (at, steady_seconds)
        if before is None:
            return timedelta()
        jump = (at - before[0]) - timedelta(seconds=steady_seconds - before[1])
        if abs(jump) <= TOLERANCE:
            return timedelta()
        self.untrusted_until = steady_seconds + self.grace.total_seconds()
        return jump

    def trusted(self, steady_seconds: float) -> bool:
        """Tell whether what the wall clock says of leases counts."""
        return steady_seconds >= self.untrusted_until
