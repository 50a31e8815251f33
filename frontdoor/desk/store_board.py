"""Figures for supervisors, counted from the changes of who may speak: per queue and per person, and through time."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from asyncpg import Record

from frontdoor.conversations.scope import Scope
from frontdoor.database.pool import Pool

PARTS = {24: 24, 168: 28, 672: 28}  # hours: into how many parts they are plotted
MOST_LINES = 400  # queues, people and parts together
BY = {"queue": 0b011, "person": 0b101, "part": 0b110}  # what PostgreSQL's GROUPING says of a row
OF_PART = {  # Part's field: the figure's name in a row
    "asked": "asked", "first_reply": "first_reply_median", "resolution": "resolution_median", "answers": "answers",
    "score": "score",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One queue or person. Times in seconds; None: nothing to count."""

    kind: str  # queue, person
    name: str
    claims: int
    wait_median: float | None
    wait_p90: float | None
    first_reply_median: float | None
    resolution_median: float | None
    closed: int
    reopened: int
    answers: int  # to "how was it?"
    score: float | None  # their mean, 1 to 5


@dataclass(frozen=True)
class Part:
    """A part of the time that a board is of, until *until*. Times in seconds; None: nothing to count."""

    until: datetime
    waiting: int  # at its end
    asked: int = 0  # for a person
    first_reply: float | None = None  # median
    resolution: float | None = None  # median
    answers: int = 0
    score: float | None = None  # mean


@dataclass(frozen=True)
class Board:
    """What a supervisor sees of the last *hours*, and of each part of that time."""

    hours: int
    waiting: int
    longest_wait: float | None
    with_staff: int
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]


async def board(pool: Pool, scope: Scope, at: datetime, hours: int) -> Board:
    """Return the figures of the last *hours*, of the queues that the reader may see."""
    queues, since = None if scope.queues is None else list(scope.queues), at - timedelta(hours=hours)
    async with pool.acquire() as connection:
        now = await connection.fetchrow(
            """
            SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
                   extract(epoch FROM $2 - min(waiting_since) FILTER (WHERE state = 'waiting'))::float AS longest,
                   count(*) FILTER (WHERE state = 'staff') AS with_staff
            FROM conversations.conversation
            WHERE state IN ('waiting', 'staff') AND ($1::text[] IS NULL OR queue = ANY($1))
            """,
            queues,
            at,
        )
        happened = await connection.fetch(_FIGURES, since, queues, at, PARTS[hours])
        moved = await connection.fetch(_WAITED, since, queues, at, PARTS[hours])
    parts = _parts(happened, moved, since, (at - since) / PARTS[hours], PARTS[hours], now["waiting"])
    return Board(hours, now["waiting"], now["longest"], now["with_staff"], _lines(happened), parts)


def _lines(happened: Iterable[Record]) -> tuple[Line, ...]:
    """Return the lines of queues and then of people."""
    names = [field.name for field in fields(Line)[2:]]
    return tuple(
        Line(kind, row[kind], **{name: row[name] for name in names})
        for kind in ("queue", "person") for row in happened if row["by"] == BY[kind] and row[kind]
    )  # fmt: skip


def _parts(
    happened: Iterable[Record], moved: Iterable[Record], since: datetime, length: timedelta, count: int, waiting: int
) -> tuple[Part, ...]:
    """Return the parts, oldest first. *waiting*: how many wait now, from which those before are counted back."""
    counted = {row["part"]: row for row in happened if row["by"] == BY["part"]}
    more = {row["part"]: row["more"] for row in moved}
    found = []
    for part in range(count, 0, -1):
        row = counted.get(part)
        figures = {name: row[figure] for name, figure in OF_PART.items()} if row else {}
        found.append(Part(since + part * length, max(0, waiting), **figures))
        waiting -= more.get(part, 0)
    return tuple(reversed(found))


_HAPPENED = """
    SELECT f.answered_at AS at, f.queue, s.name AS person, NULL AS from_state, NULL AS to_state, NULL AS event,
           NULL::float AS waited, NULL::float AS replied, NULL::float AS resolved, f.score
    FROM desk.feedback f JOIN desk.staff s ON s.id = f.staff_id
    WHERE f.answered_at >= $1 AND ($2::text[] IS NULL OR f.queue = ANY($2))
    UNION ALL
    SELECT t.at, t.queue, s.name AS person, t.from_state, t.to_state, t.event,
           CASE WHEN t.to_state = 'staff' AND t.from_state = 'waiting' THEN extract(epoch FROM t.at - (
               SELECT max(w.at) FROM conversations.transition w WHERE w.conversation_id = t.conversation_id
               AND w.id < t.id AND w.to_state = 'waiting' AND w.from_state <> 'waiting'))::float END AS waited,
           CASE WHEN t.to_state = 'staff' THEN extract(epoch FROM (
               SELECT min(m.created_at) FROM conversations.message m WHERE m.conversation_id = t.conversation_id
               AND m.author = 'staff' AND m.author_id = t.owner_id
               AND m.created_at >= t.at) - t.at)::float END AS replied,
           CASE WHEN t.to_state = 'closed' AND t.from_state = 'staff' THEN extract(epoch FROM t.at - (
               SELECT max(c.at) FROM conversations.transition c WHERE c.conversation_id = t.conversation_id
               AND c.id < t.id AND c.to_state = 'waiting' AND c.from_state IN ('bot', 'closed')))::float END
               AS resolved, NULL::smallint AS score
    FROM conversations.transition t
    LEFT JOIN desk.staff s ON s.id = CASE WHEN t.to_state = 'staff' THEN t.owner_id
        WHEN t.actor ~ '^[0-9a-f-]{36}$' THEN t.actor::uuid END
    WHERE t.at >= $1 AND ($2::text[] IS NULL OR t.queue = ANY($2))
"""
_PART = """least($4, width_bucket(extract(epoch FROM at)::float, extract(epoch FROM $1::timestamptz)::float,
    extract(epoch FROM $3::timestamptz)::float, $4::int))"""
# All in one reading of what happened: by queue, by person and by part of the time.
_FIGURES = f"""
    SELECT queue, person, part, GROUPING(queue, person, part) AS by,
           count(waited) AS claims,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS wait_median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS wait_p90,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY replied) AS first_reply_median,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY resolved) AS resolution_median,
           count(*) FILTER (WHERE to_state = 'waiting' AND from_state IN ('bot', 'closed')) AS asked,
           count(*) FILTER (WHERE to_state = 'closed') AS closed,
           count(*) FILTER (WHERE from_state = 'closed' AND to_state = 'waiting') AS reopened,
           count(score) AS answers,
           avg(score)::float AS score
    FROM (SELECT {_PART} AS part, * FROM ({_HAPPENED}) happened) parted
    GROUP BY GROUPING SETS ((queue), (person), (part)) ORDER BY queue, person LIMIT {MOST_LINES}
"""  # noqa: S608 - our own
# How many more wait after a part than before it: who came to wait in one of the queues, less who left it.
_WAITED = f"""
    SELECT {_PART} AS part,
           count(*) FILTER (WHERE to_state = 'waiting' AND ($2::text[] IS NULL OR queue = ANY($2)))
           - count(*) FILTER (WHERE from_state = 'waiting' AND ($2::text[] IS NULL OR was = ANY($2))) AS more
    FROM (
        SELECT at, to_state, from_state, queue,
               coalesce(lag(queue) OVER (PARTITION BY conversation_id ORDER BY id), queue) AS was
        FROM conversations.transition WHERE at >= $1
    ) moved GROUP BY 1
"""  # noqa: S608 - our own
