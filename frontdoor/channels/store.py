"""How each channel is doing, for operators, for the desk and for the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdoor.database.pool import Pool


@dataclass(frozen=True)
class Trouble:
    """Something about a channel that a person must see to.

    *kind*: `token`, refused: the channel rests and keeps its queue; `renewal`, it could not be renewed and will end;
    `config`, the platform refuses messages of the latest try because of how things are set up there.
    """

    channel: str
    kind: str
    code: str
    since: datetime


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

    async def troubles(self) -> list[Trouble]:
        """Return what is wrong now, the channels that rest first."""
        found = await self.pool.fetch(
            """
            SELECT channel, 'token' AS kind, coalesce(error_code, '') AS code, paused_at AS since, 1 AS place
            FROM channels.standing WHERE paused_at IS NOT NULL
            UNION ALL
            SELECT channel, 'config', error_code, error_at, 2 FROM channels.standing
            WHERE paused_at IS NULL AND error_class = 'config' AND error_at > coalesce(last_out_at, '-infinity')
            UNION ALL
            SELECT channel, 'renewal', coalesce(error_code, ''), tried_at, 3 FROM channels.token
            WHERE error_class <> 'retry' OR (error_class IS NOT NULL AND now() > expires_at - (expires_at - since) / 6)
            ORDER BY place, since, channel
            """
        )
        return [Trouble(row["channel"], row["kind"], row["code"], row["since"]) for row in found]

    async def _note(self, channel: str, account: str, assignments: str) -> None:
        await self.pool.execute(
            f"INSERT INTO channels.standing (channel, account) VALUES ($1, $2) "  # noqa: S608 - our own words
            f"ON CONFLICT (channel, account) DO UPDATE SET {assignments}",
            channel,
            account,
        )
