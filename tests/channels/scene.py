"""A gateway with one channel on, its platform, and a bot that echoes: where the contract is played."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from frontdoor.conversations.outbox import Bucket
from frontdoor.settings import load
from tests.channels.case import Case
from tests.channels.platform import Heard, Platform, standing
from tests.channels.standing import PAUSE, RESUME
from tests.gateway.serving import Bot, House, echo, running, until

FAST = 10_000.0  # calls a second: the throttle has its own test


@dataclass
class Scene:
    """One channel, from both sides."""

    case: Case
    house: House
    platform: Platform
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def person(self) -> str:
        """Return somebody who was not here before."""
        return self.case.person(next(self.numbers))

    def id(self) -> str:
        """Return a fresh event id."""
        return self.case.event_id(next(self.numbers))

    def post(
        self, body: bytes, headers: dict[str, str] | None = None, content_type: str | None = None
    ) -> requests.Response:
        """Send a webhook; *headers* in place of the right signature."""
        signed = self.case.sign(body, self.case.url) if headers is None else headers
        own = {"Content-Type": content_type or self.case.content_type, **signed}
        return requests.post(f"{self.house.url}/webhooks/{self.case.name}", data=body, headers=own, timeout=20)

    def deliver(self, content: Any) -> None:
        """Send a signed webhook that is taken; return once the worker has it."""
        answer = self.post(self.case.encode(content))
        assert answer.status_code in (200, 204), answer.status_code
        self.wait_drained()

    def wait_drained(self) -> None:
        """Wait until nothing is left of what was delivered."""
        until(lambda: not self.house.sql("SELECT 1 FROM conversations.inbox LIMIT 1"))

    def says(self, address: str, text: str) -> None:
        """Have *address* write *text*."""
        self.deliver(self.case.text(address, text, self.id()))

    def shown_to(self, address: str) -> list[str]:
        """Return the texts that the platform was asked to show to *address*."""
        calls = [shown for heard in list(self.platform.heard) for shown in self.case.shown(heard)]
        return [text for to, text in calls if to == address]

    def wait_shown(self, address: str, text: str) -> str:
        """Return the first message to *address* with *text* in it, once the platform has it."""
        found: str = until(lambda: next((shown for shown in self.shown_to(address) if text in shown), None))
        return found

    def calls_to(self, address: str) -> list[Heard]:
        """Return the calls that show something to *address*."""
        return [heard for heard in list(self.platform.heard) if address in dict(self.case.shown(heard))]

    def messages(self, address: str) -> list[Any]:
        """Return what is stored of the conversation with *address*, in order."""
        return self.house.sql(
            "SELECT m.* FROM conversations.message m JOIN conversations.conversation c ON c.id = m.conversation_id "
            "WHERE c.address = $1 ORDER BY m.seq",
            address,
        )

    def conversation(self, address: str) -> Any:
        """Return the stored conversation with *address*, or None."""
        found = self.house.sql("SELECT * FROM conversations.conversation WHERE address = $1", address)
        return found[0] if found else None

    def wait_status(self, address: str, status: str, author: str = "bot") -> Any:
        """Return the last message of *author* once it has *status*."""

        def look() -> Any:
            found = [message for message in self.messages(address) if message["author"] == author]
            return found[-1] if found and found[-1]["status"] == status else None

        return until(look)

    def turns(self, address: str) -> list[str]:
        """Return what the bot was told by *address*."""
        conversation = self.conversation(address)
        return [
            t["text"]
            for t in list(self.house.bot.turns)
            if conversation and t["conversation"] == str(conversation["id"])
        ]

    def counts(self) -> list[int]:
        """Return how much is stored, of everything a webhook may add to."""
        tables = ("received", "conversation", "message", "consent", "transition")
        return [self.house.sql(f"SELECT count(*) FROM conversations.{table}")[0][0] for table in tables]

    def pause(self) -> None:
        """Let the channel rest, also one that nothing has happened on yet."""
        self.house.sql(PAUSE, self.case.name, self.house.worker.channels[self.case.name].account)

    def resume(self) -> None:
        """Let a paused channel go again."""
        self.house.sql(RESUME)


@contextmanager
def playing(case: Case, database_url: str, directory: Path, **values: str) -> Iterator[Scene]:
    """Run a gateway on *database_url* with the channel of *case* on."""
    with standing(Platform(case.usual, scripted=lambda heard: bool(case.shown(heard)))) as platform:
        own = {"DATABASE_URL": database_url, "FRONTDOOR_DATA_DIR": str(directory)}
        settings = load(own | case.values(platform.url) | values, dotenv=None)
        with running(settings, Bot(echo)) as house:
            house.worker.sender.buckets[case.name] = Bucket(FAST)
            yield Scene(case, house, platform)
