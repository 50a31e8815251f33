"""A conversation and its messages, as the store gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontdoor.assistant.protocol import Press
from frontdoor.conversations.states import Ownership, State

WEB = "web"  # the channel that is ours: what is stored is delivered


@dataclass(frozen=True)
class Attachment:
    """A file, offered as a link."""

    url: str
    filename: str
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class Inbound:
    """One thing that a patient did, as a channel understood it and the screen saw it."""

    channel: str
    account: str
    address: str
    event_id: str  # unique within (channel, account)
    text: str
    press: Press | None = None
    attachment: Attachment | None = None
    display_name: str = ""
    language: str = "en"
    phi: str = "link"
    window_hours: int | None = None  # how long free text may be sent back; None: always
    level: str = "none"  # emergency, check, none
    category: str | None = None
    rule: str | None = None
    held: bool = False  # kept from the bot: the product itself answers
    via: str = "own"  # "web": a conversation of another channel, continued in the web chat
    reply_token: str = ""  # LINE's, good for one answer
    platform_id: str = ""  # of this message on its platform
    known: bool = False  # its conversation is there; where it was erased meanwhile, none is begun


@dataclass(frozen=True)
class Button:
    """A choice offered to the patient: *intent* (and entities) for the bot, or a *url* to open."""

    title: str
    intent: str = ""
    entities: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Outbound:
    """One message to the patient, before it has a number."""

    text: str
    buttons: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    language: str | None = None
    template: Mapping[str, Any] | None = None  # a platform's approved form of words: id, name, language, values


@dataclass(frozen=True)
class Message:
    """One message of a conversation. *buttons* are as offered: title with an opaque payload, or a url."""

    seq: int
    author: str  # patient, bot, staff, system, note
    author_name: str | None
    text: str
    buttons: list[dict[str, str]]
    attachment: dict[str, str] | None
    template: dict[str, Any] | None
    status: str
    level: str | None
    category: str | None
    rule: str | None
    language: str | None
    fail_reason: str | None
    at: datetime
    answers: int | None


@dataclass(frozen=True)
class Conversation:
    """A thread with one sender."""

    id: str
    channel: str
    account: str
    address: str
    display_name: str
    campaign: str | None
    language: str
    language_locked: bool
    phi: str
    via: str
    stopped_at: datetime | None
    ownership: Ownership
    last_seq: int
    last_patient_seq: int
    bot_cursor: int
    staff_seen_seq: int
    check_seq: int | None
    check_turns: int
    awaits: str | None
    awaits_at: datetime | None
    callback_at: datetime | None
    session: int
    session_events: int
    active_form: str | None
    slots: dict[str, Any]
    carry: dict[str, Any]
    summary: str
    turn_seq: int | None
    turn_tries: int
    created_at: datetime
    updated_at: datetime
    last_patient_at: datetime | None
    window_expires_at: datetime | None
    ad_window_ends_at: datetime | None

    @property
    def writable_until(self) -> datetime | None:
        """When the platform stops taking free text; None: never."""
        if self.window_expires_at is None:
            return None
        return max(self.window_expires_at, self.ad_window_ends_at or self.window_expires_at)

    @property
    def shows_at_once(self) -> bool:
        """Tell whether the patient reads in our own web chat: what is stored is delivered."""
        return self.channel == WEB or self.via == WEB

    @property
    def state(self) -> State:
        """Who may speak."""
        return self.ownership.state

    @property
    def epoch(self) -> int:
        """The fencing token of the present owner."""
        return self.ownership.epoch


@dataclass(frozen=True)
class Turn:
    """One patient message that this process may hand to the bot."""

    conversation: Conversation
    seq: int
    message_id: str
    text: str
    press: Press | None
    screened: bool = False  # as it is; a text that waited may have been edited since


@dataclass(frozen=True)
class Receipt:
    """What became of an inbound: *fresh* is False for a repetition; *turn* is there when the bot is to answer now."""

    conversation: Conversation
    seq: int | None
    fresh: bool
    turn: Turn | None
