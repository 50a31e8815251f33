"""What a channel parsed out of a webhook, one event at a time, into conversations."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdoor.channels import entry
from frontdoor.channels.contract import Channel, Event
from frontdoor.channels.numbered import chosen
from frontdoor.conversations import store_ownership
from frontdoor.conversations.consent import keyword
from frontdoor.conversations.courtesy import Courtesy
from frontdoor.conversations.dispatcher import Dispatcher
from frontdoor.conversations.happenings import HandoffAsked, PatientCancelled
from frontdoor.conversations.intake import Intake
from frontdoor.conversations.model import Inbound, Outbound
from frontdoor.conversations.states import State
from frontdoor.conversations.store import say
from frontdoor.conversations.store_arrivals import Arrivals
from frontdoor.conversations.store_outbox import Outbox
from frontdoor.conversations.wording import LANGUAGES, wording
from frontdoor.limits import Flood
from frontdoor.privacy.audit import SYSTEM

MOST_ID_CHARS = 512  # no platform's ids are near it; an index holds no more than a few thousand
MOST_TEXT_CHARS = 20_000  # twice the longest message that any platform lets through
ALIASED = ("whatsapp", "twilio")  # where a person may have a number and an id
WORDS_ONLY_AGAIN, TOO_FAST_AGAIN = timedelta(minutes=2), timedelta(minutes=2)
ELSEWHERE = "answered_elsewhere"  # the handoff reason when somebody writes in the platform's own inbox


@dataclass(frozen=True)
class Reception:
    """Takes events of every channel. *facts* fills the product's own sentences."""

    arrivals: Arrivals
    intake: Intake
    dispatcher: Dispatcher
    outbox: Outbox
    language: str
    phi: Callable[[str], str]
    facts: dict[str, str]
    now: Callable[[], datetime]
    courtesy: Courtesy
    flood: Flood

    async def take(self, channel: Channel, event: Event) -> str:
        """Take one event; return what it became, for the figures. Taken again, it is nothing new.

        Raises:
            Exception: The database is away or refused it; nothing or a part of it is in, so take it again.
        """
        event = _storable(event)
        if event.kind == "ignored":
            return f"ignored {event.reason}"
        if event.kind == "delivery":
            return await self._delivered(channel, event)
        where = (channel.name, channel.account)
        if event.also and event.kind != "identity":
            await self.arrivals.known_as(*where, event.address, event.also)
        elif event.kind in ("echo", "standby", "handed_back") or channel.name in ALIASED:
            event = replace(event, address=await self.arrivals.resolve(*where, event.address))
        if event.kind == "echo" and await self.outbox.is_ours(*where, event.address, event.platform_id, event.text):
            return "ignored own echo"
        if event.kind in ("message", "press", "start"):
            return await self._said(channel, event)
        if event.kind == "unsend":
            await self.arrivals.unsend(channel.name, channel.account, event.platform_id)
        elif event.kind == "edit":
            return await self._edited(channel, event)
        elif event.kind == "identity":
            await self._moved(channel, event)
        else:
            await self._reported(channel, event)
        return event.kind

    async def _said(self, channel: Channel, event: Event) -> str:
        """Take what a person wrote, pressed or opened."""
        event = _without_campaign(event)
        if event.ref or event.by_ad or event.kind == "start":
            await self._opened(channel, event)
            if event.kind == "start" and not event.text:
                event = _hello(event, self.language)
        consent = keyword(event.text) if event.kind == "message" else None
        if consent is not None:
            return await self._consent(channel, event, consent, "keyword")
        inbound = await self._inbound(channel, event)
        if inbound is None:
            self.courtesy.heard(channel, event, answering=False)
            return "ignored not offered"
        wordless = bool(event.media) and not event.text.strip()
        sender, now = " ".join((channel.name, channel.account, event.address)), time.monotonic()
        flooding = self.flood.too_many(sender, now)
        # An emergency in it is found and answered all the same.
        # It need not be safe yet: until a later commit the event stays in the inbox.
        receipt = await self.intake.take(replace(inbound, held=wordless or flooding > 0))
        if receipt.fresh:
            self.flood.count(sender, now)
            self.courtesy.heard(channel, event, answering=receipt.turn is not None)
        if receipt.fresh and flooding == 1:
            await self._say_once(receipt.conversation.id, "too_fast", TOO_FAST_AGAIN)
        elif receipt.fresh and wordless and not flooding:
            await self._say_once(receipt.conversation.id, "words_only", WORDS_ONLY_AGAIN)
        if receipt.turn is not None:
            self.dispatcher.start(receipt.turn)
        return event.kind if receipt.fresh else "repeated"

    async def _inbound(self, channel: Channel, event: Event) -> Inbound | None:
        """Return the message to store; None for a press of what was never offered here."""
        where = (channel.name, channel.account, event.address)
        payload, press = event.payload, None
        if not payload and event.text:
            offered = await self.arrivals.offered(*where)
            index = chosen(event.text, [title for title, _ in offered]) if offered else None
            payload = offered[index][1] if index is not None else ""
        if payload:
            conversation = await self.arrivals.find(*where)
            press = await self.intake.store.pressed(conversation.id, payload) if conversation else None
            if press is None and event.kind == "press":
                return None
        text = event.text or (press.title if press else "") or _described(event)
        return Inbound(
            *where, event.id, text, press=press, display_name=event.name, language=self.language,
            phi=self.phi(channel.name), window_hours=channel.limits.window_for(event.address),
            platform_id=event.platform_id, reply_token=event.reply_token,
        )  # fmt: skip

    async def _opened(self, channel: Channel, event: Event) -> None:
        async with self.arrivals.pool.acquire() as connection, connection.transaction():
            conversation = await self.arrivals.begin(
                connection, channel.name, channel.account, event.address, language=self.language,
                phi=self.phi(channel.name), name=event.name,
            )  # fmt: skip
            if event.ref:
                await self.arrivals.set_campaign(connection, conversation.id, event.ref[:64])
            if event.by_ad and (hours := channel.limits.ad_window_hours):
                clicked = min(event.at or self.now(), self.now())
                await self.arrivals.open_ad_window(connection, conversation.id, clicked + timedelta(hours=hours))

    async def _delivered(self, channel: Channel, event: Event) -> str:
        if event.platform_id:
            reason = f"{event.error} {event.error_code}".strip()
            about = await self.outbox.raise_status(
                channel.name, channel.account, event.platform_id, event.status, reason
            )
            if about and event.error == "stopped":
                await self.outbox.stop(about)
            return event.status if about else "ignored unknown message"
        if event.at is not None:
            await self.outbox.read_up_to(channel.name, channel.account, event.address, event.status, event.at)
        return event.status

    async def _edited(self, channel: Channel, event: Event) -> str:
        """Keep the newest words; an emergency in them counts as if it were new."""
        await self.arrivals.edit(channel.name, channel.account, event.platform_id, event.text)
        if self.intake.screen(event.text).level == "emergency":
            inbound = await self._inbound(channel, event)
            if inbound is not None:
                await self.intake.accept(inbound)
        return "edit"

    async def _reported(self, channel: Channel, event: Event) -> None:
        """Take stop, resume, echo, standby and handed_back."""
        if event.kind in ("stop", "resume"):
            await self._consent(channel, event, "stop" if event.kind == "stop" else "start", "platform")
            return
        async with self.arrivals.pool.acquire() as connection, connection.transaction():
            if not await self.arrivals.once(connection, channel.name, channel.account, event.id, event.kind):
                return
            now = await self.arrivals.begin(
                connection, channel.name, channel.account, event.address, language=self.language,
                phi=self.phi(channel.name), name="",
            )  # fmt: skip
            if event.kind == "handed_back":
                if now.ownership.reason == ELSEWHERE and now.state is State.WAITING:
                    await store_ownership.apply(connection, now, PatientCancelled(self.now()), SYSTEM)
            else:
                await store_ownership.apply(connection, now, HandoffAsked(self.now(), ELSEWHERE), SYSTEM)
                if event.text:
                    await say(connection, now, Outbound(event.text), author="staff", status="sent")

    async def _moved(self, channel: Channel, event: Event) -> None:
        """Take a change of a person's address; whoever answers them is told to ask again who it is."""
        where = (channel.name, channel.account)
        for old in (event.address, *event.also):
            known = await self.arrivals.resolve(*where, old)
            async with self.arrivals.pool.acquire() as connection, connection.transaction():
                found = await self.arrivals.readdress(connection, *where, known, event.text)
                if found is None:
                    continue
                now = await store_ownership.lock(connection, found)
                note = Outbound(wording("address_changed", now.language))
                await say(connection, now, note, author="note", status="kept")
                return

    async def _say_once(self, conversation_id: str, name: str, again: timedelta) -> None:
        """Say why the bot does not answer, where it is the bot's to answer, and not *again* for a while."""
        async with self.arrivals.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation_id)
            text = wording(name, now.language, **self.facts)
            quiet = now.stopped_at is not None or not now.ownership.bot_may_speak
            if quiet or await self.arrivals.said_lately(connection, now.id, text, again):
                return
            await say(connection, now, Outbound(text), author="system")

    async def _consent(self, channel: Channel, event: Event, kind: str, source: str) -> str:
        """Note STOP, START or HELP; confirm what the person typed, once."""
        async with self.arrivals.pool.acquire() as connection, connection.transaction():
            if not await self.arrivals.once(connection, channel.name, channel.account, event.id, kind):
                return "repeated"
            now = await self.arrivals.begin(
                connection, channel.name, channel.account, event.address, language=self.language,
                phi=self.phi(channel.name), name=event.name,
            )  # fmt: skip
            await self.arrivals.consent(connection, now.id, kind, source)
            if source == "keyword":
                text = wording(f"consent_{kind}", now.language, **self.facts)
                # to where it was typed, also while they talk in the web chat
                await say(connection, replace(now, via="own"), Outbound(text), author="system")
        return kind


def _hello(event: Event, language: str) -> Event:
    """Return what a person who only opened the conversation is taken to say."""
    return replace(event, text=wording("opened", language))


def _without_campaign(event: Event) -> Event:
    """Return *event* with the campaign that our own link put behind its first words as its ref."""
    found = entry.first_words(event.text) if event.kind == "message" and not event.ref else None
    if found is None or found[0] not in {wording("opened", language) for language in LANGUAGES}:
        return event
    return replace(event, text=found[0], ref=found[1])


def _storable(event: Event) -> Event:
    """Return *event* without what a database cannot keep; what has no proper ids is nothing."""
    if max(map(len, (event.id, event.address, event.platform_id))) > MOST_ID_CHARS:
        return Event("ignored", reason="id too long")
    texts = {name: getattr(event, name) for name in ("id", "address", "platform_id", "text", "payload", "ref", "name")}
    clean = {name: text.replace("\x00", "") for name, text in texts.items()}
    return replace(event, **{**clean, "text": clean["text"][:MOST_TEXT_CHARS]})


def _described(event: Event) -> str:
    """Return what stands for a message without words."""
    return " ".join(f"[{media.kind}]" for media in event.media) or "[…]"
