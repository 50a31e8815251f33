"""What is asked of platforms now and then, beside the messages: their approved templates."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from frontdoor.channels import send, store_templates
from frontdoor.channels.contract import Channel, Failed, Reply, Templated
from frontdoor.conversations.store_turns import DATABASE_ERRORS
from frontdoor.database.pool import Pool

log = logging.getLogger(__name__)
TEMPLATES_EVERY_SECONDS = 3_600.0


@dataclass(frozen=True)
class Housekeeping:
    """Does it for every channel that is on."""

    pool: Pool
    channels: Mapping[str, Channel]
    session: aiohttp.ClientSession

    async def watch(self) -> None:
        """Read the templates at once and then every hour, until cancelled."""
        while True:
            try:
                await self.read_templates()
            except (OSError, *DATABASE_ERRORS) as error:
                log.warning("templates could not be kept: %s", type(error).__name__)
            await asyncio.sleep(TEMPLATES_EVERY_SECONDS)

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
