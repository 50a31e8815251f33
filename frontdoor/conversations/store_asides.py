"""What a patient agreed to or not, as the bot heard it."""

import uuid

from frontdoor.database.pool import Connection


async def consent(connection: Connection, conversation_id: str, kind: str, detail: str) -> None:
    """Note a consent, with its time."""
    await connection.execute(
        "INSERT INTO conversations.consent (conversation_id, kind, source, detail) VALUES ($1, $2, 'bot', $3)",
        uuid.UUID(conversation_id), kind, detail,
    )  # fmt: skip


async def stop(connection: Connection, conversation_id: str, *, takes_effect: bool) -> None:
    """Note that the patient wants no more messages; where it *takes_effect*, none are sent from now on."""
    await consent(connection, conversation_id, "stop", "")
    if takes_effect:
        await connection.execute(
            "UPDATE conversations.conversation SET stopped_at = now(), stopped_by = 'bot' WHERE id = $1",
            uuid.UUID(conversation_id),
        )
