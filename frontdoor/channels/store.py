"""How each channel is doing, for operators and for the outbox."""

from typing import Any

from frontdoor.database.pool import Pool


class Standings:
    """The only SQL about channels themselves."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def came_in(self, channel: str, account: str) -> None:
        """Note that something came in."""
        await self._note(channel, account, "last_in_at = now()")

    async def went_out(self, channel: str, account: str) -> None:
        """Note that something went out; whatever was wrong is over."""
        await self._note(channel, account, "last_out_at = now(), paused_at = NULL")

    async def failed(self, channel: str, account: str, error: str, code: str, *, pause: bool) -> None:
        """Note a failure; *pause* keeps the channel's queue until somebody resumes it."""
        await self.pool.execute(
            """
            INSERT INTO channels.standing (channel, account, error_class, error_code, error_at, paused_at)
            VALUES ($1, $2, $3, $4, now(), CASE WHEN $5 THEN now() END)
            ON CONFLICT (channel, account) DO UPDATE SET error_class = $3, error_code = $4, error_at = now(),
                paused_at = CASE WHEN $5 THEN coalesce(channels.standing.paused_at, now())
                                 ELSE channels.standing.paused_at END
            """,
            channel, account, error, code, pause,
        )  # fmt: skip
        if pause:
            await self.pool.execute("SELECT pg_notify('frontdoor', 'channel ' || $1)", channel)

    async def resume(self, channel: str, account: str) -> None:
        """Let the queue of a paused channel go again."""
        await self._note(channel, account, "paused_at = NULL")

    async def all(self) -> list[dict[str, Any]]:
        """Return what is known of every channel."""
        return [dict(row) for row in await self.pool.fetch("SELECT * FROM channels.standing ORDER BY channel, account")]

    async def _note(self, channel: str, account: str, assignments: str) -> None:
        await self.pool.execute(
            f"INSERT INTO channels.standing (channel, account) VALUES ($1, $2) "  # noqa: S608 - our own words
            f"ON CONFLICT (channel, account) DO UPDATE SET {assignments}",
            channel,
            account,
        )
