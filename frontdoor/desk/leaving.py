"""Who closed their last page: what they have waits for them less long than its lease.

A lease is for who is at the desk and away from the keyboard; where the browser is gone, a patient need not wait for
all of it. A page that is only loaded anew is back before anything happens; one that comes back later renews all of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from frontdoor.conversations import store_leases
from frontdoor.database.pool import Pool

SETTLED = timedelta(seconds=6)  # by then a page is back, and every desk has noted the streams that it has


class Leaving:
    """Remembers who left, and shortens their leases to *gone* from then, unless they are back, here or elsewhere."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime], gone: timedelta) -> None:
        self.pool, self.clock, self.gone = pool, clock, gone
        self._left: dict[str, datetime] = {}  # staff id: when their last stream at this desk ended

    def left(self, staff_id: str) -> None:
        """Note that somebody's last stream has ended."""
        self._left[staff_id] = self.clock()

    def came(self, staff_id: str) -> None:
        """Note that somebody is here."""
        self._left.pop(staff_id, None)

    async def look(self) -> None:
        """Shorten the leases of those who left a while ago."""
        due = {staff_id: at for staff_id, at in self._left.items() if self.clock() - at >= SETTLED}
        for staff_id, at in due.items():
            await store_leases.shorten(self.pool, staff_id, left_at=at, until=at + self.gone)
            if self._left.get(staff_id) == at:
                del self._left[staff_id]
