"""What staff do with a conversation; what they say in it is in store_saying.py.

Each function is one transaction: lock, step (states.py), tell the patient where it fits, record.

Every one raises `Refused` where the state does not allow it (`unknown` also for what the person may not see), and then
nothing was written. The audit row is part of the transaction.
"""

import uuid

from frontdoor.booking.carry import carried
from frontdoor.conversations import feedback, store_routing
from frontdoor.conversations.doer import Doer, locked
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
from frontdoor.conversations.states import Refused, State
from frontdoor.conversations.store import say
from frontdoor.conversations.store_ownership import apply
from frontdoor.conversations.store_saying import check_reachable, said_before, write_note, write_reply
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection, Pool


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
        if text and not await said_before(connection, now, client_message_id):
            after = await apply(connection, after, Replied(who.at, who.staff, after.epoch), who.actor, who.terms)
            check_reachable(now, who)
            await write_reply(connection, after, who, text, client_message_id)
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
        await write_note(connection, now, who, note, None)
        after = await apply(connection, now, what, who.actor, who.terms)
        return await _joined(connection, now, after) if to else await _left(connection, now, after)


async def release(pool: Pool, who: Doer, conversation_id: str) -> Conversation:
    """Put the conversation back at its place in the queue."""
    async with locked(pool, who, conversation_id) as (connection, now):
        after = await apply(connection, now, Released(who.at, who.staff), who.actor)
        return await _left(connection, now, after)


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
