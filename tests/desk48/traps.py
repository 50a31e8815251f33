"""A conversation core whose bot is the real Rasa, a member of staff, and a look into Rasa's tracker."""

from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from frontdoor.conversations import store_desk
from frontdoor.conversations.doer import Doer
from frontdoor.conversations.happenings import Staff
from frontdoor.conversations.scope import Scope
from frontdoor.privacy.audit import Actor
from tests.assistant.servers import Running
from tests.conversations_core.conftest import Core

ANA = Staff("7c9e6679-7425-40de-944b-e07fc1f90ae7", "Ana")
PATIENCE_SECONDS = 20.0


@dataclass
class Traps:
    """What the traps are set with."""

    core: Core
    running: Running

    @property
    def who(self) -> Doer:
        """Ana, now."""
        return Doer(ANA, Actor(ANA.id, ANA.name), Scope(ANA.id, None), self.core.time)

    async def id(self) -> str:
        """Return the conversation's id."""
        return str((await self.core.row())["id"])

    async def take(self) -> None:
        """Let Ana take it from the bot."""
        await store_desk.take_over(self.core.pool, self.who, await self.id())

    async def give_back(self, *slots: str, seen: int | None = None) -> None:
        """Let Ana return it, having seen up to *seen* (None: everything); Rasa is told."""
        seen_seq = int(str((await self.core.row())["last_seq"])) if seen is None else seen
        await store_desk.give_back(
            self.core.pool, self.who, await self.id(), slots=list(slots), summary="", seen_seq=seen_seq
        )
        await self.work()

    async def work(self) -> None:
        """Let the dispatcher finish what is there to do."""
        await self.core.dispatcher.sweep()
        await self.core.dispatcher.stop(within_seconds=PATIENCE_SECONDS)

    async def bot_said(self, *statuses: str) -> list[str]:
        """Return the bot's texts with one of these statuses: `sent` the patient has."""
        return [text for author, text, status in await self.core.texts() if author == "bot" and status in statuses]

    async def tracker(self) -> tuple[int, list[str]]:
        """Return how many events Rasa has of this conversation, in all its sessions, and which slots they set."""
        found = await self.rasa(
            "SELECT data::jsonb->>'event' AS event, data::jsonb->>'name' AS name FROM rasa.event "
            "WHERE sender_id LIKE $1 || '.%' ORDER BY sender_id, seq",
            await self.id(),
        )
        return len(found), [row["name"] for row in found if row["event"] == "slot"]

    async def age(self, minutes: int) -> None:
        """Let all that Rasa remembers of it have happened *minutes* earlier, and the gateway's clock move on."""
        self.core.time += timedelta(minutes=minutes)
        await self.rasa(
            "UPDATE rasa.event SET data = jsonb_set(data::jsonb, '{timestamp}', "
            "to_jsonb((data::jsonb->>'timestamp')::float - $2::int * 60))::json WHERE sender_id LIKE $1 || '.%'",
            await self.id(), minutes,
        )  # fmt: skip

    async def rasa(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement where Rasa keeps its trackers."""
        connection = await asyncpg.connect(self.running.database_url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()
