"""What readers say of articles, and what no article answered. Neither table knows who it was."""

from collections.abc import Sequence
from datetime import date, timedelta

from frontdoor.database.pool import Pool
from frontdoor.education.gaps import Gap

HELPFUL = ("yes", "no")
REASONS = ("other_question", "hard", "too_little")
KEPT_FOR = timedelta(days=400)
MOST_LISTED = 500


class EducationStore:
    """Feedback and gaps, by day: an hour could say who wrote."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rate(self, language: str, topic: str, section: str, helpful: str, today: date) -> None:
        """Count one reader's yes or no."""
        await self._pool.execute(
            """INSERT INTO education.feedback AS kept (day, language, topic, section, helpful, times)
               VALUES ($1, $2, $3, $4, $5, 1)
               ON CONFLICT (day, language, topic, section, helpful) DO UPDATE SET times = kept.times + 1""",
            today,
            language,
            topic,
            section,
            helpful == "yes",
        )

    async def why(self, language: str, topic: str, section: str, reason: str, today: date) -> None:
        """Count one reader's reason for a no."""
        await self._pool.execute(
            """INSERT INTO education.reason AS kept (day, language, topic, section, reason, times)
               VALUES ($1, $2, $3, $4, $5, 1)
               ON CONFLICT (day, language, topic, section, reason) DO UPDATE SET times = kept.times + 1""",
            today,
            language,
            topic,
            section,
            reason,
        )

    async def miss(self, language: str, gap: Gap, today: date) -> None:
        """Count one question that no article answered."""
        await self._pool.execute(
            """INSERT INTO education.gap (day, language, question, text, times) VALUES ($1, $2, $3, $4, 1)
               ON CONFLICT (day, language, question) DO UPDATE SET times = education.gap.times + 1""",
            today,
            language,
            gap.group,
            gap.text,
        )

    async def gaps(self, language: str | None = None, limit: int = 100) -> Sequence[tuple[str, int]]:
        """Return (an example, how often asked), grouped by meaning of the words, most asked first."""
        rows = await self._pool.fetch(
            """SELECT min(text) AS text, sum(times)::int AS times FROM education.gap
               WHERE $1::text IS NULL OR language = $1 GROUP BY language, question
               ORDER BY times DESC, text LIMIT $2""",
            language,
            min(limit, MOST_LISTED),
        )
        return [(row["text"], row["times"]) for row in rows]

    async def ratings(self, limit: int = 100) -> Sequence[tuple[str, str, str, int, int]]:
        """Return (language, topic, section, times yes, times no), the most unhelpful first."""
        rows = await self._pool.fetch(
            """SELECT language, topic, section, coalesce(sum(times) FILTER (WHERE helpful), 0)::int AS yes,
                      coalesce(sum(times) FILTER (WHERE NOT helpful), 0)::int AS no
               FROM education.feedback GROUP BY language, topic, section ORDER BY no DESC, yes DESC LIMIT $1""",
            min(limit, MOST_LISTED),
        )
        return [(row["language"], row["topic"], row["section"], row["yes"], row["no"]) for row in rows]

    async def forget(self, today: date) -> None:
        """Delete what is older than its retention."""
        for table in ("feedback", "reason", "gap"):
            await self._pool.execute(f"DELETE FROM education.{table} WHERE day < $1", today - KEPT_FOR)  # noqa: S608
