"""Rasa's own Messenger channel, but for what it would send: there is no Messenger here, so answers cost it nothing."""

from typing import Any

import fbmessenger
from rasa.core.channels.facebook import FacebookInput


class QuietFacebook(FacebookInput):
    """FacebookInput whose calls to Facebook, which block its loop one by one, are left out in its favour."""


def _send(self: Any, *args: Any, **kwargs: Any) -> None:
    return None


for _name in ("send", "send_action", "get_user_data"):
    setattr(fbmessenger.MessengerClient, _name, _send)
