"""What staff do. Each function is one transaction: lock, step (states.py), tell the patient where it fits, record.

Every one raises `Refused` where the state does not allow it (`unknown` also for what the person may not see), and then
nothing was written. The audit row is part of the transaction.
"""

import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from frontdoor.booking.carry import carried
from frontdoor.channels import store_templates
from frontdoor.channels.contract import Filled
from frontdoor.conversations import feedback, store_routing
from frontdoor.conversations.happenings import (
    Assigned,
    Claimed,
    MergeAsked,
    PriorityChanged,
    Released,
    Replied,
    Resolved,
    ReturnedToBot,
    Staff,
    TakenOver,
    Transferred,
)  # fmt: skip
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.states import USUAL, Refused, State, Terms
from frontdoor.conversations.store import say
from frontdoor.conversations.store_ownership import apply, lock
from frontdoor.conversations.windows import staff_window
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit
from frontdoor.privacy.audit import Actor


@dataclass(frozen=True)
class Doer:
    """Who acts: as the states, as the audit log and as the rules of sight know them; and when."""

    staff: Staff
    actor: Actor
    scope: Scope
    at: datetime
    terms: Terms = USUAL
    asks_feedback: bool = False  # patients are asked how it was after a close
    templated: frozenset[str] = frozenset()  # channels that take what is late in an approved template


async def claim(pool: Pool, who: Doer, conversation_id: str, epoch: int) -> Conversation:
    """Take a waiting conversation; of many who try at once, one does."""
    async with locked(pool, who, conversation_id) as (connection, now):
        after = await apply(connection, now, Claimed(who.at, who.staff, epoch), who.actor, who.terms)
        return await _joined(connection, now, after)


async def take_over(
    pool: Pool, who: Doer, conversation_id: str, *, text: str = "", client_message_id: str = ""
) -> Conversation:
    """Take it from the bot or, as a supervisor, from a colleague; *text* is said in the same transaction."""
    async with locked(pool, who, conversation_id) as (connection, now):
        after = await apply(connection, now, TakenOver(who.at, who.staff), who.actor, who.terms)
        await _joined(connection, now, after)
        if text and not await _said(connection, now, client_message_id):
            after = await apply(connection, after, Replied(who.at, who.staff, after.epoch), who.actor, who.terms)
            _check_reachable(now, who)
            await _reply(connection, after, who, text, client_message_id)
        return after


async def assign(pool: Pool, who: Doer, conversation_id: str, to: str) -> Conversation:
    """Give a waiting conversation to the person with the id *to*.

    Raises:
        Refused: nobody — there is no such person; offline, full.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        what = Assigned(who.at, who.staff, await _candidate(connection, who, to))
        after = await apply(connection, now, what, who.actor, who.terms)
        return await _joined(connection, now, after)


async def transfer(
    pool: Pool, who: Doer, conversation_id: str, *, to: str | None, queue: str | None, note: str
) -> Conversation:
    """Give the conversation to the colleague with the id *to*, or to another queue; *note* is for whoever gets it.

    Raises:
        Refused: no_reason — without a note; nobody, offline, full.
    """
    if not note.strip():
        raise Refused("no_reason")
    async with locked(pool, who, conversation_id) as (connection, now):
        what: Transferred | Released = Released(who.at, who.staff, queue)
        if to:
            what = Transferred(who.at, who.staff, await _candidate(connection, who, to))
        await _note(connection, now, who, note, None)
        after = await apply(connection, now, what, who.actor, who.terms)
        return await _joined(connection, now, after) if to else await _left(connection, now, after)


async def release(pool: Pool, who: Doer, conversation_id: str) -> Conversation:
    """Put the conversation back at its place in the queue."""
    async with locked(pool, who, conversation_id) as (connection, now):
        after = await apply(connection, now, Released(who.at, who.staff), who.actor)
        return await _left(connection, now, after)


async def reply(pool: Pool, who: Doer, conversation_id: str, *, text: str, epoch: int, client_message_id: str) -> int:
    """Say *text* to the patient; return its seq. The same *client_message_id* again is the same message.

    Raises:
        Refused: not_owner, stale, window_closed, stopped.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        if seq := await _said(connection, now, client_message_id):
            return seq
        after = await apply(connection, now, Replied(who.at, who.staff, epoch), who.actor, who.terms)
        _check_reachable(now, who)
        return await _reply(connection, after, who, text, client_message_id)


