"""Small courtesies of a chat: a message marked as read, "typing…", a pressed button that stops spinning.

They are made beside the real work. None is tried again, and whether one fails changes nothing.
"""

import asyncio
import logging
from dataclasses import dataclass, field

import aiohttp

from frontdoor.channels import send
from frontdoor.channels.abilities import Pressable
from frontdoor.channels.contract import Call, Channel, Event, Recipient

log = logging.getLogger(__name__)
AT_ONCE = 32  # beyond that there is more to do than to be polite


@dataclass(frozen=True)
class Courtesy:
    """Shows people that they were heard."""

    session: aiohttp.ClientSession
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def heard(self, channel: Channel, event: Event, *, answering: bool) -> None:
        """Acknowledge *event*; *answering*: the bot is at work on it."""
        calls: list[Call] = []
        if event.callback_id and isinstance(channel, Pressable):
            calls.append(channel.answer_press(event.callback_id))
        if answering:
            calls += channel.typing(Recipient(event.address, last_platform_id=event.platform_id))
        self._begin(channel, calls)

    def typing(self, channel: Channel, to: Recipient) -> None:
        """Show "typing…" to a person for whom staff write."""
        self._begin(channel, channel.typing(to))

    def _begin(self, channel: Channel, calls: list[Call]) -> None:
        if calls and len(self.tasks) < AT_ONCE:
            task = asyncio.create_task(self._make(channel.name, calls))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _make(self, name: str, calls: list[Call]) -> None:
        try:
            for call in calls:
                await send.make(self.session, call)
        except Exception as error:  # a closing session, an address that cannot be one
            log.info("%s: a courtesy failed: %s", name, type(error).__name__)
