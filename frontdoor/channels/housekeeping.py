"""What is asked of platforms now and then, beside the messages: new tokens, approved templates."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp

from frontdoor.channels import send, store_templates
from frontdoor.channels.abilities import Templated
from frontdoor.channels.contract import Channel, Failed, Reply
from frontdoor.channels.tokens import Renewer
from frontdoor.database.pool import DATABASE_ERRORS, Pool

log = logging.getLogger(__name__)
TOKENS_EVERY_SECONDS, TEMPLATES_EVERY_SECONDS = 60.0, 3_600.0


@dataclass(frozen=True)
class Housekeeping:
    """Does it for every channel that is on."""

    pool: Pool
    channels: Mapping[str, Channel]
    session: aiohttp.ClientSession
    renewer: Renewer

    async def watch_tokens(self) -> None:
        """Use what is kept and renew what is due, at once and then every minute, until cancelled."""
        await self._often(self.renewer.look, "tokens", TOKENS_EVERY_SECONDS)

    async def watch_templates(self) -> None:
        """Read the templates at once and then every hour, until cancelled."""
        await self._often(self.read_templates, "templates", TEMPLATES_EVERY_SECONDS)

    async def _often(self, work: Callable[[], Awaitable[None]], what: str, every_seconds: float) -> None:
        while True:
            try:
                await work()
            except DATABASE_ERRORS as error:
                log.warning("%s could not be kept: %s", what, type(error).__name__)
            await asyncio.sleep(every_seconds)

    async def read_templates(self) -> None:
        """Read the templates of every channel that has some; what cannot be read stays as it was."""
        for channel in self.channels.values():
            call = channel.templates() if isinstance(channel, Templated) else None
            if call is None:
                continue
            answer = await send.make(self.session, call)
            read = isinstance(answer, Reply) and answer.status // 100 == 2
            found = channel.read_templates(answer.body) if read else None  # type: ignore[attr-defined,union-attr]
            if found is None:
                code = answer.code if isinstance(answer, Failed) else answer.status
                log.warning("%s: its templates could not be read: %s", channel.name, code)
                continue
            await store_templates.keep(self.pool, channel.name, channel.account, found)
