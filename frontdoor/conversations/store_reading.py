"""What staff read: queues, one conversation, everything that changed since. Every query takes the reader's scope.

A live page asks for "all conversations changed since *cursor*". The cursor is the oldest transaction that was still
running when it was taken, so what commits late is not missed; a row may come twice, its `xid` tells which is newer.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation, Message
from frontdoor.conversations.scope import Scope
from frontdoor.database.pool import Connection, Pool

PAGE = 200  # messages at once
MOST_WAITING, MOST_OWNED, MOST_RECENT = 300, 300, 60  # in a list
MOST_CHANGED = 500  # more than that since the cursor: the page begins anew
MOST_FOUND = 50

# $1: the queues or null, $2: the reader. The same as Scope.covers.
VISIBLE = """($1::text[] IS NULL OR c.queue = ANY($1) OR c.owner_id = $2 OR EXISTS (
    SELECT FROM desk.break_glass g WHERE g.staff_id = $2 AND g.conversation_id = c.id AND g.expires_at > now()))"""

COLUMNS = """
    c.*, c.state = 'staff' AND NOT EXISTS (
        SELECT FROM conversations.message s
        WHERE s.conversation_id = c.id AND s.seq > c.last_patient_seq AND s.author = 'staff'
    ) AS unanswered
"""

_OPEN = (
    f"c.state = 'waiting' AND {VISIBLE} ORDER BY c.priority, c.waiting_since, c.id LIMIT {MOST_WAITING}",
    f"c.state IN ('staff', 'returning') AND {VISIBLE} ORDER BY c.owner_id = $2 DESC, c.claimed_at LIMIT {MOST_OWNED}",
)
_RECENT = {"bot": "updated_at", "closed": "closed_at"}  # state, without an owner: what is the latest of it
_ALL = " FROM conversations.conversation c WHERE "
# From the end of the queue's own index. With "=" the planner takes a rare queue for one of average size and reads the
# latest of all queues until it has enough.
_OF_QUEUES = """
    FROM unnest($1::text[]) mine (name) CROSS JOIN LATERAL (
        SELECT * FROM conversations.conversation q
        WHERE q.state = '{state}' AND q.queue >= mine.name AND q.queue <= mine.name
        ORDER BY q.queue DESC, q.{latest} DESC LIMIT {most}) c"""
_GRANTED = """c.state IN ('bot', 'closed') AND c.queue <> ALL ($1) AND c.id IN (
    SELECT g.conversation_id FROM desk.break_glass g WHERE g.staff_id = $2 AND g.expires_at > now())"""


def _lists(*sources: str) -> str:
    """Return the question for the lists: who waits, who is with staff, and from *sources*."""
    parts = [_ALL + part for part in _OPEN] + list(sources)
    return " UNION ALL ".join(f"(SELECT {COLUMNS} {part})" for part in parts)


LISTS = _lists(
    *(f"{_ALL} c.state = '{state}' ORDER BY c.{by} DESC LIMIT {MOST_RECENT}" for state, by in _RECENT.items())
)
LISTS_OF_QUEUES = _lists(  # an index for each queue: a rare one's are far apart in the whole
    *(
        f"{_OF_QUEUES.format(state=state, latest=by, most=MOST_RECENT)} ORDER BY c.{by} DESC LIMIT {MOST_RECENT}"
        for state, by in _RECENT.items()
    ),
    _ALL + _GRANTED,
)


@dataclass(frozen=True)
class Listed:
    """A conversation in a list; the higher *xid* is the newer state."""

    conversation: Conversation
    xid: int
    unanswered: bool = False  # staff have it, and the patient spoke last


@dataclass(frozen=True)
class Changes:
    """What changed since a cursor; *listed* None: too much, begin anew."""

    cursor: int
    listed: list[Listed] | None


@dataclass(frozen=True)
class Transition:
    """A change of who may speak, for the conversation's history."""

    at: datetime
    event: str
    to_state: str
    actor: str
    reason: str | None


