"""What a patient who waits is told of their place: how many come first, how long it may take."""

from datetime import datetime

from frontdoor.conversations import store_ownership, store_waiting
from frontdoor.conversations.model import Conversation
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection


async def place_text(connection: Connection, now: Conversation, at: datetime) -> str:
    """Return "You are number 3 in line; it may take about 20 minutes." The conversation waits."""
    place = await store_ownership.position(connection, now)
    minutes = await store_waiting.minutes_to_go(connection, now.ownership.queue, place, at)
    key = ("waiting_next" if place == 1 else "waiting_place") + ("_about" if minutes else "")
    return wording(key, now.language, position=place, minutes=minutes)
