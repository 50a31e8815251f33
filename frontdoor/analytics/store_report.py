"""The figures of a report: one statement a table, each row a few words and numbers, none of them a patient's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.database.pool import Pool

ROWS_MAX = 20  # of one table

# title -> (columns, statement). $1 is the beginning, $2 the end, $3 how many rows.
_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "Conversations begun, by channel": (
        ("channel", "language", "conversations", "wrote", "a person answered"),
        """SELECT channel, language, count(*), count(*) FILTER (WHERE last_patient_seq > 0),
                  count(*) FILTER (WHERE EXISTS (
                      SELECT FROM conversations.transition t WHERE t.conversation_id = c.id AND t.to_state = 'staff'))
           FROM conversations.conversation c WHERE created_at >= $1 AND created_at < $2
           GROUP BY channel, language ORDER BY 3 DESC, 1, 2 LIMIT $3""",
    ),
    "Campaigns": (
        ("campaign", "channel", "conversations", "wrote", "began to book"),
        """SELECT campaign, channel, count(*), count(*) FILTER (WHERE last_patient_seq > 0),
                  count(*) FILTER (WHERE slots->>'service_type' IS NOT NULL)
           FROM conversations.conversation WHERE campaign IS NOT NULL AND created_at >= $1 AND created_at < $2
           GROUP BY campaign, channel ORDER BY 3 DESC, 1, 2 LIMIT $3""",
    ),
    "Kinds of visit asked for": (
        ("kind", "conversations", "agreed to telehealth"),
        """SELECT slots->>'service_type', count(*), count(*) FILTER (WHERE EXISTS (
                      SELECT FROM conversations.consent k WHERE k.conversation_id = c.id AND k.kind = 'telehealth'))
           FROM conversations.conversation c
           WHERE slots->>'service_type' IS NOT NULL AND last_patient_at >= $1 AND last_patient_at < $2
           GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3""",
    ),
    "Why a person was wanted": (
        ("reason", "times"),
        """SELECT coalesce(reason, 'unknown'), count(*) FROM conversations.transition
           WHERE to_state = 'waiting' AND from_state IN ('bot', 'closed') AND at >= $1 AND at < $2
           GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3""",
    ),
    "What the emergency screen found": (
        ("category", "emergencies", "asked about"),
        """SELECT coalesce(category, 'other'), count(*) FILTER (WHERE level = 'emergency'),
                  count(*) FILTER (WHERE level = 'check')
           FROM conversations.message
           WHERE author = 'patient' AND level IN ('emergency', 'check') AND created_at >= $1 AND created_at < $2
           GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $3""",
    ),
    "Articles by how helpful they were": (
        ("topic", "language", "helpful", "not helpful"),
        """SELECT topic, language, coalesce(sum(times) FILTER (WHERE helpful), 0)::int,
                  coalesce(sum(times) FILTER (WHERE NOT helpful), 0)::int
           FROM education.feedback WHERE day >= $1::timestamptz::date AND day <= $2::timestamptz::date
           GROUP BY topic, language ORDER BY 4 DESC, 3 DESC, 1, 2 LIMIT $3""",
    ),
    "Asked, and no article answers": (
        ("words", "language", "times"),
        """SELECT min(text), language, sum(times)::int FROM education.gap
           WHERE day >= $1::timestamptz::date AND day <= $2::timestamptz::date
           GROUP BY language, question ORDER BY 3 DESC, 1 LIMIT $3""",
    ),
    "How it was, 1 to 5": (
        ("score", "answers"),
        """SELECT score, count(*) FROM desk.feedback
           WHERE score IS NOT NULL AND answered_at >= $1 AND answered_at < $2 GROUP BY 1 ORDER BY 1 DESC LIMIT $3""",
    ),
}


@dataclass(frozen=True)
class Table:
    """One table of the report."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


async def report(pool: Pool, until: datetime, days: int) -> list[Table]:
    """Return every table of the *days* before *until*; what had nothing to count has no rows."""
    since = until - timedelta(days=days)
    return [
        Table(title, columns, tuple(tuple(row) for row in await pool.fetch(statement, since, until, ROWS_MAX)))
        for title, (columns, statement) in _TABLES.items()
    ]
