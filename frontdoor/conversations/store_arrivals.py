"""What platforms report besides messages: who is heard elsewhere, who stopped, what was taken back."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from frontdoor.conversations import rows
from frontdoor.conversations.model import Conversation
from frontdoor.database.pool import Connection, Pool

OFFERED_FOR = timedelta(hours=24)  # typed numbers answer the newest buttons, within this time


class Arrivals:
    """The only SQL of platform reports."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def find(self, channel: str, account: str, address: str) -> Conversation | None:
        """Return the conversation with this sender, if there is one."""
        row = await self.pool.fetchrow(
            "SELECT * FROM conversations.conversation WHERE channel = $1 AND account = $2 AND address = $3",
            channel, account, address,
        )  # fmt: skip
        return rows.conversation(row) if row else None

    async def once(self, connection: Connection, channel: str, account: str, event_id: str, kind: str) -> bool:
        """Tell whether this event is new, and remember it."""
        if not event_id:
            return True
        return bool(
            await connection.fetchval(
                "INSERT INTO conversations.received (channel, account, event_id, kind) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT DO NOTHING RETURNING true",
                channel, account, event_id, kind,
            )
        )  # fmt: skip

    async def begin(
        self, connection: Connection, channel: str, account: str, address: str, *, language: str, phi: str, name: str
    ) -> Conversation:
        """Return the conversation with this sender, begun if need be, its row locked."""
        row = await connection.fetchrow(
            """
            INSERT INTO conversations.conversation AS c (id, channel, account, address, language, phi, display_name)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (channel, account, address) DO UPDATE SET last_seq = c.last_seq RETURNING *
            """,
            uuid.uuid4(), channel, account, address, language, phi, name,
        )  # fmt: skip
        return rows.conversation(row)

    async def set_campaign(self, connection: Connection, conversation_id: str, campaign: str) -> None:
        """Keep where the person came from; the first time counts."""
        await connection.execute(
            "UPDATE conversations.conversation SET campaign = coalesce(campaign, $2) WHERE id = $1",
            uuid.UUID(conversation_id),
            campaign,
        )

    async def open_ad_window(self, connection: Connection, conversation_id: str, until: datetime) -> None:
        """Keep until when the platform lets us write to somebody who came by an advertisement."""
        await connection.execute(
            "UPDATE conversations.conversation SET ad_window_ends_at = greatest(ad_window_ends_at, $2) WHERE id = $1",
            uuid.UUID(conversation_id), until,
        )  # fmt: skip

    async def offered(self, channel: str, account: str, address: str) -> list[tuple[str, str]]:
        """Return (title, id) of the buttons under our newest message, if it was shown lately."""
        found = await self.pool.fetchval(
            """
            SELECT m.buttons FROM conversations.message m JOIN conversations.conversation c ON c.id = m.conversation_id
            WHERE c.channel = $1 AND c.account = $2 AND c.address = $3 AND m.author IN ('bot', 'system', 'staff')
              AND m.via = 'own'
              AND m.status IN ('sending', 'sent', 'delivered', 'read', 'unknown')
              AND m.created_at > now() - $4::interval
            ORDER BY m.seq DESC LIMIT 1
            """,
            channel, account, address, OFFERED_FOR,
        )  # fmt: skip
        return [(item["title"], item["payload"]) for item in found or () if "payload" in item]

    async def consent(self, connection: Connection, conversation_id: str, kind: str, source: str) -> None:
        """Note STOP, START or HELP with its time; STOP and START take effect."""
        identifier = uuid.UUID(conversation_id)
        await connection.execute(
            "INSERT INTO conversations.consent (conversation_id, kind, source) VALUES ($1, $2, $3)",
            identifier, kind, source,
        )  # fmt: skip
        if kind in ("stop", "start"):
            await connection.execute(
                "UPDATE conversations.conversation SET stopped_at = CASE WHEN $2 THEN now() END, "
                "stopped_by = CASE WHEN $2 THEN $3 END WHERE id = $1",
                identifier, kind == "stop", source,
            )  # fmt: skip

    async def unsend(self, channel: str, account: str, platform_id: str) -> None:
        """Take back a person's message: its text and what hung on it go, also from what the bot remembers."""
        await self.pool.execute(
            """
            WITH taken AS (
                SELECT m.conversation_id, m.seq, m.id, c.session FROM conversations.message m
                JOIN conversations.conversation c ON c.id = m.conversation_id
                WHERE c.channel = $1 AND c.account = $2 AND m.author = 'patient' AND m.platform_ids @> ARRAY[$3]
            ), thread AS (
                UPDATE conversations.conversation c SET session_events = 0  -- the bot reads its memory anew
                FROM taken WHERE c.id = taken.conversation_id
                RETURNING c.id
            ), forgotten AS (
                UPDATE rasa.event e SET data = (e.data::jsonb || '{"text": ""}' || jsonb_build_object(
                    'parse_data', coalesce(e.data::jsonb->'parse_data', '{}') || '{"text": "", "entities": []}'))::json
                FROM taken, generate_series(1, taken.session) AS number
                WHERE e.sender_id = taken.conversation_id || '.' || number AND e.data->>'message_id' = taken.id::text
            )
            UPDATE conversations.message m SET text = '', attachment = NULL, press = NULL, status = 'kept',
                                               fail_reason = 'unsent'
            FROM taken, thread WHERE m.conversation_id = taken.conversation_id AND m.seq = taken.seq
            """,
            channel, account, platform_id,
        )  # fmt: skip

    async def edit(self, channel: str, account: str, platform_id: str, text: str) -> str | None:
        """Change a person's message to what it says now; return its conversation, or None if it is not known."""
        found = await self.pool.fetchval(
            """
            UPDATE conversations.message m SET text = $4 FROM conversations.conversation c
            WHERE c.id = m.conversation_id AND c.channel = $1 AND c.account = $2 AND m.author = 'patient'
              AND m.platform_ids @> ARRAY[$3] RETURNING c.id
            """,
            channel, account, platform_id, text,
        )  # fmt: skip
        return str(found) if found else None

    async def known_as(self, channel: str, account: str, address: str, also: Sequence[str]) -> None:
        """Note other addresses of a person; a conversation begun under one of them goes on under *address*."""
        for alias in also:
            new = await self.pool.fetchval(
                """
                INSERT INTO channels.alias AS a (channel, account, alias, address) VALUES ($1, $2, $3, $4)
                ON CONFLICT (channel, account, alias) DO UPDATE SET address = $4 WHERE a.address <> $4 RETURNING true
                """,
                channel, account, alias, address,
            )  # fmt: skip
            if new:
                await self.pool.execute(
                    """
                    UPDATE conversations.conversation SET address = $4
                    WHERE channel = $1 AND account = $2 AND address = $3 AND NOT EXISTS (
                        SELECT FROM conversations.conversation WHERE channel = $1 AND account = $2 AND address = $4)
                    """,
                    channel, account, alias, address,
                )  # fmt: skip

    async def resolve(self, channel: str, account: str, address: str) -> str:
        """Return the address under which a person's conversation is kept."""
        found = await self.pool.fetchval(
            "SELECT address FROM channels.alias WHERE channel = $1 AND account = $2 AND alias = $3",
            channel, account, address,
        )  # fmt: skip
        return str(found) if found else address

    async def readdress(self, connection: Connection, channel: str, account: str, old: str, new: str) -> str | None:
        """A person's address changed: go on under the new one, but know nothing of who it is any more.

        Return the conversation, None where there is none of the old address. What the bot had yet to say stays unsaid.
        """
        await connection.execute(
            "DELETE FROM channels.alias WHERE channel = $1 AND account = $2 AND address = $3", channel, account, old
        )
        found = await connection.fetchval(
            """
            WITH known AS (
                UPDATE conversations.conversation SET address = $4, session = session + 1, session_events = 0,
                    active_form = NULL, slots = '{}', carry = '{}', via = 'own'
                WHERE channel = $1 AND account = $2 AND address = $3 AND NOT EXISTS (
                    SELECT FROM conversations.conversation WHERE channel = $1 AND account = $2 AND address = $4)
                RETURNING id
            ), sessions AS (
                DELETE FROM conversations.web_session USING known WHERE conversation_id = known.id
            ), links AS (
                DELETE FROM conversations.link USING known WHERE conversation_id = known.id
            ), unsaid AS (
                UPDATE conversations.message m SET status = 'suppressed' FROM known
                WHERE m.conversation_id = known.id AND m.status = 'queued' AND m.author = 'bot'
            )
            SELECT id FROM known
            """,
            channel, account, old, new,
        )  # fmt: skip
        return str(found) if found else None

    async def said_lately(self, connection: Connection, conversation_id: str, text: str, within: timedelta) -> bool:
        """Tell whether the product said just this a moment ago."""
        return bool(
            await connection.fetchval(
                "SELECT EXISTS (SELECT FROM conversations.message WHERE conversation_id = $1 AND author = 'system' "
                "AND text = $2 AND created_at > now() - $3::interval)",
                uuid.UUID(conversation_id), text, within,
            )
        )  # fmt: skip
