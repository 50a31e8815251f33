"""What only some platforms can: have buttons that wait, approve words, be asked about themselves, end their tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from frontdoor.channels.contract import Call, Failed, Reply, Template


@runtime_checkable
class Pressable(Protocol):
    """A platform whose buttons wait to hear that they were pressed; also pure."""

    def answer_press(self, callback_id: str) -> Call:
        """Return the call that ends the waiting."""


@runtime_checkable
class Templated(Protocol):
    """A platform that has approved forms of words, for when it takes nothing else; also pure."""

    def templates(self) -> Call | None:
        """Return the call that asks for them; None: they cannot be asked for."""

    def read_templates(self, body: Mapping[str, Any]) -> list[Template] | None:
        """Return what is approved and can be said, of the answer's *body*; None: it is no such answer."""


class Operated(Protocol):
    """A platform that can be asked about itself; also pure."""

    def check(self) -> Call:
        """Return a call that only a good token can make."""

    def register(self, webhook_url: str) -> list[Call]:
        """Return the calls that make the platform send its webhooks to *webhook_url*; none: done in its console."""


@runtime_checkable
class Stepwise(Protocol):
    """A platform where the next call to register a webhook hangs on the answer to the last; also pure."""

    def register_next(self, call: Call, reply: Reply, webhook_url: str) -> list[Call]:
        """Return what follows the answer to *call*, none when that was all."""


@dataclass(frozen=True)
class Tokens:
    """What lets us in; *refresh* gets the next ones, where there is such a thing."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    lasts_seconds: float | None = None  # None: nobody said


@runtime_checkable
class Renewing(Protocol):
    """A platform whose tokens end and can be renewed before. `use` alone changes something."""

    given: Tokens  # by the settings
    secrets: tuple[str, ...]
    renews_after_seconds: float  # how old a token of unknown end must be before it is renewed

    def renewal(self, tokens: Tokens) -> Call | None:
        """Return the call that renews *tokens*; None: these cannot be."""

    def read_renewal(self, tokens: Tokens, reply: Reply) -> Tokens | Failed:
        """Return the new tokens out of the platform's answer."""

    def use(self, tokens: Tokens) -> None:
        """Call with *tokens* from now on."""
