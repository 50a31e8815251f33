"""Turns: one patient message at a time to the bot, in order, and its answer through the gate.

A turn is this process's while it runs (store.py). The gate: what the bot said is for the patient only if the bot
may still speak at the same epoch as when the turn began; otherwise it is kept as a draft for staff.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontdoor.assistant import protocol
from frontdoor.assistant.client import Assistant, AssistantDown, AssistantRefused
from frontdoor.clinic import Clinic
from frontdoor.conversations import asides, store_ownership, store_turns
from frontdoor.conversations.asides import Asides
from frontdoor.conversations.happenings import BotAccepted, BotRefused
from frontdoor.conversations.intake import RESUME
from frontdoor.conversations.model import WEB, Conversation, Turn
from frontdoor.conversations.replies import outbound
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import Store
from frontdoor.conversations.store_answers import answer
from frontdoor.conversations.views import NoPages, Pages
from frontdoor.conversations.waiting import Waiting
from frontdoor.database.pool import DATABASE_ERRORS
from frontdoor.privacy.audit import BOT, SYSTEM

log = logging.getLogger(__name__)

MOST_FAILURES = 5  # of one message, each for a reason that we did not foresee
PATIENCE_SECONDS = 6.0  # how long the second try waits for a bot that restarts
POLL_SECONDS = 2.0  # the net below the direct hand-over
AT_ONCE = 8  # turns at the bot from one process: it thinks on one core, and intake must not wait for it


@dataclass
class Dispatcher:
    """Runs turns. *session_max_events*: a session of the bot that grew past it is followed by a fresh one."""

    store: Store
    assistant: Assistant
    clinic: Clinic
    waiting: Waiting
    session_max_events: int
    now: Callable[[], datetime]
    asides: Asides
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    running: dict[str, int] = field(default_factory=dict)  # conversations that are being worked on
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    pages: Pages = field(default_factory=NoPages)

    def start(self, turn: Turn) -> None:
        """Run *turn*, and those that follow in its conversation, in the background."""
        self._spawn(self._run(turn))

    async def watch(self) -> None:
        """Pick up what was left: by a crash, by a lost notice, by a bot that was away. Runs until cancelled."""
        while True:
            try:
                await self.store.release_dead_turns()
                await self.sweep()
            except DATABASE_ERRORS as error:
                log.warning("sweep failed: %s", type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def sweep(self) -> None:
        """Start every turn that waits for a process, and finish every return to the bot."""
        for conversation_id in await self.store.pending():
            if conversation_id not in self.running:
                await self.wake(conversation_id)
        for conversation_id in await store_turns.returning(self.store.pool):
            if conversation_id not in self.running:
                self._spawn(self._return(conversation_id))

    async def wake(self, conversation_id: str) -> None:
        """Take the next turn of this conversation, if there is one."""
        turn = await self.store.begin_turn(conversation_id)
        if turn is not None:
            self.start(turn)

    async def stop(self, *, within_seconds: float) -> None:
        """Wait for the turns in flight; what is not done in time is left to the next process."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=within_seconds)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _run(self, turn: Turn | None) -> None:
        assert turn is not None
        conversation_id = turn.conversation.id
        self.running[conversation_id] = turn.seq
        try:
            while turn is not None:
                async with self.slots:
                    more = await self._one(turn)
                self.pages.answered(conversation_id)
                turn = await self.store.begin_turn(conversation_id) if more else None
        except Exception as error:  # the sweep takes it up again; a text must not reach the log
            log.error("turn failed: %s", type(error).__name__)
            await self._give_back(turn)
        finally:
            self.running.pop(conversation_id, None)
            self.pages.answered(conversation_id)

    async def _one(self, turn: Turn) -> bool:
        """Hand one message to the bot and write its answer; tell whether to go on with the next."""
        try:
            reply = await self._ask(turn)
        except AssistantDown:
            await self._bot_is_down(turn)
            return False
        except AssistantRefused as error:  # a fault of ours; trying again is no use, so a person answers
            log.error("the bot refused a turn: %s", error)
            return await self._give_up(turn)
        fresh_session = reply.events >= self.session_max_events and reply.active_form is None
        if reply.handoff is None and not asides.any_in(reply):
            plain = [message for said in reply.messages if (message := outbound(said, reply.language)) is not None]
            after = self.pages.since(turn.conversation.id) if turn.conversation.channel == WEB else None
            async with self.store.pool.acquire() as connection:
                written = await answer(
                    connection, self.store.instance, turn, plain, reply, fresh_session=fresh_session, after=after
                )
            self.pages.answered(turn.conversation.id, written.view if written else None)
            return written is not None and written.more
        return await self._more_than_words(turn, reply, fresh_session=fresh_session)

    async def _more_than_words(self, turn: Turn, reply: protocol.Reply, *, fresh_session: bool) -> bool:
        """Write an answer that also does something: asks for a person, sends a link, records a consent."""
        conversation = turn.conversation
        async with self.store.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation.id)
            kept = now.epoch != conversation.epoch or not now.ownership.bot_may_speak
            said = await self.asides.messages(connection, conversation, reply, kept=kept)
            written = await answer(connection, self.store.instance, turn, said, reply, fresh_session=fresh_session)
            if written is None:
                return False
            await self.asides.record(connection, conversation, reply)
            if reply.handoff is not None and not kept:
                now = await store_ownership.lock(connection, conversation.id)  # with what this turn taught the bot
                await self.waiting.ask(connection, now, reply.handoff.reason, reply.handoff.priority, BOT)
        return written.more

    async def _ask(self, turn: Turn) -> protocol.Reply:
        """Ask the bot, twice at the most."""
        request = _request(turn.conversation, turn.message_id, turn.text, turn.press, screened=turn.screened)
        try:
            return await self.assistant.turn(request)
        except AssistantDown:
            await self.assistant.wait_until_ready(PATIENCE_SECONDS)
            return await self.assistant.turn(request)

    async def _bot_is_down(self, turn: Turn) -> None:
        """Put the conversation before people, and say so; the message stays for the bot, should it be first back."""
        async with self.store.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, turn.conversation.id)
            if now.epoch == turn.conversation.epoch and now.state is State.BOT:
                await self.waiting.ask(connection, now, "bot_unavailable", 2, SYSTEM)
        await self.store.fail_turn(turn)

    async def _give_up(self, turn: Turn) -> bool:
        """Leave this message to people, for good; tell whether to go on with the next."""
        async with self.store.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, turn.conversation.id)
            written = await answer(connection, self.store.instance, turn, (), None)
            if written is not None and now.state is State.BOT:
                await self.waiting.ask(connection, now, "bot_unavailable", 2, SYSTEM)
        return written is not None and written.more

    async def _give_back(self, turn: Turn | None) -> None:
        try:
            if turn is not None and await self.store.fail_turn(turn) >= MOST_FAILURES:
                again = await self.store.begin_turn(turn.conversation.id)
                if again is not None:
                    await self._give_up(again)
        except DATABASE_ERRORS:
            log.warning("a turn is left to the sweep")

    async def _return(self, conversation_id: str) -> None:
        """Tell the bot what staff hand back, then let it speak again."""
        self.running[conversation_id] = 0
        try:
            conversation = await store_turns.read(self.store.pool, conversation_id)
            marker = str(uuid.uuid5(uuid.UUID(conversation_id), f"return {conversation.epoch}"))
            press = protocol.Press(RESUME, {}, "")
            try:
                reply = await self.assistant.turn(_request(conversation, marker, RESUME, press))
            except AssistantDown:
                await self._returned(conversation, None)
            else:
                await self._returned(conversation, reply)
            await self.wake(conversation_id)
        except (Refused, *DATABASE_ERRORS) as error:
            log.warning("return to the bot failed: %s", type(error).__name__)
        finally:
            self.running.pop(conversation_id, None)

    async def _returned(self, before: Conversation, reply: protocol.Reply | None) -> None:
        async with self.store.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, before.id)
            if now.epoch != before.epoch or now.state is not State.RETURNING:
                return
            if reply is None:
                await store_ownership.apply(connection, now, BotRefused(self.now()), SYSTEM)
                return
            after = await store_ownership.apply(connection, now, BotAccepted(self.now()), SYSTEM)
            for message in await self.asides.messages(connection, after, reply, kept=False):
                await store_turns.said_by_bot(connection, after, message)
            await store_turns.remember(connection, after, reply, fresh_session=False)


def _request(
    conversation: Conversation, turn: str, text: str, press: protocol.Press | None, *, screened: bool = False
) -> protocol.Turn:
    return protocol.Turn(
        conversation=conversation.id,
        session=conversation.session,
        turn=turn,
        text=text,
        press=press,
        language=conversation.language,
        channel=conversation.channel,
        phi="allow" if conversation.shows_at_once else conversation.phi,
        carry=conversation.carry,
        screened=screened,
        events=conversation.session_events,
    )
