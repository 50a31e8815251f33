"""A conversation core on a real database, with an assistant of a few lines that says what a test tells it to."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import pytest

from frontdoor import clinic
from frontdoor.assistant.client import AssistantDown
from frontdoor.assistant.protocol import Reply, Said, Turn
from frontdoor.conversations.asides import Asides
from frontdoor.conversations.dispatcher import Dispatcher
from frontdoor.conversations.intake import Intake
from frontdoor.conversations.model import Inbound, Receipt
from frontdoor.conversations.store import Store, instance_key
from frontdoor.conversations.waiting import Waiting
from frontdoor.database.pool import Pool, connect
from frontdoor.safety.screen import screen
from frontdoor.settings import ROOT, Settings

OPEN = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)  # a Monday morning in New York


def said(*texts: str, **changes: object) -> Reply:
    """Return a reply of the bot."""
    values: dict[str, object] = {
        "messages": tuple(Said(text) for text in texts), "handoff": None, "slots": {}, "events": 5,
        "active_form": None, "language": "en", "intent": {"name": "greet", "confidence": 1.0},
    }  # fmt: skip
    return Reply(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class FakeAssistant:
    """Answers by *answer*; while *down* it answers nothing; *gate* holds an answer back."""

    answer: Callable[[Turn], Reply] = lambda turn: said(f"answer to {turn.text}")
    down: bool = False
    gate: asyncio.Event | None = None
    turns: list[Turn] = field(default_factory=list)

    async def turn(self, turn: Turn) -> Reply:
        self.turns.append(turn)
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise AssistantDown("down")
        return self.answer(turn)

    async def wait_until_ready(self, seconds: float) -> bool:
        return not self.down


class Core:
    """What a gateway has, without HTTP."""

    def __init__(self, pool: Pool, instance: uuid.UUID | None = None) -> None:
        self.pool = pool
        self.time = OPEN
        self.store = Store(pool, instance or uuid.uuid4())
        self.assistant = FakeAssistant()
        facts = clinic.load(ROOT / "clinic.yml")
        waiting = Waiting(facts, "911", lambda: self.time)
        self.intake = Intake(self.store, screen, "US", "911", lambda: self.time, waiting)
        asides = Asides(
            "https://chat.example", {"clinic": facts.name, "phone": facts.phone, "emergency": "911"}, lambda: self.time
        )
        self.dispatcher = Dispatcher(self.store, self.assistant, facts, waiting, 100, lambda: self.time, asides)  # type: ignore[arg-type]

    def event(self, text: str, *, sender: str = "ana", event_id: str | None = None, **changes: object) -> Inbound:
        """Return a message as a channel would parse it."""
        return Inbound("web", "web", sender, event_id or uuid.uuid4().hex, text, phi="allow", **changes)  # type: ignore[arg-type]

    async def write(self, text: str, **changes: object) -> Receipt:
        """Let a patient write, and the bot answer; return once it has."""
        receipt = await self.intake.accept(self.event(text, **changes))  # type: ignore[arg-type]
        if receipt.turn is not None:
            self.dispatcher.start(receipt.turn)
        await self.dispatcher.stop(within_seconds=20)
        return receipt

    async def write_nowait(self, text: str, **changes: object) -> Receipt:
        """Let a patient write, without waiting for anybody."""
        receipt = await self.intake.accept(self.event(text, **changes))  # type: ignore[arg-type]
        if receipt.turn is not None:
            self.dispatcher.start(receipt.turn)
        return receipt

    async def press(self, seq_title: str, *, sender: str = "ana") -> Receipt:
        """Press the offered button with this title."""
        row = await self.pool.fetchrow(
            "SELECT b.* FROM conversations.button b JOIN conversations.conversation c ON c.id = b.conversation_id "
            "WHERE c.address = $1 AND b.title = $2 ORDER BY seq DESC LIMIT 1",
            sender,
            seq_title,
        )
        assert row is not None, f"no button {seq_title!r} was offered"
        press = await self.store.pressed(str(row["conversation_id"]), row["id"])
        return await self.write(seq_title, sender=sender, press=press)

    async def press_as(self, title: str, channel: str, sender: str) -> Receipt:
        """Press the offered button with this title on a platform."""
        conversation = str((await self.row(sender))["id"])
        payload = await self.pool.fetchval(
            "SELECT id FROM conversations.button WHERE conversation_id = $1::uuid AND title = $2 ORDER BY seq DESC",
            conversation, title,
        )  # fmt: skip
        press = await self.store.pressed(conversation, payload)
        event = replace(self.event(title, sender=sender, press=press), channel=channel, phi="link")
        return await self.intake.accept(event)

    async def texts(self, sender: str = "ana") -> list[tuple[str, str, str]]:
        """Return (author, text, status) of everything in the conversation, in order."""
        found = await self.pool.fetch(
            "SELECT m.author, m.text, m.status FROM conversations.message m JOIN conversations.conversation c "
            "ON c.id = m.conversation_id WHERE c.address = $1 ORDER BY m.seq",
            sender,
        )
        return [tuple(row) for row in found]

    async def row(self, sender: str = "ana") -> dict[str, object]:
        """Return the conversation's row."""
        return dict(await self.pool.fetchrow("SELECT * FROM conversations.conversation WHERE address = $1", sender))


@pytest.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    """A core that holds its instance's lock, as a gateway does."""
    assert settings.database_url is not None
    pool = await connect(settings.database_url, most=12)
    made = Core(pool)
    holder = await pool.acquire()
    await holder.execute("SELECT pg_advisory_lock($1)", instance_key(made.store.instance))
    yield made
    await made.dispatcher.stop(within_seconds=5)
    await pool.release(holder)
    await pool.close()
