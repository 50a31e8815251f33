"""The outbox: what was said goes to its platform, in order, and nothing goes twice."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import aiohttp

from frontdoor.channels import send
from frontdoor.channels.contract import Call, Channel, Choice, Failed, Filled, Letter, Limits, Recipient, Sent, Window
from frontdoor.channels.store import Standings
from frontdoor.conversations.store_outbox import Outbox, Sending
from frontdoor.database.pool import DATABASE_ERRORS

log = logging.getLogger(__name__)
AGAIN_SECONDS = (1.0, 4.0, 15.0, 60.0)  # a live chat: soon, then less soon, then failed
AT_ONCE = 16  # calls of one channel in flight
POLL_SECONDS = 1.0
RATES = 4_096  # people whose pace is remembered
UNLIMITED = 1e9


@dataclass
class Bucket:
    """A token bucket: at most *per_second* calls on average, and *burst* (else as many as in a second) at once."""

    per_second: float
    tokens: float = 1.0
    at: float = field(default_factory=time.monotonic)
    burst: float = 0.0

    def wait_seconds(self, now: float) -> float:
        """Take a token; return how long to wait before using it."""
        wait = self.needs_seconds(now)
        self.tokens -= 1
        return wait

    def needs_seconds(self, now: float) -> float:
        """Return how long to wait for a token; none is taken."""
        most = max(1.0, self.burst or self.per_second)
        self.tokens = min(most, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return max(0.0, (1 - self.tokens) / self.per_second)


class Sender:
    """Sends for every channel that is on."""

    def __init__(
        self, outbox: Outbox, standings: Standings, channels: Mapping[str, Channel], session: aiohttp.ClientSession,
        renew: Callable[[Channel, float], Awaitable[bool]],
    ) -> None:  # fmt: skip
        self.outbox, self.standings, self.channels, self.session = outbox, standings, channels, session
        self.renew = renew  # a refused token, of a call begun at an instant: whether there is another one now
        self.buckets = {name: Bucket(channel.limits.per_second) for name, channel in channels.items()}
        self.people: dict[str, Bucket] = {}  # by conversation
        self.rests_until = dict.fromkeys(channels, 0.0)  # monotonic
        self.flying: dict[str, set[asyncio.Task[None]]] = {name: set() for name in channels}
        self.unrecorded: list[Sending] = []  # sent or not: the database went away before it could be written down
        self.woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something was said."""
        self.woken.set()

    async def watch(self) -> None:
        """Send until cancelled."""
        while self.channels:
            self.woken.clear()
            try:
                await self._record_late()
                await self.outbox.bury()
                await self.send_due()
            except DATABASE_ERRORS as error:
                log.warning("outbox failed: %s", type(error).__name__)
            try:
                await asyncio.wait_for(self.woken.wait(), POLL_SECONDS)
            except asyncio.TimeoutError:
                continue

    async def stop(self, within_seconds: float) -> None:
        """Let what is in flight arrive; what takes longer is found by the next process, as unknown."""
        if flying := [task for tasks in self.flying.values() for task in tasks]:
            _, late = await asyncio.wait(flying, timeout=within_seconds)
            for task in late:
                task.cancel()

    async def send_due(self) -> None:
        """Begin to send the next message of every conversation that has one due. No channel waits for another."""
        now = time.monotonic()
        free = [name for name, tasks in self.flying.items() if len(tasks) < AT_ONCE and self.rests_until[name] <= now]
        taken = await self.outbox.take(free, limit=AT_ONCE) if free else []
        if len(taken) == AT_ONCE:
            self.wake()  # there may be more
        for sending in taken:
            tasks = self.flying[sending.conversation.channel]
            task = asyncio.create_task(self._try(sending))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(lambda _: self.wake())

    async def _try(self, sending: Sending) -> None:
        try:
            await self._send(sending)
        except DATABASE_ERRORS as error:
            log.warning("outbox failed: %s", type(error).__name__)
            self.unrecorded.append(sending)

    async def _record_late(self) -> None:
        while self.unrecorded:
            await self.outbox.finish(self.unrecorded[-1], "unknown", reason="unknown database")
            self.unrecorded.pop()

    async def _send(self, sending: Sending) -> None:
        conversation = sending.conversation
        channel = self.channels[conversation.channel]
        pace, started = self._pace(sending, channel.limits), time.monotonic()
        if (wait := pace.needs_seconds(started)) > 0:
            await self.outbox.put_back(sending, after_seconds=wait)
            return
        to = _recipient(sending, channel.limits, datetime.now(timezone.utc))
        try:
            calls = channel.render(_letter(sending), to)
        except Window:
            await self._failed(channel, sending, Failed("window", "closed"), started)
            return
        except Exception as error:  # one message that cannot be drawn must not hold the others
            log.error("%s: a message could not be rendered: %s", channel.name, type(error).__name__)
            await self.outbox.finish(sending, "failed", reason="content render")
            return
        for call in calls[sending.calls_done :]:
            now = time.monotonic()
            await asyncio.sleep(max(pace.wait_seconds(now), self.buckets[channel.name].wait_seconds(now)))
            outcome = await self._call(channel, call)
            if isinstance(outcome, Sent):
                await self.outbox.done_call(sending, outcome.platform_id)
            elif call.counts:
                await self._failed(channel, sending, outcome, started)
                return
        await self.outbox.finish(sending, "sent")
        await self.standings.went_out(conversation.channel, conversation.account)

    def _pace(self, sending: Sending, limits: Limits) -> Bucket:
        """Return the bucket of the person; where the platform has no such limit, one that is never empty."""
        if not limits.person_seconds:
            return Bucket(UNLIMITED, burst=UNLIMITED, tokens=UNLIMITED)
        bucket = self.people.pop(sending.conversation.id, None)
        if bucket is None:
            bucket = Bucket(1 / limits.person_seconds, tokens=limits.person_burst, burst=limits.person_burst)
        self.people[sending.conversation.id] = bucket
        if len(self.people) > RATES:
            del self.people[next(iter(self.people))]  # who was written to longest ago
        return bucket

    async def _call(self, channel: Channel, call: Call) -> Sent | Failed:
        answer = await send.make(self.session, call)
        return answer if isinstance(answer, Failed) else channel.judge(call, answer)

    async def _failed(self, channel: Channel, sending: Sending, failed: Failed, started: float) -> None:
        """Do what the class of the failure asks for."""
        conversation = sending.conversation
        reason = f"{failed.error} {failed.code}"
        log.warning("%s: %s", channel.name, reason)
        if failed.error == "token" and await self.renew(channel, started):
            await self.outbox.put_back(sending, after_seconds=0.0)
            return
        # First what holds the messages behind it, then its own end, which lets them go.
        await self.standings.failed(
            conversation.channel, conversation.account, failed.error, failed.code, pause=failed.error == "token"
        )
        if failed.error == "stopped":
            await self.outbox.stop(conversation.id)
        tries = min(len(AGAIN_SECONDS), failed.most_tries or len(AGAIN_SECONDS))
        if failed.error == "token" or (failed.error == "retry" and sending.tries <= tries):
            delay = failed.after_seconds or AGAIN_SECONDS[min(sending.tries, len(AGAIN_SECONDS)) - 1]
            if failed.everyone:
                self.rests_until[channel.name] = time.monotonic() + delay
            await self.outbox.finish(sending, "queued", reason=reason, after_seconds=delay)
        elif failed.error == "unknown":
            await self.outbox.finish(sending, "unknown", reason=reason)
        else:
            await self.outbox.finish(sending, "expired" if failed.error == "window" else "failed", reason=reason)


def _letter(sending: Sending) -> Letter:
    message = sending.message
    choices = tuple(Choice(item["title"], item.get("payload", ""), item.get("url", "")) for item in message.buttons)
    file = message.attachment or {}
    template = Filled(**message.template) if message.template else None
    return Letter(message.text, choices, file.get("url", ""), file.get("filename", ""), template)


def _recipient(sending: Sending, limits: Limits, now: datetime) -> Recipient:
    conversation = sending.conversation
    ends, ad = conversation.window_expires_at, conversation.ad_window_ends_at
    longer = timedelta(hours=(limits.staff_window_hours or 0) - (limits.window_hours or 0))
    return Recipient(
        address=conversation.address,
        language=sending.message.language or conversation.language,
        reply_token=sending.reply_token,
        last_platform_id=sending.last_platform_id,
        written_by_staff=sending.message.author == "staff",
        window_open=sending.window_open,
        staff_window_open=ends is None or now < max(ends, ends + longer, ad or ends),
        retry_key=sending.id,
    )
