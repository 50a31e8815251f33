"""The tracker store that Rasa is given: fails closed, and keeps live trackers at hand.

Rasa's own SQL store costs as much as the rest of a turn, and the wrapper around every store turns an error into a
blank tracker. Here an error ends the turn (`assistant.channel` sees to the wrapper), events are only ever added, and
a session whose row has not moved since its last turn is answered from memory.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from frontdoor import settings
from frontdoor.assistant import turns
from frontdoor.assistant.store import TrackerRows, TrackersDown
from frontdoor.database import embedded

WORD_SECONDS = 3600.0  # for which a caller's word is taken: what is old may have been erased in the database
LIVE_TRACKERS = 500  # kept in memory: about 100 kB each at 100 events


class PostgresTrackerStore(TrackerStore):
    """Sessions in the product's own PostgreSQL. One process writes a session at a time; a second one is noticed."""

    def __init__(
        self, domain: Domain | None = None, event_broker: EventBroker | None = None, host: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._rows: TrackerRows | None = None
        self._connecting = asyncio.Lock()
        self._live: OrderedDict[str, tuple[int, DialogueStateTracker, float]] = OrderedDict()  # and when it was kept
        self._out: dict[str, int] = {}  # sessions in a turn: how many of their events are stored
        self._prepared: dict[str, DialogueStateTracker] = {}

    async def retrieve(self, sender_id: str, events: int | None = None) -> DialogueStateTracker | None:
        """Return the session's tracker, or None if there is none.

        It is taken out of the memory of live trackers until it is saved: a turn that fails half-way leaves no trace.
        *events*: how many the session has, as the caller knows who wrote down the last reply. A live tracker of so many
        is taken at its word, without asking the database; should both be wrong, `save` finds the conflict. Of another
        number, the live one is forgotten.

        Raises:
            TrackersDown: The database does not answer.
        """
        if prepared := self._prepared.pop(sender_id, None):
            return prepared
        had, tracker, kept_at = self._live.pop(sender_id, (0, None, 0.0))
        if tracker is not None and had == events and time.monotonic() - kept_at < WORD_SECONDS:
            self._out[sender_id] = had
            return tracker
        if events is not None and events != had:  # something happened that we do not know of
            had, tracker = 0, None
        found = await (await self._connected()).read(sender_id, had)
        self._out[sender_id] = found[0] if found else 0
        if not found:
            return None
        if tracker is None or found[0] != had:
            tracker = self.init_tracker(sender_id)
            for data in found[1]:
                event = Event.from_parameters(data)
                if event is not None:
                    tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Add the events that are new since `retrieve`.

        Raises:
            Conflict: Another process went on with this session meanwhile.
            TrackersDown: The database does not answer, or a helper of this turn failed, so that it must be repeated.
        """
        turns.check()
        had = self._out.get(tracker.sender_id, 0)
        new = [event.as_dict() for event in islice(tracker.events, had, None)]
        if new:
            await (await self._connected()).append(tracker.sender_id, had, new)
        self._keep(tracker, had + len(new))

    async def keys(self) -> Iterable[str]:
        """List no session: nothing of ours asks, and the list has no end."""
        return []

    async def probe(self) -> None:
        """Ask the database for nothing.

        Raises:
            TrackersDown: It does not answer.
        """
        await (await self._connected()).read("", 0)

    async def close(self) -> None:
        """Close the connections."""
        if self._rows:
            await self._rows.close()

    def prepare(self, tracker: DialogueStateTracker) -> None:
        """Make the next `retrieve` of this session return *tracker*, just retrieved or new, and changed since."""
        self._prepared[tracker.sender_id] = tracker

    def put_back(self, tracker: DialogueStateTracker) -> None:
        """Return a tracker that was retrieved and not changed."""
        self._keep(tracker, len(tracker.events))

    def forget(self, sender_id: str) -> None:
        """Drop what a failed turn left behind; the next one begins from the database."""
        self._prepared.pop(sender_id, None)
        self._out.pop(sender_id, None)

    def _keep(self, tracker: DialogueStateTracker, stored: int) -> None:
        self._out.pop(tracker.sender_id, None)
        self._live[tracker.sender_id] = (stored, tracker, time.monotonic())
        while len(self._live) > LIVE_TRACKERS:
            self._live.popitem(last=False)

    async def _connected(self) -> TrackerRows:
        async with self._connecting:
            if self._rows is None:
                try:
                    self._rows = await TrackerRows.connect(await asyncio.to_thread(_database_url))
                except OSError as error:
                    raise TrackersDown(type(error).__name__) from None
            return self._rows


def _database_url() -> str:
    read = settings.load()
    return read.database_url or embedded.url(embedded.directory(read.data_dir))
