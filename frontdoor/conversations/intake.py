"""What a patient did, from the border to the database: screened first, stored once, answered where no bot is needed.

Everything that must be said whatever the bot, the staff or the hour does is said here: the emergency reply, the one
question of a doubtful case, the acknowledgement of "I'm safe now".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from frontdoor.assistant.protocol import Press
from frontdoor.conversations import callbacks, feedback, store_callbacks, store_check, store_ownership
from frontdoor.conversations.choices import (
    CALLBACK,
    CALLBACK_WHEN,
    COMMENT,
    HUMAN,
    KEEP,
    NO,
    OURS,
    RATE,
    SAFE,
    YES,
)
from frontdoor.conversations.grouping import Grouped
from frontdoor.conversations.happenings import (
    EmergencyFound,
    KeepAssistant,
    PatientCancelled,
    PatientSafe,
    PatientWrote,
)
from frontdoor.conversations.model import Conversation, Inbound, Outbound, Receipt
from frontdoor.conversations.places import place_text
from frontdoor.conversations.safety_texts import safety_reply
from frontdoor.conversations.states import USUAL, Refused, State, Terms
from frontdoor.conversations.store import Store, say
from frontdoor.conversations.typed_answers import typed_answer
from frontdoor.conversations.waiting import Waiting
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection
from frontdoor.privacy.audit import PATIENT, SYSTEM
from frontdoor.safety.verdict import Verdict

RESUME = "EXTERNAL_returned_from_staff"  # tells the bot to pick up where it was
HARM = frozenset({"self_harm", "harm_to_others", "violence", "child_abuse"})  # where no easy "no, just …" counts
ASKED_THE_OTHER_WAY = frozenset({"violence"})
CHECK_TURNS = 2  # messages that pass the question by before the number is given once more
AWAITED_FOR = timedelta(minutes=30)  # a line that we asked for is one that comes soon


@dataclass(frozen=True)
class Intake:
    """Takes what channels parsed. *emergency* is the region's number; *now* tells the time."""

    store: Store
    screen: Callable[[str], Verdict]
    region: str
    emergency: str
    now: Callable[[], datetime]
    waiting: Waiting
    terms: Terms = USUAL
    grouped: Grouped[Inbound, Receipt] = field(init=False)
    settling: Grouped[None, None] = field(init=False)

    def __post_init__(self) -> None:
        # Every process locks senders in the same order, so that two groups never wait for each other.
        grouped = Grouped(lambda events: self.store.receive(events), order=_sender)
        object.__setattr__(self, "grouped", grouped)
        object.__setattr__(self, "settling", Grouped(self._settle))

    async def accept(self, event: Inbound) -> Receipt:
        """Store *event* once and do what cannot wait; the receipt has the bot's turn, if there is one to take."""
        receipt = await self.take(event)
        await self.settled()
        return receipt

    async def settled(self) -> None:
        """Return when what was taken is safe: on disk, whatever happens to the machine."""
        await self.settling.add(None)

    async def take(self, event: Inbound) -> Receipt:
        """Do the same as `accept`, so that the turn can begin, but return before it is safe: `settled` waits for that.

        Where it is lost with the machine, so is all that came of it in the database: a later commit takes it along.
        """
        if event.press is not None and event.press.intent in OURS:
            return await self._accept_press(event)
        verdict = self.screen(event.text) if event.press is None or event.text != event.press.title else NOTHING
        screened = replace(event, level=verdict.level, category=verdict.category, rule=verdict.rule)
        if verdict.level == "none":
            return await self._accept_plain(screened)
        async with self.store.pool.acquire() as connection, connection.transaction():
            (receipt,) = await self.store.receive_in(connection, [replace(screened, held=True)])
            if not receipt.fresh:
                return receipt
            conversation = await store_ownership.lock(connection, receipt.conversation.id)
            if verdict.level == "emergency":
                await self._emergency(connection, conversation, verdict)
            else:
                conversation = await self._reopen(connection, conversation)
                await say(connection, conversation, safety_reply(verdict, self.region), author="system")
                await store_check.ask(connection, conversation, receipt.seq or 0)
        return receipt

    async def _settle(self, waiting: Sequence[None]) -> Sequence[None]:
        await self.store.settle()
        return waiting

    async def _accept_plain(self, event: Inbound) -> Receipt:
        receipt = await self.grouped.add(event)
        now = receipt.conversation
        special = now.check_seq or now.awaits or now.state is State.CLOSED or _asks_again(now, event)
        if not receipt.fresh or not special:
            return receipt
        async with self.store.pool.acquire() as connection, connection.transaction():
            conversation = await store_ownership.lock(connection, now.id)
            if conversation.check_seq is not None:
                answer = await self._typed_answer(connection, conversation, event.text)
                await self._answer_check(connection, conversation, answer, receipt.seq or 0)
            elif _asks_again(conversation, event):
                await self._say_position(connection, conversation)
            if not await self._awaited(connection, conversation, event, receipt.seq or 0):
                await self._reopen(connection, conversation)
        return replace(receipt, turn=receipt.turn or await self.store.begin_turn(now.id))

    async def _accept_press(self, event: Inbound) -> Receipt:
        assert event.press is not None
        async with self.store.pool.acquire() as connection, connection.transaction():
            (receipt,) = await self.store.receive_in(connection, [replace(event, held=True)])
            if not receipt.fresh:
                return receipt
            conversation = await store_ownership.lock(connection, receipt.conversation.id)
            await self._do(connection, conversation, event.press, receipt.seq or 0)
        return replace(receipt, turn=await self.store.begin_turn(receipt.conversation.id))

    async def _awaited(self, connection: Connection, now: Conversation, event: Inbound, seq: int) -> bool:
        """Take the message *seq* as the line that we asked for, if it is; it is nothing for the bot then."""
        if now.awaits is None:
            return False
        at, soon = self.now(), now.awaits_at is not None and self.now() - now.awaits_at < AWAITED_FOR
        taken = False
        if soon and event.press is None and event.text.strip():
            if now.awaits == feedback.AWAITED:
                taken = await feedback.typed(connection, now, seq)
            else:
                taken = await callbacks.typed(connection, now, event.text, at)
        if taken:
            await store_check.keep(connection, now, seq)
        else:
            await store_callbacks.await_next(connection, now.id, None, None)
        return taken

    async def _do(self, connection: Connection, conversation: Conversation, press: Press, seq: int) -> None:
        """Carry out one of OURS."""
        intent = press.intent
        try:
            if intent in (YES, NO):
                await self._answer_check(connection, conversation, intent, seq)
            elif intent == SAFE:
                await store_ownership.apply(connection, conversation, PatientSafe(self.now()), PATIENT)
                if conversation.state is State.WAITING:
                    await self._say(connection, conversation, "safe_noted")
                    await store_check.hand_to_bot(connection, conversation, seq, RESUME)
            elif intent == KEEP:
                await store_ownership.apply(connection, conversation, KeepAssistant(self.now()), PATIENT)
                await store_check.hand_to_bot(connection, conversation, seq, RESUME)
            elif intent in (CALLBACK, CALLBACK_WHEN):
                await callbacks.pressed(connection, conversation, press, self.now())
            elif intent in (RATE, COMMENT):
                await feedback.pressed(connection, conversation, press, self.now())
            else:
                await store_ownership.apply(connection, conversation, PatientCancelled(self.now()), PATIENT)
                await store_callbacks.cancel(connection, conversation.id)
                await self._say(connection, conversation, "cancel_waiting")
        except Refused as refusal:
            if refusal.code == "emergency":
                await self._say(connection, conversation, "cancel_refused")

    async def _typed_answer(self, connection: Connection, now: Conversation, text: str) -> str | None:
        """Read what was typed as YES, NO or neither."""
        asked = await store_check.verdict(connection, now)
        # We ask "are you safe?" where it may be violence: there a no is what we fear.
        other_way = asked.category in ASKED_THE_OTHER_WAY
        typed = typed_answer(text, exactly=asked.category in HARM)
        return None if typed is None else YES if typed is not other_way else NO

    async def _answer_check(self, connection: Connection, now: Conversation, answer: str | None, seq: int) -> None:
        """Take the answer to "is this happening now?"; whatever is none, the question waits a little."""
        if now.check_seq is None:
            return
        if answer == YES:
            verdict = await store_check.verdict(connection, now)
            await store_check.keep(connection, now, seq)
            await self._emergency(connection, now, verdict)
        elif answer == NO:
            await store_check.keep(connection, now, seq)
            await store_check.hand_back(connection, now)
        elif now.check_turns + 1 < CHECK_TURNS:
            await store_check.pass_by(connection, now)
        else:
            await store_check.clear(connection, now)
            await self._say(connection, now, "check_again")

    async def _emergency(self, connection: Connection, now: Conversation, verdict: Verdict) -> None:
        """Give the number, and put the conversation before people."""
        await say(connection, now, safety_reply(verdict, self.region), author="system")
        to = self.waiting.route(now, "emergency")
        found = EmergencyFound(self.now(), verdict.category or "other", verdict.rule or "", to.queue, to.skill)
        await store_ownership.apply(connection, now, found, SYSTEM, self.terms)
        await store_check.clear(connection, now)

    async def _reopen(self, connection: Connection, now: Conversation) -> Conversation:
        """Let a closed conversation go on: for a while back to people, later to the bot."""
        at = self.now()
        what = PatientWrote(at, deferred=not self.waiting.clinic.is_open(at))
        after = await store_ownership.apply(connection, now, what, PATIENT, self.terms)
        if now.state is State.CLOSED and after.state is State.WAITING:
            await self.waiting.tell_reopened(connection, after)
        return after

    async def _say(self, connection: Connection, now: Conversation, key: str, **values: object) -> None:
        text = wording(key, now.language, emergency=self.emergency, **values)
        await say(connection, now, Outbound(text), author="system")

    async def _say_position(self, connection: Connection, now: Conversation) -> None:
        place = await place_text(connection, now, self.now())
        await say(connection, now, Outbound(f"{wording('still_waiting', now.language)} {place}"), author="system")


NOTHING = Verdict("none", None, None, "en")


def _sender(event: Inbound) -> tuple[str, str, str]:
    return event.channel, event.account, event.address


def _asks_again(now: Conversation, event: Inbound) -> bool:
    """Tell whether a waiting patient pressed "talk to a person" once more."""
    return now.state is State.WAITING and not now.ownership.bot_ok and event.press is not None and (
        event.press.intent == HUMAN
    )  # fmt: skip
