"""Tries to show who one is, in the database: they count for all desks together, and after a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.database.pool import Connection, Pool
from frontdoor.desk.secrets import digest
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor

MOST = {"person": 10, "address": 50}  # failures within WITHIN, of one sign-in name and from one address
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """A try that was counted before what was given is looked at. *keys*: {"person": login, "address": where from}."""

    pool: Pool
    keys: dict[str, str]
    at: datetime

    async def settle(self, right: bool) -> bool:
        """Take the try back if it was *right*, else record it; return *right*."""
        async with self.pool.acquire() as connection, connection.transaction():
            if right:
                for kind, value in self.keys.items():
                    await connection.execute(
                        "DELETE FROM desk.attempt WHERE key = $1 AND at = $2", _key(kind, value), self.at
                    )
            else:
                await connection.execute("DELETE FROM desk.attempt WHERE at < $1", self.at - WITHIN)
                actor = Actor("system", "", "", self.keys.get("address", ""))
                await audit.record(connection, actor, "login.failed", "desk")
        return right

    async def forgive(self) -> None:
        """Forget the person's failures."""
        await self.pool.execute("DELETE FROM desk.attempt WHERE key = $1", _key("person", self.keys["person"]))


async def begin(pool: Pool, keys: dict[str, str], at: datetime) -> Attempt | None:
    """Count a try; None if there were too many. Tries that come together, at any desk, wait for each other here."""
    async with pool.acquire() as connection, connection.transaction():
        for kind, value in sorted(keys.items()):
            if not await _room(connection, _key(kind, value), MOST[kind], at):
                return None
        for kind, value in keys.items():
            await connection.execute("INSERT INTO desk.attempt (key, at) VALUES ($1, $2)", _key(kind, value), at)
    return Attempt(pool, keys, at)


async def _room(connection: Connection, key: bytes, most: int, at: datetime) -> bool:
    await connection.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(key[:8], "big", signed=True))
    counted = await connection.fetchval(
        "SELECT count(*) FROM desk.attempt WHERE key = $1 AND at > $2", key, at - WITHIN
    )
    return bool(counted < most)


def _key(kind: str, value: str) -> bytes:
    return digest(f"{kind}:{value.lower()}")
