"""Tokens that end: renewed before they do, kept sealed, used at once.

What the settings give is the first token. What the platform gives in its place is in the database, sealed with
FRONTDOOR_SECRET_KEY, which is not there; another token in the settings begins anew.
"""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp

from frontdoor.channels import send, store_tokens
from frontdoor.channels.abilities import Renewing, Tokens
from frontdoor.channels.contract import Channel, Failed
from frontdoor.channels.store import Standings
from frontdoor.channels.store_tokens import Kept
from frontdoor.database.pool import Connection, Pool
from frontdoor.sealing import Seal, Unsealable

log = logging.getLogger(__name__)
DUE_AT = 2 / 3  # of a token's life
AGAIN_AT_LEAST, AGAIN_AT_MOST = timedelta(minutes=1), timedelta(hours=1)  # after a renewal in vain
UNKNOWN_LIFE = timedelta(hours=4)


@dataclass
class Renewer:
    """Renews the tokens of *channels*. *now* gives aware UTC."""

    pool: Pool
    channels: Mapping[str, Channel]
    session: aiohttp.ClientSession
    seal: Seal
    now: Callable[[], datetime]
    in_use: dict[str, Tokens] = field(default_factory=dict)
    changed_at: dict[str, float] = field(default_factory=dict)  # monotonic
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Use what is kept, and renew what is due."""
        for channel in self._renewing():
            await self._look(channel, refused=False)

    async def refused(self, channel: Channel, since: float) -> bool:
        """Do what can be done about a token that the platform refused in a call begun at *since* (monotonic).

        Return whether there is another one now.
        """
        if not is_renewed(channel):
            return False
        async with self.one_at_a_time:
            if self.changed_at.get(channel.name, 0.0) <= since:
                await self._look(channel, refused=True)
        return self.changed_at.get(channel.name, 0.0) > since

    def _renewing(self) -> Iterator[Channel]:
        return filter(is_renewed, self.channels.values())

    async def _look(self, channel: Channel, *, refused: bool) -> None:
        assert isinstance(channel, Renewing)
        given, at = channel.given, self.now()
        async with self.pool.acquire() as connection, connection.transaction():
            sealed = _closed(self.seal, channel, given)
            kept = await store_tokens.lock(
                connection, channel.name, channel.account, given=_digest(given), sealed=sealed, at=at
            )
            tokens = _opened(self.seal, channel, kept.sealed)
            if tokens is None:  # sealed with another key: nobody can read it any more
                await store_tokens.keep(connection, channel.name, channel.account, sealed, at, None)
                tokens, kept = given, Kept(sealed, at, None, None)
            used = self.in_use.get(channel.name, given)
            if tokens == used and _may_try(kept, at) and (refused or _is_due(kept, at, channel.renews_after_seconds)):
                tokens = await self._renew(connection, channel, tokens, at) or tokens
        if tokens != used:
            channel.use(tokens)
            self.in_use[channel.name] = tokens
            self.changed_at[channel.name] = time.monotonic()
            await Standings(self.pool).resume(channel.name, channel.account)

    async def _renew(self, connection: Connection, channel: Channel, tokens: Tokens, at: datetime) -> Tokens | None:
        assert isinstance(channel, Renewing)
        call = channel.renewal(tokens)
        assert call is not None
        answer = await send.make(self.session, call)
        fresh = answer if isinstance(answer, Failed) else channel.read_renewal(tokens, answer)
        if isinstance(fresh, Failed):
            log.error("%s: its token could not be renewed: %s %s", channel.name, fresh.error, fresh.code)
            await store_tokens.failed(connection, channel.name, channel.account, at, fresh.error, fresh.code)
            return None
        ends = at + timedelta(seconds=fresh.lasts_seconds) if fresh.lasts_seconds else None
        sealed = _closed(self.seal, channel, fresh)
        await store_tokens.keep(connection, channel.name, channel.account, sealed, at, ends)
        log.info("%s: its token was renewed", channel.name)
        return Tokens(fresh.access, fresh.refresh)


def is_renewed(channel: Channel) -> bool:
    """Tell whether the token of *channel* ends, and can be renewed."""
    return isinstance(channel, Renewing) and channel.renewal(channel.given) is not None


async def take_up(pool: Pool, channel: Channel, seal: Seal) -> None:
    """Have *channel* call with the token that is kept for it, if there is one."""
    assert isinstance(channel, Renewing)
    sealed = await store_tokens.sealed(pool, channel.name, channel.account, _digest(channel.given))
    if sealed and (tokens := _opened(seal, channel, sealed)):
        channel.use(tokens)


def _closed(seal: Seal, channel: Channel, tokens: Tokens) -> str:
    return seal.seal(json.dumps([tokens.access, tokens.refresh]), _about(channel))


def _opened(seal: Seal, channel: Channel, sealed: str) -> Tokens | None:
    """Return what was sealed for *channel*; None: with another key."""
    try:
        access, refresh = json.loads(seal.open(sealed, _about(channel)))
    except Unsealable:
        return None
    return Tokens(access, refresh)


def _about(channel: Channel) -> str:
    return f"token of {channel.name} {channel.account}"


def _may_try(kept: Kept, at: datetime) -> bool:
    """Tell whether the last renewal in vain was long enough ago."""
    life = kept.expires_at - kept.since if kept.expires_at else UNKNOWN_LIFE
    return kept.tried_at is None or at - kept.tried_at >= min(max(life / 50, AGAIN_AT_LEAST), AGAIN_AT_MOST)


def _is_due(kept: Kept, at: datetime, renews_after_seconds: float) -> bool:
    """Tell whether a token should be renewed by now."""
    if kept.expires_at is None:
        return at - kept.since >= timedelta(seconds=renews_after_seconds)
    return at >= kept.since + (kept.expires_at - kept.since) * DUE_AT


def _digest(tokens: Tokens) -> bytes:
    return hashlib.sha256(f"{tokens.access}\0{tokens.refresh}".encode()).digest()
