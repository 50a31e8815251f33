"""How was it? One question after staff closed a conversation, and room for one line.

The answer changes nothing about who may speak: a closed conversation stays closed.
"""

from datetime import datetime

from frontdoor.assistant.protocol import Press
from frontdoor.conversations import store_callbacks, store_feedback
from frontdoor.conversations.choices import RATE, SCORES, comment_button, score_buttons
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import State
from frontdoor.conversations.store import say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection

AWAITED = "feedback"
NOT_AFTER = frozenset({"spam", "emergency"})  # dispositions after which it would be out of place


async def ask(connection: Connection, closed: Conversation, staff_id: str, at: datetime) -> None:
    """Ask the patient of a conversation that was closed just now, where they can be reached and it fits."""
    if not _is_reached(closed, at) or closed.ownership.disposition in NOT_AFTER:
        return
    asked = await store_feedback.ask(connection, closed, staff_id, at)
    text = wording("csat_ask", closed.language)
    await say(connection, closed, Outbound(text, score_buttons(asked)), author="system")


async def pressed(connection: Connection, now: Conversation, press: Press, at: datetime) -> None:
    """Take a score, or the wish to say why."""
    asked = str(press.entities.get("asked"))
    if press.intent == RATE:
        score = press.entities.get("score")
        if score in SCORES and await store_feedback.rate(connection, now, asked, score, at):
            said = Outbound(wording("csat_thanks", now.language), comment_button(now.language, asked))
            await say(connection, now, said, author="system")
    elif now.state is State.CLOSED:
        await store_callbacks.await_next(connection, now.id, AWAITED, at)
        await say(connection, now, Outbound(wording("csat_comment_ask", now.language)), author="system")


async def typed(connection: Connection, now: Conversation, seq: int) -> bool:
    """Take the message *seq* as the line that was asked for; False: the conversation has gone on."""
    if now.state is not State.CLOSED or not await store_feedback.comment(connection, now, seq):
        return False
    await store_callbacks.await_next(connection, now.id, None, None)
    await say(connection, now, Outbound(wording("csat_noted", now.language)), author="system")
    return True


def _is_reached(now: Conversation, at: datetime) -> bool:
    """Tell whether free text reaches the patient now."""
    if now.shows_at_once:
        return True
    return now.stopped_at is None and (now.writable_until is None or now.writable_until > at)
