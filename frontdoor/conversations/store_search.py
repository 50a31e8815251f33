"""Searching conversations: full text over what was said and over names, and filters. Every search takes a scope."""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from frontdoor.conversations.rows import conversation
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.store_reading import COLUMNS, MOST_FOUND, VISIBLE, Listed
from frontdoor.database.pool import Pool


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is None does not matter. *since* and *until* bound when something happened last."""

    words: str | None = None  # all of them were said in one message, or are in the patient's name
    state: str | None = None
    queue: str | None = None
    channel: str | None = None
    language: str | None = None
    staff_id: str | None = None  # who has it or has written in it
    since: datetime | None = None
    until: datetime | None = None

    @property
    def empty(self) -> bool:
        """Tell whether this would find everything."""
        return all(getattr(self, field.name) is None for field in fields(self))


SAID = "to_tsvector('simple', text) @@ plainto_tsquery('simple', $3)"
NAMED = "display_name <> '' AND to_tsvector('simple', display_name) @@ plainto_tsquery('simple', $3)"

# Where the words are rare: all that has them, by the indexes message_words and conversation_name.
RARE = f"""
    JOIN (
        SELECT conversation_id, max(seq) AS seq FROM (
            SELECT conversation_id, seq FROM conversations.message WHERE {SAID}
            UNION ALL
            SELECT id, 0 FROM conversations.conversation WHERE {NAMED}
        ) there GROUP BY conversation_id
    ) m ON m.conversation_id = c.id
"""  # noqa: S608 - our own
# Where they are common: the latest conversations, one by one, until enough of them have the words.
COMMON = f"""
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT max(seq) FROM conversations.message WHERE conversation_id = c.id AND {SAID}),
                        CASE WHEN {NAMED.replace("display_name", "c.display_name")} THEN 0 END) AS seq
        OFFSET 0
    ) m
"""  # noqa: S608 - our own
# The first way costs as much as is found, the second as much as lies between: N / found messages for each of the 50.
FOUND_AT_ONCE = 100
ESTIMATE = """
    EXPLAIN (FORMAT JSON) SELECT FROM conversations.message
    WHERE to_tsvector('simple', text) @@ plainto_tsquery('simple', $1)
"""
FILTERS = """
    ($4::text IS NULL OR c.state = $4) AND ($5::text IS NULL OR c.queue = $5) AND ($6::text IS NULL OR c.channel = $6)
    AND ($7::text IS NULL OR c.language = $7)
    AND ($8::uuid IS NULL OR c.owner_id = $8 OR EXISTS (
        SELECT FROM conversations.message s
        WHERE s.conversation_id = c.id AND s.author = 'staff' AND s.author_id = $8))
    AND ($9::timestamptz IS NULL OR c.updated_at >= $9) AND ($10::timestamptz IS NULL OR c.updated_at < $10)
"""


async def search(pool: Pool, scope: Scope, wanted: Wanted) -> list[tuple[Listed, int]]:
    """Return conversations that fit, the latest first, each with the last message that has the words (0: none)."""
    seq, words, there = "0", "", ""
    if wanted.words:
        common = await _is_common(pool, wanted.words)
        seq, words, there = "m.seq", COMMON if common else RARE, "AND m.seq IS NOT NULL"
    found = await pool.fetch(
        f"SELECT {COLUMNS}, {seq} AS found_seq FROM conversations.conversation c {words} "  # noqa: S608 - our own
        f"WHERE {VISIBLE} AND ($3::text IS NULL OR true) {there} AND {FILTERS} "
        f"ORDER BY c.updated_at DESC, c.id LIMIT {MOST_FOUND}",
        None if scope.queues is None else list(scope.queues), uuid.UUID(scope.staff_id),
        wanted.words, wanted.state, wanted.queue, wanted.channel, wanted.language,
        uuid.UUID(wanted.staff_id) if wanted.staff_id else None, wanted.since, wanted.until,
    )  # fmt: skip
    return [(_listed(row), row["found_seq"]) for row in found]


async def _is_common(pool: Pool, words: str) -> bool:
    """Tell whether so many messages have the words, by PostgreSQL's own estimate, that reading them all costs more."""
    plan = await pool.fetchval(ESTIMATE, words)
    stored = await pool.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'conversations.message'::regclass")
    return bool(plan[0]["Plan"]["Plan Rows"] ** 2 > FOUND_AT_ONCE * max(stored, 1_000))


def _listed(row: Any) -> Listed:
    return Listed(conversation(row), int(row["changed_xid"]), row["unanswered"])