async def say_template(
    pool: Pool, who: Doer, conversation_id: str, template: str, values: Mapping[str, str], epoch: int, again: str
) -> int:
    """Say an approved form of words, which the platform takes at any time; return its seq. *again*: as in `reply`.

    Raises:
        Refused: not_owner, stale, stopped; no_template — there is none of this id, or it has other places.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        if seq := await _said(connection, now, again):
            return seq
        after = await apply(connection, now, Replied(who.at, who.staff, epoch), who.actor, who.terms)
        if now.stopped_at is not None and not now.shows_at_once:
            raise Refused("stopped")
        found = await store_templates.one(connection, now.channel, now.account, template)
        if found is None or set(values) != set(found.variables):
            raise Refused("no_template")
        form = asdict(Filled(found.id, found.name, found.language, dict(values)))
        seq = await say(
            connection, after, Outbound(found.filled(values), template=form), author="staff", client_message_id=again,
            author_id=who.staff.id, author_name=who.staff.name,
        )  # fmt: skip
        await _record(connection, who, "template", now.id, {"seq": seq, "template": found.name})
        return seq


async def retry(pool: Pool, who: Doer, conversation_id: str, seq: int) -> None:
    """Send a message of staff that failed once more, at the end of what waits.

    Raises:
        Refused: not_owner, stopped, window_closed, not_failed — it did not fail, or is not one of staff.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        await apply(connection, now, Replied(who.at, who.staff, now.epoch), who.actor, who.terms)
        _check_reachable(now, who)
        changed = await connection.fetchval(
            "UPDATE conversations.message SET status = 'queued', fail_reason = NULL, tries = 0, due_at = now() "
            "WHERE conversation_id = $1 AND seq = $2 AND author = 'staff' "
            "AND status IN ('failed', 'unknown', 'expired') RETURNING true",
            uuid.UUID(now.id),
            seq,
        )
        if not changed:
            raise Refused("not_failed")
        await connection.execute(  # wakes the pages
            "UPDATE conversations.conversation SET epoch = epoch WHERE id = $1", uuid.UUID(now.id)
        )
        await _record(connection, who, "retry", now.id, {"seq": seq})


async def note(pool: Pool, who: Doer, conversation_id: str, *, text: str, client_message_id: str) -> int:
    """Write something that only staff see; return its seq."""
    async with locked(pool, who, conversation_id) as (connection, now):
        if seq := await _said(connection, now, client_message_id):
            return seq
        return await _note(connection, now, who, text, client_message_id)


async def seen(pool: Pool, who: Doer, conversation_id: str, seq: int) -> None:
    """Note how far the owner has read: after a return, the bot answers what came later."""
    await pool.execute(
        "UPDATE conversations.conversation SET staff_seen_seq = least(last_seq, $3) "
        "WHERE id = $1 AND owner_id = $2 AND state = 'staff' AND staff_seen_seq < least(last_seq, $3)",
        uuid.UUID(conversation_id), uuid.UUID(who.staff.id), seq,
    )  # fmt: skip


async def give_back(
    pool: Pool, who: Doer, conversation_id: str, *, slots: list[str], summary: str, seen_seq: int
) -> Conversation:
    """Return the conversation to the bot, which then knows the named *slots* and answers what came after *seen_seq*."""
    async with locked(pool, who, conversation_id) as (connection, now):
        chosen = {name: now.slots[name] for name in slots if name in now.slots}
        await connection.execute(
            # A fresh session of the bot: of what the desk showed it knows what staff chose.
            "UPDATE conversations.conversation SET carry = $2, slots = $5, summary = $3, session = session + 1, "
            "session_events = 0, active_form = NULL, "
            "staff_seen_seq = greatest(staff_seen_seq, least(last_seq, $4)) WHERE id = $1",
            uuid.UUID(now.id),
            carried(now.carry, now.slots, slots, now.language),
            summary,
            seen_seq,
            chosen,
        )
        after = await apply(connection, now, ReturnedToBot(who.at, who.staff), who.actor)
        await _tell(connection, after, "back_to_bot", name=now.ownership.owner_name or who.staff.name)
        return after


