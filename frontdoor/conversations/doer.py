"""Who of the staff acts, and the conversation that they act on."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.scope import Scope
from frontdoor.conversations.states import USUAL, Refused, Terms
from frontdoor.conversations.store_ownership import lock
from frontdoor.database.pool import Connection, Pool
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
