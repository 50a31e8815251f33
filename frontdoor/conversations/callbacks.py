"""Being called back: out of hours a patient may leave a number and a time instead of waiting in the chat.

Where nothing personal may be said on a platform, no number is asked for: staff write there at the time they name.
"""

import re
from datetime import datetime

from frontdoor.assistant.protocol import Press
from frontdoor.conversations import store_callbacks
from frontdoor.conversations.choices import CALLBACK, TIMES, time_buttons
from frontdoor.conversations.model import Conversation, Outbound
from frontdoor.conversations.states import State
from frontdoor.conversations.store import say
from frontdoor.conversations.wording import wording
from frontdoor.database.pool import Connection

BY_NUMBER = frozenset({"whatsapp", "twilio"})  # channels whose addresses are telephone numbers
PHONE, WHEN = "callback_phone", "callback_when"
LEAST_DIGITS, MOST_DIGITS, WANTED_MOST_CHARS = 7, 15, 200


async def pressed(connection: Connection, now: Conversation, press: Press, at: datetime) -> None:
    """Take "call me back", or a time that was offered."""
    if now.state is not State.WAITING:
        return
    if press.intent == CALLBACK:
        await _begin(connection, now, at)
    elif (wanted := str(press.entities.get("when"))) in TIMES:
        await _keep(connection, now, wanted)


async def typed(connection: Connection, now: Conversation, text: str, at: datetime) -> bool:
    """Take a line as the number or the time that was asked for; False: it is neither."""
    if now.state is not State.WAITING:
        return False
    if now.awaits == PHONE:
        number = number_in(text)
        if number is None:
            return False
        await store_callbacks.told_phone(connection, now, number, at)
        await _ask_when(connection, now)
        return True
    await _keep(connection, now, text.strip()[:WANTED_MOST_CHARS])
    return True


def number_in(text: str) -> str | None:
    """Return the telephone number in *text*, digits with a plus where there was one; None: there is none."""
    for found in re.finditer(r"\+?[\d\s().\-/]{7,}", text):
        digits = re.sub(r"\D", "", found[0])
        if LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
            return ("+" if found[0].strip().startswith("+") else "") + digits
    return None


async def _begin(connection: Connection, now: Conversation, at: datetime) -> None:
    number = _known_number(now)
    if number is None and not _may_ask(now):
        await store_callbacks.begin(connection, now, how="here", phone="", awaits=WHEN, at=at)
        await _ask_when(connection, now)
    elif number is not None:
        await store_callbacks.begin(connection, now, how="phone", phone=number, awaits=WHEN, at=at)
        await _ask_when(connection, now)
    else:
        await store_callbacks.begin(connection, now, how="phone", phone="", awaits=PHONE, at=at)
        await _say(connection, now, Outbound(wording("callback_ask_phone", now.language)))


async def _ask_when(connection: Connection, now: Conversation) -> None:
    text = wording("callback_ask_when", now.language)
    await _say(connection, now, Outbound(text, time_buttons(now.language)))


async def _keep(connection: Connection, now: Conversation, wanted: str) -> None:
    if await store_callbacks.told_when(connection, now, wanted):
        await _say(connection, now, Outbound(wording("callback_noted", now.language)))


async def _say(connection: Connection, now: Conversation, said: Outbound) -> None:
    await say(connection, now, said, author="system")


def _may_ask(now: Conversation) -> bool:
    return now.shows_at_once or now.phi == "allow"


def _known_number(now: Conversation) -> str | None:
    """Return the number that the patient writes from, or told while booking."""
    if now.channel in BY_NUMBER:
        return number_in(now.address)
    contact = str(now.slots.get("contact") or "")
    return None if "@" in contact else number_in(contact)
