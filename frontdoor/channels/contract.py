"""What a platform is to us: three pure functions over requests and answers, and its limits.

    parse(request) -> list[Event]        what people did, out of one signed webhook
    render(message, to) -> list[Call]    what to ask the platform for, to show one message
    judge(call, answer) -> Outcome       what the platform's answer means

The edges that touch the network are shared: gateway/webhooks.py receives, channels/send.py calls.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from frontdoor.settings import Settings

Kind: TypeAlias = Literal[
    "message",  # a person wrote, or sent a picture, a place, a contact
    "press",  # a person pressed a button of ours: *payload* is its id
    "start",  # a person opened the conversation, perhaps from a link with a *ref*
    "delivery",  # one of our messages is *status* sent, delivered, read or failed
    "echo",  # a person of the clinic wrote in the platform's own inbox
    "standby",  # the platform gave the conversation to somebody else
    "handed_back",  # and back to us
    "stop",  # the person blocked us, or opted out
    "resume",  # and wants us again
    "unsend",  # the person took *platform_id* back: its text goes
    "edit",  # the person changed *platform_id* to *text*
    "identity",  # the person's address changed: *text* is the new one
    "ignored",  # nothing to do, *reason* says why
]
ErrorClass: TypeAlias = Literal["retry", "window", "stopped", "token", "config", "content", "unknown"]


@dataclass(frozen=True)
class Media:
    """Something that is no text: image, audio, video, document, sticker, location, contact."""

    kind: str
    id: str = ""  # the platform's, to fetch it by
    url: str = ""
    mime: str = ""
    detail: str = ""  # "40.7,-74.0", a file's name


@dataclass(frozen=True)
class Event:
    """One thing out of a webhook. *id* is unique within (channel, account); *address* is the person's, on it."""

    kind: Kind
    id: str = ""
    address: str = ""
    text: str = ""
    payload: str = ""
    ref: str = ""
    name: str = ""  # how the person calls themselves
    media: tuple[Media, ...] = ()
    at: datetime | None = None
    platform_id: str = ""  # of the message that a delivery, an edit, an unsend is about; or of this one
    status: str = ""
    error_code: str = ""
    error: str = ""  # its class, where it is known
    reply_token: str = ""  # LINE: answers for free for about a minute
    callback_id: str = ""  # Telegram: must be answered, or the button spins
    reason: str = ""
    also: tuple[str, ...] = ()  # other addresses of the same person
    by_ad: bool = False  # they came by an advertisement, from which some platforms let us write for longer


@dataclass(frozen=True)
class WebRequest:
    """One webhook request. *headers* have lower-case names; *url* is the public address, as the platform signed it."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to say to a webhook."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class Malformed(ValueError):
    """A signed body that is not what the platform sends; the message holds nothing of it."""


class Window(Exception):
    """The platform allows no such message to this person now; nothing was called."""


@dataclass(frozen=True)
class Recipient:
    """To whom and in what circumstances a message goes out."""

    address: str
    language: str = "en"
    reply_token: str = ""
    last_platform_id: str = ""  # of the person's newest message, for read marks
    written_by_staff: bool = False
    window_open: bool = True  # free text is allowed now
    staff_window_open: bool = True  # the same, for what staff write themselves
    retry_key: str = ""  # the message's own id: the same at every try


@dataclass(frozen=True)
class Choice:
    """A button as offered: its opaque *payload*, or a *url* to open."""

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True)
class Template:
    """A form of words that the platform has approved. *body* has its *variables* as {{name}}."""

    id: str
    name: str
    language: str
    category: str
    body: str
    variables: tuple[str, ...] = ()

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the words with *values* in their places."""
        return re.sub(r"\{\{(\w+)\}\}", lambda place: values.get(place[1], place[0]), self.body)


@dataclass(frozen=True)
class Filled:
    """A template as it is said: which one, and what stands in its places, in order."""

    id: str
    name: str
    language: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Letter:
    """One message to a person, before it is cut to the platform's measure."""

    text: str
    choices: Sequence[Choice] = ()
    file_url: str = ""
    file_name: str = ""
    template: Filled | None = None  # these very words, by their name on the platform


@dataclass(frozen=True)
class Upload:
    """A file of ours that goes out with a call, in the form's *field*; it is read at *url* just before."""

    field: str
    url: str
    name: str
    mime: str


@dataclass(frozen=True)
class Call:
    """One HTTP request to a platform. *json* or *form* is its body. *safe*: the same call twice is one message."""

    url: str
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    safe: bool = False
    counts: bool = True  # False: a nicety (typing, read mark) whose failure changes nothing
    upload: Upload | None = None
    instead: "Call | None" = None  # what is called where the file cannot be read


@dataclass(frozen=True)
class Reply:
    """The platform's answer to a call. *body* is its JSON, or {} where there is none."""

    status: int
    body: Mapping[str, Any]
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class Sent:
    """The platform took it."""

    platform_id: str = ""


@dataclass(frozen=True)
class Failed:
    """The platform did not. *code* is the platform's number, never its text."""

    error: ErrorClass
    code: str
    after_seconds: float | None = None
    everyone: bool = False  # the platform has had enough of us, not of this person: the whole channel waits
    most_tries: int | None = None  # after which it is given up earlier than usual


Outcome: TypeAlias = Sent | Failed


@dataclass(frozen=True)
class Limits:
    """A platform's measures."""

    text_most: int
    unit: Literal["characters", "bytes", "utf16"] = "characters"
    window_hours: int | None = None  # how long after a person's message free text may be sent
    staff_window_hours: int | None = None  # the same, for what staff write themselves
    ad_window_hours: int | None = None  # how long after they came by an advertisement
    per_second: float = 20.0  # calls in all
    person_seconds: float = 0.0  # between two calls to one person; as many as *person_burst* may go at once
    person_burst: int = 1
    buttons_most: int = 0
    title_most_chars: int = 20
    window_only_for: str = ""  # the windows hold only for addresses that begin so

    def window_for(self, address: str) -> int | None:
        """Return for how many hours after a message of *address* free text may be sent; None: always."""
        return self.window_hours if address.startswith(self.window_only_for) else None


class Channel(Protocol):
    """A platform. Every method is pure."""

    name: str
    account: str  # which page, number or bot of ours
    limits: Limits
    secrets: tuple[str, ...]  # never in any log

    def handshake(self, request: WebRequest) -> Answer | None:
        """Answer the platform's question whether this address is ours; None: this is no such question."""

    def is_authentic(self, request: WebRequest) -> bool:
        """Tell whether the platform signed *request*: over the raw bytes, in constant time; missing is wrong."""

    def parse(self, request: WebRequest) -> list[Event]:
        """Return what is in an authentic request; one bad item never costs the others.

        Raises:
            Malformed: It is not what the platform sends.
        """

    def acknowledge(self) -> Answer:
        """Return what the platform wants to hear once all is stored."""

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*, in order, each within the platform's limits.

        Raises:
            Window: The platform allows no such message to this person now.
        """

    def typing(self, to: Recipient) -> list[Call]:
        """Return the calls that mark the person's message as read and show that an answer is coming."""

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Return what the platform's answer to *call* means, by its numbers alone."""


def is_configured(settings: Settings, names: Sequence[str]) -> bool:
    """Tell whether all of these settings are there."""
    return all(settings.text(name) for name in names)
