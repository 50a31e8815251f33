"""The inbox: what platforms delivered, durable before it is answered, until the worker has taken it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from frontdoor.database.pool import Pool

NOTICE = "frontdoor_inbox"  # PostgreSQL's name for "something came in"


@dataclass(frozen=True)
class Delivered:
    """One event of a webhook, as JSON."""

    channel: str
    account: str
    event: str


@dataclass(frozen=True)
class Waiting(Delivered):
    """One event that waits to be taken; *failed* so often already, *old* since it came in."""

    id: int
    failed: int
    old: timedelta


class Inbox:
    """The only SQL of the inbox."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def put(self, webhooks: Iterable[Sequence[Delivered]]) -> None:
        """Store the events of several webhooks, in order, in one commit.

        The worker is not told here: PostgreSQL lets only one transaction that tells something commit at a time.
        """
        events = [event for webhook in webhooks for event in webhook]
        await self.pool.execute(
            """
            INSERT INTO conversations.inbox (channel, account, event)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
            """,
            [event.channel for event in events],
            [event.account for event in events],
            [event.event for event in events],
        )

    async def announce(self) -> None:
        """Tell the worker that something came in."""
        await self.pool.execute("SELECT pg_notify('frontdoor_inbox', '')")

    async def waiting(self, but: Collection[int], *, limit: int) -> list[Waiting]:
        """Return up to *limit* events that are due, the oldest first, *but* those."""
        found = await self.pool.fetch(
            """
            SELECT channel, account, event, id, tries, now() - arrived_at AS old FROM conversations.inbox
            WHERE due_at <= now() AND id NOT IN (SELECT unnest($1::bigint[])) ORDER BY id LIMIT $2
            """,
            list(but),
            limit,
        )
        return [Waiting(*row) for row in found]

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget events that were taken."""
        await self.pool.execute("DELETE FROM conversations.inbox WHERE id = ANY($1::bigint[])", ids)

    async def later(self, identifier: int, after: timedelta) -> None:
        """Let an event that could not be taken come again."""
        await self.pool.execute(
            "UPDATE conversations.inbox SET tries = tries + 1, due_at = now() + $2 WHERE id = $1", identifier, after
        )

    async def size(self) -> int:
        """Return how many events wait."""
        return int(await self.pool.fetchval("SELECT count(*) FROM conversations.inbox"))

    async def count(self, became: Mapping[tuple[str, str], int]) -> None:
        """Add to the figures: how many events of a channel became what."""
        await self.pool.execute(
            """
            INSERT INTO channels.outcome AS o (channel, became, count)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ORDER BY 1, 2
            ON CONFLICT (channel, became) DO UPDATE SET count = o.count + excluded.count
            """,
            [channel for channel, _ in became],
            [what for _, what in became],
            list(became.values()),
        )

    async def counted(self) -> dict[tuple[str, str], int]:
        """Return what events became, since the beginning."""
        found = await self.pool.fetch("SELECT channel, became, count FROM channels.outcome")
        return {(row["channel"], row["became"]): row["count"] for row in found}
