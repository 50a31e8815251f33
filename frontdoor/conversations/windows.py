"""How long staff may still write free text on a platform. Pure."""

from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module

from frontdoor.channels.contract import Limits
from frontdoor.channels.registry import CHANNELS
from frontdoor.conversations.model import Conversation


def staff_window(conversation: Conversation) -> datetime | None:
    """Return when the platform stops taking what staff write; None: never, as where the patient reads in the web chat.

    Longer than for the bot where the platform says so (Messenger and Instagram: seven days), and for whoever came by
    an advertisement.
    """
    ends = conversation.window_expires_at
    if ends is None or conversation.shows_at_once:
        return None
    return max(ends + _longer(conversation.channel), conversation.ad_window_ends_at or ends)


@lru_cache(maxsize=len(CHANNELS))
def _longer(channel: str) -> timedelta:
    if channel not in CHANNELS:
        return timedelta()
    module, _, name = CHANNELS[channel].partition(":")
    limits: Limits = getattr(import_module(module), name).limits
    return timedelta(hours=max(0, (limits.staff_window_hours or 0) - (limits.window_hours or 0)))
