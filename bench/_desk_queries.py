"""How long the desk's questions to the database take, and by which indexes they are answered."""

import re
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone

from bench._desk_rows import COMMON_WORD, RARE_QUEUE, RARE_WORD
from frontdoor.conversations import store_ownership, store_reading, store_search, store_turns, store_waiting
from frontdoor.conversations.limits import Limits
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.store_search import Wanted
from frontdoor.database.pool import Pool
from frontdoor.desk import store_board, store_presence

ROUNDS = 15
NOBODY = "00000000-0000-0000-0000-000000000000"
EVERYTHING, ONE_QUEUE, RARE = Scope(NOBODY, None), Scope(NOBODY, ("billing",)), Scope(NOBODY, (RARE_QUEUE,))
SCAN = re.compile(r"(Index Scan|Index Only Scan|Bitmap Index Scan|Seq Scan)(?: Backward)?(?: using| on) (\w+)")


async def times(pool: Pool) -> dict[str, float]:
    """Return {question: median seconds}."""
    found = {}
    for name, ask in _questions(pool).items():
        taken = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await ask()
            taken.append(time.perf_counter() - began)
        found[name] = statistics.median(taken)
    return found


async def plan(pool: Pool) -> list[str]:
    """Return the plan of the lists that a page shows at first."""
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {store_reading.LISTS}", None, NOBODY
        )
    return [row[0] for row in rows]


def scans(lines: list[str]) -> str:
    """Return how the tables are read in a plan, each way once."""
    found = [match for line in lines if (match := SCAN.search(line))]
    return ", ".join(dict.fromkeys(f"{one[2]}" if "Index" in one[1] else f"all of {one[2]}" for one in found))


def _questions(pool: Pool) -> dict[str, Callable[[], Awaitable[object]]]:
    at, limits = datetime.now(timezone.utc), Limits()

    async def place() -> None:
        async with pool.acquire() as connection:
            identifier = await connection.fetchval(
                "SELECT id FROM conversations.conversation WHERE state = 'waiting' "
                "ORDER BY priority DESC, waiting_since DESC LIMIT 1"
            )
            async with connection.transaction():
                now = await store_ownership.lock(connection, str(identifier))
                position = await store_ownership.position(connection, now)
                await store_waiting.minutes_to_go(connection, now.ownership.queue, position, at)

    async def timers() -> None:
        for condition in ("lease", "returning", "opened", "first_reply"):
            await store_ownership.due(pool, condition, at - timedelta(days=400))
        await store_waiting.silent(pool, at - limits.silent)
        await store_waiting.impatient(pool, list(limits.reassure), at - timedelta(days=400))
        await store_turns.stuck_turns(pool, at, after=timedelta(days=400))

    async def changes() -> None:
        cursor = (await store_reading.changed(pool, 2**62)).cursor
        await store_reading.changed(pool, cursor)
        await store_presence.viewers(pool, at)

    return {
        "a page's first lists": lambda: store_reading.lists(pool, EVERYTHING),
        "the same of one queue": lambda: store_reading.lists(pool, ONE_QUEUE),
        "the same of a rare queue": lambda: store_reading.lists(pool, RARE),
        "what changed since": changes,
        "a patient's place in line": place,
        "all timers": timers,
        "the board of a day": lambda: store_board.board(pool, EVERYTHING, at, 24),
        "search, a rare word": lambda: store_search.search(pool, EVERYTHING, Wanted(RARE_WORD)),
        "search, a word of everybody": lambda: store_search.search(pool, EVERYTHING, Wanted(COMMON_WORD)),
    }
