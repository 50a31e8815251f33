"""What the shared contract must know of a platform to play it; each channel has one, in case.py."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from frontdoor.channels import registry
from frontdoor.channels.contract import Call, Channel, Event, Letter, Recipient, WebRequest
from frontdoor.settings import load
from tests.channels.platform import Heard, Says

PUBLIC_URL = "https://chat.example.test"  # what the platform signs; not where the test's gateway listens
API_BASE = "https://api.example.test"  # of pure tests; nothing ever calls it


@dataclass(frozen=True)
class Trouble:
    """A way in which the platform refuses a message, and what becomes of the message.

    `again`: it goes out at the next try. `sent`: no trouble at all. `paused`: it stays, and the channel rests.
    `expired`: the window is closed. `stopped`: the person is not reached any more. `failed`: this message never goes.
    `unknown`: nobody can tell.
    """

    name: str
    says: Says
    becomes: Literal["again", "sent", "paused", "expired", "stopped", "failed", "unknown"]


class Case:
    """One platform, played. Everything without a default must be given."""

    name: ClassVar[str]
    folder: ClassVar[Path]  # tests/channels/<name>: cases/inbound.json and cases/outbound.json are there
    settings: ClassVar[Mapping[str, str]]  # that turn the channel on; <NAME>_API_BASE is set by the contract
    content_type: ClassVar[str] = "application/json"
    idempotent: ClassVar[bool] = False  # a message sent twice under one key is one: a time-out is tried again
    rate_limited: ClassVar[Says]  # "too many", to be tried again after exactly one second
    troubles: ClassVar[Sequence[Trouble]]

    def person(self, number: int) -> str:
        """Return the address of somebody."""
        raise NotImplementedError

    def event_id(self, number: int) -> str:
        """Return the id of an event, as the platform numbers them."""
        return f"{number}"

    def text(self, address: str, text: str, id_: str) -> Any:
        """Return a webhook in which *address* writes *text*."""
        raise NotImplementedError

    def batch(self, items: Sequence[tuple[str, str, str]]) -> Any | None:
        """Return one webhook with several (address, text, id); None where the platform sends one at a time."""
        return None

    def with_a_bad_item(self, before: tuple[str, str, str], after: tuple[str, str, str]) -> Any | None:
        """Return a batch with an item between two good ones that makes no sense; None where there are no batches."""
        return None

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any | None:
        """Return a press of the button *title*, as shown in what the platform heard; None where it has no buttons."""
        return None

    def echo(self, address: str, text: str, id_: str) -> Any | None:
        """Return the report that somebody answered *address* in the platform's inbox; None where there is none."""
        return None

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        """Return the headers that prove who sent *body* to *url*."""
        raise NotImplementedError

    def usual(self, heard: Heard) -> Says:
        """Answer a well-made call."""
        raise NotImplementedError

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        """Return (address, text) of every message that a call shows; nothing for typing marks and the like."""
        raise NotImplementedError

    def encode(self, content: Any) -> bytes:
        """Return *content*, a webhook as the tables hold it, as a body."""
        return json.dumps(content, ensure_ascii=False).encode()

    @property
    def url(self) -> str:
        """The webhook's public address."""
        return f"{PUBLIC_URL}/webhooks/{self.name}"

    def values(self, base: str = API_BASE) -> dict[str, str]:
        """Return all settings of this channel, calling *base*."""
        own = {f"{self.name.upper()}_API_BASE": base, "FRONTDOOR_PUBLIC_URL": PUBLIC_URL}
        return own | {"FRONTDOOR_INTERNAL_TOKEN": "x" * 32} | dict(self.settings)

    def channel(self, base: str = API_BASE) -> Channel:
        """Return the channel, ready for pure tests."""
        return registry.make(self.name, load(self.values(base), dotenv=None))

    def request(self, body: bytes, content_type: str | None = None) -> WebRequest:
        """Return a signed request with *body*."""
        headers = {"content-type": content_type or self.content_type} | self.sign(body, self.url)
        return WebRequest("POST", self.url, {}, {name.lower(): value for name, value in headers.items()}, body)

    def read(self, content: Any) -> list[Event]:
        """Parse *content*."""
        return self.channel().parse(self.request(self.encode(content)))

    def draw(self, letter: Letter, to: Recipient) -> list[Call]:
        """Render *letter*."""
        return self.channel().render(letter, to)


def as_heard(call: Call) -> Heard:
    """Return *call* as its platform would hear it."""
    parts = urlsplit(call.url)
    body = call.json if call.json is not None else dict(call.form or {})
    return Heard(call.method, parts.path, {k.lower(): v for k, v in call.headers.items()}, body)
