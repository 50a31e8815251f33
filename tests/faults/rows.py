"""What is stored, looked at and changed from beside a process that may be dead."""

import asyncio
import uuid
from typing import Any

import asyncpg

from tests.channels.standing import PAUSE, RESUME


class Rows:
    """The database of a product, a connection a call."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.database_url)
            try:
                return list(await connection.fetch(statement, *values))
            finally:
                await connection.close()

        return asyncio.run(run())

    def said_by_staff(self, address: str, account: str, text: str) -> int:
        """Commit a reply of staff to somebody on Telegram; return its seq."""
        (row,) = self.sql(
            """
            WITH thread AS (
                INSERT INTO conversations.conversation AS c (id, channel, account, address, state, owner_id, last_seq)
                VALUES ($1, 'telegram', $2, $3, 'staff', $1, 1)
                ON CONFLICT (channel, account, address) DO UPDATE SET last_seq = c.last_seq + 1 RETURNING *
            )
            INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status, due_at)
            SELECT id, last_seq, $4, 'staff', epoch, $5, 'queued', now() FROM thread RETURNING seq
            """,
            uuid.uuid4(), account, address, uuid.uuid4(), text,
        )  # fmt: skip
        return int(row["seq"])

    def status(self, seq: int) -> str:
        """Return how far the message has come."""
        (row,) = self.sql("SELECT status FROM conversations.message WHERE seq = $1", seq)
        return str(row["status"])

    def pause(self, channel: str, account: str) -> None:
        """Let a channel rest."""
        self.sql(PAUSE, channel, account)

    def resume(self) -> None:
        """Let all channels go again."""
        self.sql(RESUME)
