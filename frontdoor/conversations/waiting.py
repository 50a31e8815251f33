"""Asking for a person: into the queue, and what the patient is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from frontdoor.clinic import Clinic
from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import HandoffAsked
from frontdoor.conversations.intake import waiting_buttons
from frontdoor.conversations.model import Button, Conversation, Outbound
from frontdoor.conversations.states import State
from frontdoor.conversations.store import say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection
from frontdoor.privacy.audit import Actor


@dataclass(frozen=True)
class Waiting:
    """Puts conversations into the queue. *emergency* is the region's number."""

    clinic: Clinic
    emergency: str
    now: Callable[[], datetime]

    async def ask(self, connection: Connection, now: Conversation, reason: str, priority: int, actor: Actor) -> None:
        """Ask for a person, in the transaction that holds the row; tell the patient what happens next."""
        at = self.now()
        closed = not self.clinic.is_open(at)
        bot_failed = reason == "bot_unavailable"
        what = HandoffAsked(at, reason, priority, deferred=closed, bot_ok=bot_failed)
        after = await store_ownership.apply(connection, now, what, actor)
        if after.state is not State.WAITING or now.state is State.WAITING:
            return
        text, buttons = await self._told(connection, after, closed=closed, bot_failed=bot_failed)
        await say(connection, after, Outbound(text, buttons), author="system")

    async def _told(
        self, connection: Connection, after: Conversation, *, closed: bool, bot_failed: bool
    ) -> tuple[str, tuple[Button, ...]]:
        """Return what is added to the bot's own words, or all of it where the bot has none."""
        language = after.language
        if bot_failed:
            return wording("bot_unavailable", language, phone=self.clinic.phone, emergency=self.emergency), ()
        if closed:
            return wording("waiting_saved", language), waiting_buttons(language)
        place = await store_ownership.position(connection, after)
        key = "waiting_next" if place == 1 else "waiting_place"
        return wording(key, language, position=place), waiting_buttons(language)
