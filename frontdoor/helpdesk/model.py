"""Other programs: what they may do, what they are told. Pure."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.scope import Scope
from frontdoor.privacy.audit import Actor

SCOPES = ("conversations:read", "messages:read", "conversations:write")
CONVERSATIONS = ("conversation.opened", "conversation.message", "conversation.closed", "conversation.changed")
EVENTS = (*CONVERSATIONS, "break_glass.used")
TOKEN_DAYS_MOST = 3_650
TOKEN_PREFIX = "fd_"  # noqa: S105 - so that a token in a wrong place is recognised


@dataclass(frozen=True)
class Caller:
    """A program with a token. *queues* empty: every queue."""

    id: str
    name: str
    scopes: frozenset[str]
    queues: tuple[str, ...]
    created_at: datetime
    created_by: str = ""
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    address: str = ""

    def may(self, scope: str) -> bool:
        """Tell whether the token has *scope*."""
        return scope in self.scopes

    @property
    def scope(self) -> Scope:
        """The conversations that this program may see."""
        return Scope(self.id, self.queues or None)

    @property
    def actor(self) -> Actor:
        """This program, as the audit log knows it."""
        return Actor(f"api:{self.id}", self.name, self.id, self.address)

    def person(self, agent_id: str, agent_name: str) -> tuple[Staff, Actor, Scope]:
        """Return a person of that program who acts: one id for each, so that the log tells them apart."""
        staff_id = str(uuid.uuid5(uuid.UUID(self.id), agent_id))
        actor = Actor(staff_id, f"{agent_name} via {self.name}", self.id, self.address)
        return Staff(staff_id, agent_name), actor, Scope(staff_id, self.queues or None)


@dataclass(frozen=True)
class Webhook:
    """Somebody who is told. *secret* is sealed."""

    id: str
    kind: str
    url: str
    secret: str
    events: tuple[str, ...]
    queues: tuple[str, ...]
    with_text: bool
    created_at: datetime
    created_by: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Delivery:
    """One thing to be told to one of them; afterwards the log of it."""

    id: int
    webhook_id: str
    event: str
    conversation_id: str
    seq: int | None
    at: datetime
    tries: int
    status: str
    answer: str
    done_at: datetime | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Twin:
    """A conversation of ours and its twin in Chatwoot."""

    conversation_id: str
    contact_id: int
    source_id: str
    chatwoot_id: int
    told_seq: int
    agent_id: str | None
    agent_name: str | None
    agent_at: datetime | None