async def close(pool: Pool, who: Doer, conversation_id: str, disposition: str, *, seen_seq: int) -> Conversation:
    """End the conversation, saying what came of it.

    Raises:
        Refused: stale — the patient wrote after *seen_seq*, the last message on the screen.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        if now.last_patient_seq > seen_seq:
            raise Refused("stale", now.ownership.owner_name or "")
        after = await apply(connection, now, Resolved(who.at, who.staff, disposition), who.actor)
        await _tell(connection, after, "closed")
        if who.asks_feedback and now.state is State.STAFF:
            await feedback.ask(connection, after, now.ownership.owner_id or who.staff.id, who.at)
        return after


async def merge(pool: Pool, who: Doer, conversation_id: str) -> None:
    """Make one of two conversations: always refused, for two senders of one name may be two people."""
    async with locked(pool, who, conversation_id) as (connection, now):
        await apply(connection, now, MergeAsked(who.at, who.staff), who.actor)


async def set_priority(pool: Pool, who: Doer, conversation_id: str, priority: int, reason: str) -> Conversation:
    """Change how urgent it is."""
    async with locked(pool, who, conversation_id) as (connection, now):
        return await apply(connection, now, PriorityChanged(who.at, who.staff, priority, reason), who.actor)


@contextlib.asynccontextmanager
async def locked(pool: Pool, who: Doer, conversation_id: str) -> AsyncIterator[tuple[Connection, Conversation]]:
    """Hold a conversation that the person may see, until the transaction ends.

    Raises:
        Refused: unknown — not there, or not for them.
    """
    async with pool.acquire() as connection, connection.transaction():
        now = await lock(connection, conversation_id)
        if not who.scope.covers(now.ownership.queue, now.ownership.owner_id, now.id):
            raise Refused("unknown")
        yield connection, now


async def _joined(connection: Connection, before: Conversation, after: Conversation) -> Conversation:
    if after.epoch != before.epoch:
        await _tell(connection, after, "staff_joined", name=after.ownership.owner_name)
    return after


async def _left(connection: Connection, before: Conversation, after: Conversation) -> Conversation:
    await _tell(connection, after, "staff_left", name=before.ownership.owner_name)
    return after


async def _tell(connection: Connection, conversation: Conversation, key: str, **values: object) -> None:
    text = wording(key, conversation.language, **values)
    await say(connection, conversation, Outbound(text), author="system")


async def _candidate(connection: Connection, who: Doer, staff_id: str) -> Staff:
    found = await store_routing.candidate(connection, staff_id, who.at)
    if found is None:
        raise Refused("nobody")
    return found


async def _reply(connection: Connection, now: Conversation, who: Doer, text: str, client_message_id: str) -> int:
    seq = await say(
        connection, now, Outbound(text), author="staff", author_id=who.staff.id, author_name=who.staff.name,
        client_message_id=client_message_id,
    )  # fmt: skip
    await _record(connection, who, "reply", now.id, {"seq": seq})
    return seq


async def _note(connection: Connection, now: Conversation, who: Doer, text: str, client_message_id: str | None) -> int:
    seq = await say(
        connection, now, Outbound(text), author="note", status="kept", author_id=who.staff.id,
        author_name=who.staff.name, client_message_id=client_message_id,
    )  # fmt: skip
    await _record(connection, who, "note", now.id, {"seq": seq})
    return seq


def _check_reachable(now: Conversation, who: Doer) -> None:
    """Refuse what would not reach the patient where they read.

    Raises:
        Refused: stopped — they want no more messages there; window_closed — the platform takes none now.
    """
    if now.shows_at_once:
        return
    if now.stopped_at is not None:
        raise Refused("stopped")
    ends = staff_window(now)
    if ends is not None and ends <= who.at and now.channel not in who.templated:
        raise Refused("window_closed")


async def _said(connection: Connection, now: Conversation, client_message_id: str) -> int | None:
    seq: int | None = await connection.fetchval(
        "SELECT seq FROM conversations.message WHERE conversation_id = $1 AND client_message_id = $2",
        uuid.UUID(now.id),
        client_message_id,
    )
    return seq


async def _record(connection: Connection, who: Doer, what: str, conversation_id: str, after: dict[str, object]) -> None:
    await audit.record(connection, who.actor, f"conversation.{what}", f"conversation:{conversation_id}", after=after)
