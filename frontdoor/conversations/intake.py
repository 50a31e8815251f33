"""What a patient did, from the border to the database: screened first, stored once, answered where no bot is needed.

Everything that must be said whatever the bot, the staff or the hour does is said here: the emergency reply, the one
question of a doubtful case, the acknowledgement of "I'm safe now".
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from frontdoor.conversations import store_check, store_ownership
from frontdoor.conversations.grouping import Grouped
from frontdoor.conversations.happenings import (
    EmergencyFound,
    KeepAssistant,
    PatientCancelled,
    PatientSafe,
    PatientWrote,
)
from frontdoor.conversations.model import Button, Conversation, Inbound, Outbound, Receipt
from frontdoor.conversations.safety_texts import safety_reply
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import Store, say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection
from frontdoor.privacy.audit import PATIENT, SYSTEM
from frontdoor.safety.verdict import Verdict

RESUME = "EXTERNAL_returned_from_staff"  # tells the bot to pick up where it was
YES, NO, SAFE, KEEP, CANCEL, HUMAN = (
    "safety_yes", "safety_no", "safety_safe_now", "keep_assistant", "cancel_waiting", "human",
)  # fmt: skip
OURS = frozenset({YES, NO, SAFE, KEEP, CANCEL})  # presses that the product answers, not the bot
TYPED_YES = frozenset({"yes", "y", "yeah", "yep", "yes now", "now", "right now", "si", "sí", "ahora", "sí ahora"})
TYPED_NO = frozenset({"no", "n", "nope", "no not now", "not now", "no ahora no", "ahora no"})
ASKED_THE_OTHER_WAY = frozenset({"violence"})
CHECK_TURNS = 2  # messages that pass the question by before the number is given once more


@dataclass(frozen=True)
class Intake:
    """Takes what channels parsed. *emergency* is the region's number; *now* tells the time."""

    store: Store
    screen: Callable[[str], Verdict]
    region: str
    emergency: str
    now: Callable[[], datetime]
    grouped: Grouped = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "grouped", Grouped(self.store))

    async def accept(self, event: Inbound) -> Receipt:
        """Store *event* once and do what cannot wait; the receipt has the bot's turn, if there is one to take."""
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

    async def _accept_plain(self, event: Inbound) -> Receipt:
        receipt = await self.grouped.receive(event)
        now = receipt.conversation
        if not receipt.fresh or not (now.check_seq or now.state is State.CLOSED or _asks_again(now, event)):
            return receipt
        async with self.store.pool.acquire() as connection, connection.transaction():
            conversation = await store_ownership.lock(connection, now.id)
            if conversation.check_seq is not None:
                answer = await self._typed_answer(connection, conversation, event.text)
                await self._answer_check(connection, conversation, answer, receipt.seq or 0)
            elif _asks_again(conversation, event):
                await self._say_position(connection, conversation)
            await self._reopen(connection, conversation)
        return replace(receipt, turn=receipt.turn or await self.store.begin_turn(now.id))

    async def _accept_press(self, event: Inbound) -> Receipt:
        assert event.press is not None
        async with self.store.pool.acquire() as connection, connection.transaction():
            (receipt,) = await self.store.receive_in(connection, [replace(event, held=True)])
            if not receipt.fresh:
                return receipt
            conversation = await store_ownership.lock(connection, receipt.conversation.id)
            await self._do(connection, conversation, event.press.intent, receipt.seq or 0)
        return replace(receipt, turn=await self.store.begin_turn(receipt.conversation.id))

    async def _do(self, connection: Connection, conversation: Conversation, intent: str, seq: int) -> None:
        """Carry out one of OURS."""
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
            else:
                await store_ownership.apply(connection, conversation, PatientCancelled(self.now()), PATIENT)
                await self._say(connection, conversation, "cancel_waiting")
        except Refused as refusal:
            if refusal.code == "emergency":
                await self._say(connection, conversation, "cancel_refused")

    async def _typed_answer(self, connection: Connection, now: Conversation, text: str) -> str | None:
        """Read what was typed as YES, NO or neither."""
        typed = " ".join(text.lower().replace(",", " ").strip(" .!¡¿?").split())
        if typed not in TYPED_YES | TYPED_NO:
            return None
        asked = await store_check.verdict(connection, now)
        # We ask "are you safe?" where it may be violence: there a no is what we fear.
        return YES if (typed in TYPED_YES) is (asked.category not in ASKED_THE_OTHER_WAY) else NO

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
        found = EmergencyFound(self.now(), verdict.category or "other", verdict.rule or "")
        await store_ownership.apply(connection, now, found, SYSTEM)
        await store_check.clear(connection, now)

    async def _reopen(self, connection: Connection, now: Conversation) -> Conversation:
        return await store_ownership.apply(connection, now, PatientWrote(self.now()), PATIENT)

    async def _say(self, connection: Connection, now: Conversation, key: str, **values: object) -> None:
        text = wording(key, now.language, emergency=self.emergency, **values)
        await say(connection, now, Outbound(text), author="system")

    async def _say_position(self, connection: Connection, now: Conversation) -> None:
        await self._say(connection, now, "still_waiting", position=await store_ownership.position(connection, now))


NOTHING = Verdict("none", None, None, "en")


def _asks_again(now: Conversation, event: Inbound) -> bool:
    """Tell whether a waiting patient pressed "talk to a person" once more."""
    return now.state is State.WAITING and not now.ownership.bot_ok and event.press is not None and (
        event.press.intent == HUMAN
    )  # fmt: skip


def waiting_buttons(language: str) -> tuple[Button, ...]:
    """Return what a waiting patient may choose."""
    return (
        Button(wording("keep_button", language), KEEP),
        Button(wording("cancel_button", language), CANCEL),
    )
