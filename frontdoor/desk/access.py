"""Who of the staff may do what. One rule for lists, reading, streams, search and actions. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.scope import Scope
from frontdoor.privacy.audit import Actor

CARE = frozenset({
    "account", "desk", "read", "claim", "takeover", "reply", "note", "seen", "release", "transfer", "return", "close",
    "heartbeat", "priority", "reveal", "search", "visits", "break_glass", "callbacks",
})  # fmt: skip
LEAD = CARE | {"assign", "saved", "board", "close_waiting", "review"}
MAY: dict[str, frozenset[str]] = {
    "staff": CARE,
    "supervisor": LEAD,
    "admin": LEAD | {"people", "audit", "outside"},
    "auditor": frozenset({"account", "audit", "review"}),  # sees who read what, and reads no conversation
}
ROLES = tuple(MAY)


@dataclass(frozen=True)
class Me:
    """A person who is signed in, and the session they are in. Instants are aware UTC."""

    id: str
    name: str
    login: str
    role: str
    queues: tuple[str, ...]
    language: str
    version: int
    session_id: str
    csrf: str
    pending: bool
    idle_at: datetime  # when the session ends unless they do something
    idle: timedelta  # how long it lasts without that
    ends_at: datetime  # when it ends in any case
    proved_at: datetime  # when they last showed who they are
    method: str = "password"  # or oidc: how they came in
    address: str = ""
    second_factor: bool = False
    has_password: bool = True
    linked: bool = False  # to a person of the OpenID provider
    granted: tuple[tuple[str, datetime], ...] = ()  # conversations by break-glass, and until when

    def may(self, action: str) -> bool:
        """Tell whether the role allows *action*."""
        return not self.pending and action in MAY[self.role]

    @property
    def scope(self) -> Scope:
        """The conversations that this person may see."""
        if not self.may("read"):
            return Scope(self.id, ())
        return Scope(self.id, self.queues or None, frozenset(conversation for conversation, _ in self.granted))

    @property
    def proves_by(self) -> str:
        """How this person shows who they are: code, password or oidc."""
        if self.method == "oidc":
            return "oidc"
        return "code" if self.second_factor else "password"

    @property
    def staff(self) -> Staff:
        """This person, as the states of a conversation know them."""
        return Staff(self.id, self.name, supervisor=self.role in ("supervisor", "admin"))

    @property
    def actor(self) -> Actor:
        """This person, as the audit log knows them."""
        return Actor(self.id, self.name, self.session_id, self.address)
