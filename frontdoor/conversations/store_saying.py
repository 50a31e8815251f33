"""What staff say to a patient or to each other. Each function is one transaction, as in store_desk.py.

Every one raises `Refused` where the state does not allow it, and then nothing was written.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from frontdoor.channels import store_templates
from frontdoor.channels.contract import Filled
from frontdoor.conversations.doer import Doer, locked
from frontdoor.conversations.happenings import Replied
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import Refused
from frontdoor.conversations.store import say
from frontdoor.conversations.store_ownership import apply
from frontdoor.conversations.windows import staff_window
from frontdoor.database.pool import Connection, Pool
from frontdoor.privacy import audit


async def reply(pool: Pool, who: Doer, conversation_id: str, *, text: str, epoch: int, client_message_id: str) -> int:
    """Say *text* to the patient; return its seq. The same *client_message_id* again is the same message.

    Raises:
        Refused: not_owner, stale, window_closed, stopped.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        if seq := await said_before(connection, now, client_message_id):
            return seq
        after = await apply(connection, now, Replied(who.at, who.staff, epoch), who.actor, who.terms)
        check_reachable(now, who)
        return await write_reply(connection, after, who, text, client_message_id)


async def say_template(
    pool: Pool, who: Doer, conversation_id: str, template: str, values: Mapping[str, str], epoch: int, again: str
) -> int:
    """Say an approved form of words, which the platform takes at any time; return its seq. *again*: as in `reply`.

    Raises:
        Refused: not_owner, stale, stopped; no_template — there is none of this id, or it has other places.
    """
    async with locked(pool, who, conversation_id) as (connection, now):
        if seq := await said_before(connection, now, again):
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
        check_reachable(now, who)
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
        if seq := await said_before(connection, now, client_message_id):
            return seq
        return await write_note(connection, now, who, text, client_message_id)


async def said_before(connection: Connection, now: Conversation, client_message_id: str) -> int | None:
    """Return the seq of the message that came with this *client_message_id*, if one did."""
    seq: int | None = await connection.fetchval(
        "SELECT seq FROM conversations.message WHERE conversation_id = $1 AND client_message_id = $2",
        uuid.UUID(now.id),
        client_message_id,
    )
    return seq


async def write_reply(connection: Connection, now: Conversation, who: Doer, text: str, client_message_id: str) -> int:
    """Store what *who* says to the patient, with its audit row; return its seq."""
    seq = await say(
        connection, now, Outbound(text), author="staff", author_id=who.staff.id, author_name=who.staff.name,
        client_message_id=client_message_id,
    )  # fmt: skip
    await _record(connection, who, "reply", now.id, {"seq": seq})
    return seq


async def write_note(
    connection: Connection, now: Conversation, who: Doer, text: str, client_message_id: str | None
) -> int:
    """Store what only staff see, with its audit row; return its seq."""
    seq = await say(
        connection, now, Outbound(text), author="note", status="kept", author_id=who.staff.id,
        author_name=who.staff.name, client_message_id=client_message_id,
    )  # fmt: skip
    await _record(connection, who, "note", now.id, {"seq": seq})
    return seq


def check_reachable(now: Conversation, who: Doer) -> None:
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


async def _record(connection: Connection, who: Doer, what: str, conversation_id: str, after: dict[str, object]) -> None:
    await audit.record(connection, who.actor, f"conversation.{what}", f"conversation:{conversation_id}", after=after)
