"""The outbox: what was said goes to its platform, in order, and nothing goes twice."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import aiohttp

from frontdoor.channels import send
from frontdoor.channels.contract import Call, Channel, Choice, Failed, Filled, Letter, Limits, Recipient, Sent, Window
from frontdoor.channels.store import Standings
from frontdoor.conversations.store_outbox import Outbox, Sending
from frontdoor.conversations.store_turns import DATABASE_ERRORS

log = logging.getLogger(__name__)
AGAIN_SECONDS = (1.0, 4.0, 15.0, 60.0)  # a live chat: soon, then less soon, then failed
AT_ONCE = 16
POLL_SECONDS = 1.0


@dataclass
class Bucket:
    """A token bucket: at most *per_second* calls on average, and as many at once."""

    per_second: float
    tokens: float = 1.0
    at: float = field(default_factory=time.monotonic)

    def wait_seconds(self, now: float) -> float:
        """Take a token; return how long to wait before using it."""
        most = max(1.0, self.per_second)
        self.tokens = min(most, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        self.tokens -= 1
        return max(0.0, -self.tokens / self.per_second)


class Sender:
    """Sends for every channel that is on."""

    def __init__(
        self, outbox: Outbox, standings: Standings, channels: Mapping[str, Channel], session: aiohttp.ClientSession
    ) -> None:
        self.outbox, self.standings, self.channels, self.session = outbox, standings, channels, session
        self.buckets = {name: Bucket(channel.limits.per_second) for name, channel in channels.items()}
        self.woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something was said."""
        self.woken.set()

    async def watch(self) -> None:
        """Send until cancelled."""
        while self.channels:
            try:
                await self.outbox.bury()
                while await self.send_due():
                    pass
            except (OSError, TimeoutError, *DATABASE_ERRORS) as error:
                log.warning("outbox failed: %s", type(error).__name__)
            self.woken.clear()
            try:
                await asyncio.wait_for(self.woken.wait(), POLL_SECONDS)
            except asyncio.TimeoutError:
                continue

    async def send_due(self) -> int:
        """Send the next message of every conversation that has one due; return how many were tried."""
        taken = await self.outbox.take(list(self.channels), limit=AT_ONCE)
        await asyncio.gather(*(self._send(sending) for sending in taken))
        return len(taken)

    async def _send(self, sending: Sending) -> None:
        conversation = sending.conversation
        channel = self.channels[conversation.channel]
        to = _recipient(sending, channel.limits, datetime.now(timezone.utc))
        try:
            calls = channel.render(_letter(sending), to)
        except Window:
            await self._failed(channel, sending, Failed("window", "closed"))
            return
        except Exception as error:  # one message that cannot be drawn must not hold the others
            log.error("%s: a message could not be rendered: %s", channel.name, type(error).__name__)
            await self.outbox.finish(sending, "failed", reason="content render")
            return
        for call in calls[sending.calls_done :]:
            await asyncio.sleep(self.buckets[channel.name].wait_seconds(time.monotonic()))
            outcome = await self._call(channel, call)
            if isinstance(outcome, Sent):
                await self.outbox.done_call(sending, outcome.platform_id)
            elif call.counts:
                await self._failed(channel, sending, outcome)
                return
        await self.outbox.finish(sending, "sent")
        await self.standings.went_out(conversation.channel, conversation.account)

    async def _call(self, channel: Channel, call: Call) -> Sent | Failed:
        answer = await send.make(self.session, call)
        return answer if isinstance(answer, Failed) else channel.judge(call, answer)

    async def _failed(self, channel: Channel, sending: Sending, failed: Failed) -> None:
        """Do what the class of the failure asks for."""
        conversation = sending.conversation
        reason = f"{failed.error} {failed.code}"
        log.warning("%s: %s", channel.name, reason)
        again = failed.error == "retry" and sending.tries <= len(AGAIN_SECONDS)
        if again or failed.error == "token":
            delay = failed.after_seconds or AGAIN_SECONDS[min(sending.tries, len(AGAIN_SECONDS)) - 1]
            await self.outbox.finish(sending, "queued", reason=reason, after_seconds=delay)
        elif failed.error == "unknown":
            await self.outbox.finish(sending, "unknown", reason=reason)
        else:
            await self.outbox.finish(sending, "expired" if failed.error == "window" else "failed", reason=reason)
        if failed.error == "stopped":
            await self.outbox.stop(conversation.id)
        await self.standings.failed(
            conversation.channel, conversation.account, failed.error, failed.code, pause=failed.error == "token"
        )


def _letter(sending: Sending) -> Letter:
    message = sending.message
    choices = tuple(Choice(item["title"], item.get("payload", ""), item.get("url", "")) for item in message.buttons)
    file = message.attachment or {}
    template = Filled(**message.template) if message.template else None
    return Letter(message.text, choices, file.get("url", ""), file.get("filename", ""), template)


def _recipient(sending: Sending, limits: Limits, now: datetime) -> Recipient:
    conversation = sending.conversation
    ends = conversation.window_expires_at
    longer = timedelta(hours=(limits.staff_window_hours or 0) - (limits.window_hours or 0))
    return Recipient(
        address=conversation.address,
        language=sending.message.language or conversation.language,
        reply_token=sending.reply_token,
        last_platform_id=sending.last_platform_id,
        written_by_staff=sending.message.author == "staff",
        window_open=sending.window_open,
        staff_window_open=ends is None or now < max(ends, ends + longer),
        retry_key=sending.id,
    )
