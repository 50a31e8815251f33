"""What the bot does beside speaking: a link to the web chat, a consent, a stop, a booking to be told elsewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from frontdoor.assistant.protocol import Reply, Said
from frontdoor.conversations import store_asides, store_links
from frontdoor.conversations.model import WEB, Conversation, Outbound
from frontdoor.conversations.replies import outbound
from frontdoor.conversations.store import say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection

PURPOSES = ("booking", "visits")
LINK_PATH = "/c/"
DETAIL_MAX_CHARS = 100
MINUTES = int(store_links.LINK_LASTS.total_seconds() // 60)


@dataclass(frozen=True)
class Asides:
    """Does it. *public_url* is where patients find the web chat; *facts* fills the product's own sentences."""

    public_url: str
    facts: dict[str, str]
    now: Callable[[], datetime]

    async def messages(
        self, connection: Connection, conversation: Conversation, reply: Reply, *, kept: bool
    ) -> list[Outbound]:
        """Return what of *reply* is shown, a link in its place. *kept*: it is a draft for staff, so without links."""
        if _stops(reply) and not conversation.shows_at_once:
            return []  # the bot may say nothing there any more: `record` confirms it
        found = []
        for said in reply.messages:
            if (purpose := _purpose(said)) and not kept and not conversation.shows_at_once:
                found.append(await self._link(connection, conversation, purpose, reply.language))
            elif (message := outbound(said, reply.language)) is not None:
                found.append(message)
        return found

    async def record(self, connection: Connection, conversation: Conversation, reply: Reply) -> None:
        """Keep consents and stops, and tell the platform of a booking, without its details."""
        language = reply.language or conversation.language
        for custom in _customs(reply):
            if consent := _consent(custom):
                await store_asides.consent(connection, conversation.id, *consent)
            elif custom.get("stop") is True:
                await self._stop(connection, conversation, language)
            elif custom.get("booked") is True and conversation.channel != WEB and conversation.shows_at_once:
                text = wording("booked_elsewhere", language)
                await say(connection, conversation, Outbound(text), author="system", status="queued")

    async def _stop(self, connection: Connection, conversation: Conversation, language: str) -> None:
        pushes = conversation.channel != WEB  # the web chat is silent by itself: to write there is to want an answer
        await store_asides.stop(connection, conversation.id, takes_effect=pushes)
        if not conversation.shows_at_once:
            text = wording("consent_stop", language, **self.facts)
            await say(connection, conversation, Outbound(text), author="system")

    async def _link(
        self, connection: Connection, conversation: Conversation, purpose: str, language: str | None
    ) -> Outbound:
        token = await store_links.mint(connection, conversation.id, purpose, self.now())
        url = f"{self.public_url}{LINK_PATH}{token}"
        text = wording("link_text", language or conversation.language, url=url, minutes=MINUTES)
        return Outbound(text, language=language)


def any_in(reply: Reply) -> bool:
    """Tell whether *reply* does anything beside speaking."""
    return any("attachment" not in custom for custom in _customs(reply))


def _customs(reply: Reply) -> Iterator[Any]:
    return (dict(said.custom) for said in reply.messages if isinstance(said.custom, dict))


def _stops(reply: Reply) -> bool:
    return any(custom.get("stop") is True for custom in _customs(reply))


def _purpose(said: Said) -> str | None:
    match said.custom:
        case {"link": {"purpose": str(purpose)}} if purpose in PURPOSES:
            return purpose
    return None


def _consent(custom: Any) -> tuple[str, str] | None:
    """Read a consent as its kind and its detail: the version of the text, and whether it was given."""
    match custom:
        case {"consent": {"kind": str(kind), "version": str(version), "given": bool(given)}}:
            detail = f"version {version}, {'given' if given else 'refused'}"
            return kind[:DETAIL_MAX_CHARS], detail[:DETAIL_MAX_CHARS]
    return None