async def lists(pool: Pool, scope: Scope) -> Changes:
    """Return what the desk shows: all who wait and are owned, the latest of the bot's and of the closed."""
    async with pool.acquire() as connection:
        cursor = await _cursor(connection)
        found = await connection.fetch(LISTS if scope.queues is None else LISTS_OF_QUEUES, *_who(scope))
    return Changes(cursor, [_listed(row) for row in found])


async def changed(pool: Pool, cursor: int) -> Changes:
    """Return what changed since *cursor*, whoever may see it: the caller asks `Scope.covers` for each reader."""
    async with pool.acquire() as connection:
        now = await _cursor(connection)
        if cursor > now:  # of another database, or of before a restore
            return Changes(now, None)
        found = await connection.fetch(
            f"SELECT {COLUMNS} FROM conversations.conversation c WHERE c.changed_xid >= $1::text::xid8 "  # noqa: S608 - our own
            "ORDER BY c.changed_xid LIMIT $2",
            str(cursor),
            MOST_CHANGED + 1,
        )
    return Changes(now, [_listed(row) for row in found] if len(found) <= MOST_CHANGED else None)


async def one(connection: Connection, scope: Scope, conversation_id: str) -> Listed | None:
    """Return a conversation, if there is one that the reader may see."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM conversations.conversation c WHERE {VISIBLE} AND c.id = $3",  # noqa: S608 - our own
        *_who(scope),
        uuid.UUID(conversation_id),
    )
    return _listed(row) if row else None


async def messages(
    connection: Connection, conversation_id: str, *, after: int = 0, before: int | None = None
) -> list[Message]:
    """Return up to a page of messages in order: the first ones after *after*, or the last ones before *before*."""
    backwards = before is not None
    found = await connection.fetch(
        f"SELECT * FROM conversations.message WHERE conversation_id = $1 AND seq {'<' if backwards else '>'} $2 "  # noqa: S608
        f"ORDER BY seq {'DESC' if backwards else ''} LIMIT $3",
        uuid.UUID(conversation_id),
        before if before is not None else after,
        PAGE,
    )
    return [rows.message(row) for row in (reversed(found) if backwards else found)]


async def statuses(connection: Connection, conversation_id: str, *, limit: int = 100) -> dict[int, tuple[str, str]]:
    """Return {seq: (delivery status, why it failed)} of what went out lately, and of what was taken back."""
    found = await connection.fetch(
        "SELECT seq, status, fail_reason FROM conversations.message "
        "WHERE conversation_id = $1 AND (author IN ('bot', 'staff', 'system') OR fail_reason = 'unsent') "
        "ORDER BY seq DESC LIMIT $2",
        uuid.UUID(conversation_id),
        limit,
    )
    return {row["seq"]: (row["status"], row["fail_reason"] or "") for row in found}


async def transitions(connection: Connection, conversation_id: str, *, limit: int = 30) -> list[Transition]:
    """Return the latest changes of who may speak, newest first."""
    found = await connection.fetch(
        """
        SELECT t.at, t.event, t.to_state, t.reason, coalesce(s.name, t.actor) AS actor
        FROM conversations.transition t LEFT JOIN desk.staff s ON s.id::text = t.actor
        WHERE t.conversation_id = $1 ORDER BY t.id DESC LIMIT $2
        """,
        uuid.UUID(conversation_id),
        limit,
    )
    return [Transition(r["at"], r["event"], r["to_state"], r["actor"], r["reason"]) for r in found]


async def _cursor(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))


def _who(scope: Scope) -> tuple[list[str] | None, uuid.UUID]:
    return None if scope.queues is None else list(scope.queues), uuid.UUID(scope.staff_id)


def _listed(row: Any) -> Listed:
    return Listed(rows.conversation(row), int(row["changed_xid"]), row["unanswered"])
