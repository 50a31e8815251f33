"""Trackers in PostgreSQL: append only, one round trip to read and one to write."""

from typing import Any

import asyncpg

from frontdoor import plain_json
from frontdoor.database import pool
from frontdoor.database.pool import CONNECTION_GONE, DATABASE_ERRORS, Pool

# One statement reads the session's row and those of its events that the caller has not seen; if the caller's
# count is not the row's, all of them.
_READ = """
SELECT t.events,
       ARRAY(SELECT e.data::text FROM rasa.event e
              WHERE e.sender_id = $1 AND t.events <> $2 ORDER BY e.seq) AS data
  FROM rasa.tracker t WHERE t.sender_id = $1
"""
_BEGIN = "INSERT INTO rasa.tracker (sender_id, events) VALUES ($1, $2 + cardinality($3::text[])) ON CONFLICT DO NOTHING"
_ADVANCE = """
UPDATE rasa.tracker SET events = $2 + cardinality($3::text[]), updated_at = now() WHERE sender_id = $1 AND events = $2
"""
_APPEND = """
WITH moved AS ({move} RETURNING sender_id)
INSERT INTO rasa.event (sender_id, seq, data)
SELECT moved.sender_id, $2 + given.place, given.data::json
  FROM moved, unnest($3::text[]) WITH ORDINALITY AS given (data, place)
RETURNING 1
"""
_AFTER = "SELECT data::text FROM rasa.event WHERE sender_id = $1 AND seq > $2 ORDER BY seq"


class TrackersDown(RuntimeError):
    """The tracker store cannot answer now; the turn must not go on, and may be tried again."""


class Conflict(TrackersDown):
    """Somebody else added to this session meanwhile; this turn's events were not kept."""


class TrackerRows:
    """The rows of `rasa.tracker` and `rasa.event`."""

    def __init__(self, connections: Pool) -> None:
        self._pool = connections

    @classmethod
    async def connect(cls, database_url: str) -> "TrackerRows":
        """Open a small pool.

        `synchronous_commit` is off: what a crash of the *database* can take away here is the last half second, and
        the gateway, which waits for its own commits to reach the disk, then repeats that turn.
        """
        mark = "&" if "?" in database_url else "?"
        return cls(await pool.connect(f"{database_url}{mark}synchronous_commit=off", least=1, most=5))

    async def read(self, sender_id: str, seen: int) -> tuple[int, list[dict[str, Any]]] | None:
        """Return how many events the session has, and all of them unless it has *seen* many; None: no such session.

        Raises:
            TrackersDown: The database does not answer.
        """
        try:
            row = await self._read_row(sender_id, seen)
        except DATABASE_ERRORS as error:
            raise TrackersDown(type(error).__name__) from None
        return row and (row["events"], [plain_json.loads(text) for text in row["data"]])

    async def append(self, sender_id: str, had: int, events: list[dict[str, Any]]) -> None:
        """Add events to a session that has *had* so far, all or none.

        Raises:
            Conflict: It has another number of events by now.
            TrackersDown: The database does not answer; the events may or may not be there.
        """
        try:
            kept = await self._append(sender_id, had, events)
        except DATABASE_ERRORS as error:
            raise TrackersDown(type(error).__name__) from None
        if not kept:
            raise Conflict("another writer was first")

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _append(self, sender_id: str, had: int, events: list[dict[str, Any]]) -> bool:
        """Add the events and tell whether they are there."""
        statement, data = (
            _APPEND.format(move=_ADVANCE if had else _BEGIN),
            [plain_json.dumps(event).decode() for event in events],
        )
        try:
            return len(await self._pool.fetch(statement, sender_id, had, data)) == len(data)
        except CONNECTION_GONE:  # before the statement or after its commit: then a second try finds them in place
            await self._pool.expire_connections()
            if len(await self._pool.fetch(statement, sender_id, had, data)) == len(data):
                return True
            return [row["data"] for row in await self._pool.fetch(_AFTER, sender_id, had)] == data

    async def _read_row(self, sender_id: str, seen: int) -> asyncpg.Record | None:
        try:
            return await self._pool.fetchrow(_READ, sender_id, seen)
        except CONNECTION_GONE:  # the server was restarted since; reading again does no harm
            await self._pool.expire_connections()
            return await self._pool.fetchrow(_READ, sender_id, seen)
