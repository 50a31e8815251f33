"""Asking for a person: into the right queue, and what the patient is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from frontdoor.clinic import Clinic
from frontdoor.conversations import store_ownership
from frontdoor.conversations.choices import waiting_buttons
from frontdoor.conversations.happenings import HandoffAsked
from frontdoor.conversations.model import Button, Conversation, Outbound
from frontdoor.conversations.places import place_text
from frontdoor.conversations.routing import Route, route
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
        to = self.route(now, reason)
        what = HandoffAsked(
            at, reason, min(priority, to.priority or priority), deferred=closed, bot_ok=bot_failed, queue=to.queue,
            skill=to.skill,
        )  # fmt: skip
        after = await store_ownership.apply(connection, now, what, actor)
        if after.state is not State.WAITING or now.state is State.WAITING:
            return
        text, buttons = await self._told(connection, after, closed=closed, bot_failed=bot_failed)
        await say(connection, after, Outbound(text, buttons), author="system")

    async def tell_reopened(self, connection: Connection, now: Conversation) -> None:
        """Tell who wrote soon after a close that people answer again, and their place."""
        language, closed = now.language, now.ownership.deferred
        place = wording("waiting_saved", language) if closed else await place_text(connection, now, self.now())
        buttons = waiting_buttons(language, now.ownership.priority, closed=closed)
        text = f"{wording('reopened', language)} {place}"
        await say(connection, now, Outbound(text, buttons), author="system")

    def route(self, now: Conversation, reason: str) -> Route:
        """Return the queue for a conversation."""
        service = str(now.slots.get("service_type") or "")
        return route(self.clinic.queues, reason=reason, service=service, language=now.language, channel=now.channel)

    async def _told(
        self, connection: Connection, after: Conversation, *, closed: bool, bot_failed: bool
    ) -> tuple[str, tuple[Button, ...]]:
        """Return what is added to the bot's own words, or all of it where the bot has none."""
        language = after.language
        buttons = waiting_buttons(language, after.ownership.priority, closed=closed)
        if bot_failed:
            text = wording("bot_unavailable", language, phone=self.clinic.phone, emergency=self.emergency)
            return text, buttons[:1] if closed else ()
        if closed:
            return wording("waiting_saved", language), buttons
        return await place_text(connection, after, self.now()), buttons
