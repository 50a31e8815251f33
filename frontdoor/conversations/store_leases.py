"""Leases: who is at the desk keeps what is theirs."""

import contextlib
import uuid
from datetime import datetime

from frontdoor.conversations.doer import Doer, locked
from frontdoor.conversations.happenings import Heartbeat
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.states import Refused
from frontdoor.conversations.store_ownership import apply
from frontdoor.database.pool import Pool

RENEW_BELOW = 0.6  # of a lease: renewing each time would wake every page


async def heartbeat(pool: Pool, who: Doer, conversation_id: str) -> Conversation:
    """Keep the conversation: its owner is there."""
    async with locked(pool, who, conversation_id) as (connection, now):
        return await apply(connection, now, Heartbeat(who.at, who.staff), who.actor, who.terms)


async def keep_all(pool: Pool, who: Doer) -> None:
    """Renew those of the person's leases that run out soon."""
    found = await pool.fetch(
        "SELECT id FROM conversations.conversation WHERE owner_id = $1 AND state = 'staff' "
        "AND lease_expires_at < CASE WHEN priority = 0 THEN $3::timestamptz ELSE $2::timestamptz END",
        uuid.UUID(who.staff.id),
        who.at + RENEW_BELOW * who.terms.lease,
        who.at + RENEW_BELOW * who.terms.emergency_lease,
    )
    for row in found:
        with contextlib.suppress(Refused):  # it was lost or given away meanwhile
            await heartbeat(pool, who, str(row["id"]))


async def shorten(pool: Pool, staff_id: str, *, left_at: datetime, until: datetime) -> None:
    """Let no lease of somebody whose last page closed at *left_at* run past *until*, unless they have one elsewhere."""
    await pool.execute(
        """
        UPDATE conversations.conversation SET lease_expires_at = $3
        WHERE owner_id = $1 AND state = 'staff' AND lease_expires_at > $3 AND NOT EXISTS (
            SELECT FROM desk.session d WHERE d.staff_id = $1 AND d.ended_at IS NULL AND d.streamed_at > $2)
        """,
        uuid.UUID(staff_id),
        left_at,
        until,
    )
