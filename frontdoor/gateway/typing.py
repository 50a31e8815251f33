"""That staff type, shown on the patient's platform where it has such a mark."""

import asyncio
import contextlib
from collections.abc import Mapping

from frontdoor.channels.contract import Channel
from frontdoor.conversations.courtesy import Courtesy
from frontdoor.gateway.hub import VIEWING
from frontdoor.gateway.store import WebStore

MOST_PENDING = 100  # a nicety: what is more is not shown


class Typing:
    """Hears where staff look, asks whether they type, and shows it."""

    def __init__(self, web: WebStore, channels: Mapping[str, Channel], courtesy: Courtesy) -> None:
        self.web, self.channels, self.courtesy = web, channels, courtesy
        self._looked_at: asyncio.Queue[str] = asyncio.Queue(MOST_PENDING)

    def heard(self, notice: str) -> None:
        """Note that somebody began or ceased to look at a conversation, or to type there; other notices are nothing."""
        topic, _, conversation_id = notice.partition(" ")
        if topic == VIEWING and conversation_id:
            with contextlib.suppress(asyncio.QueueFull):
                self._looked_at.put_nowait(conversation_id)

    async def watch(self) -> None:
        """Show what is noted. Runs until cancelled."""
        while True:
            found = await self.web.typing_to(await self._looked_at.get())
            if found and (channel := self.channels.get(found[0])):
                self.courtesy.typing(channel, found[1])
