"""Sessions by their token, each remembered for a few seconds: a page asks several times for every message.

What is stored is asked again where it matters: nothing is written to, or shown of, a conversation that was erased.
"""

import time
from collections import OrderedDict
from datetime import datetime

from frontdoor.gateway.store import Session, WebStore, digest

KNOWN_SECONDS = 5.0
MOST = 10_000


class Sessions:
    """Looks sessions up in *web*."""

    def __init__(self, web: WebStore) -> None:
        self.web = web
        self._known: OrderedDict[bytes, tuple[float, Session]] = OrderedDict()  # until when; the newest last

    async def of(self, token: str, now: datetime) -> Session | None:
        """Return the session of *token*, if there is one that has not expired."""
        key = digest(token)
        until, session = self._known.get(key, (0.0, None))
        if session is not None and until > time.monotonic() and session.expires_at > now:
            return session
        self._known.pop(key, None)
        session = await self.web.session(key, now)
        if session is not None:
            self._known[key] = time.monotonic() + KNOWN_SECONDS, session
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return session

    def forget(self, conversation_id: str) -> None:
        """Ask again for the sessions of this conversation."""
        for key in [key for key, (_, one) in self._known.items() if one.conversation_id == conversation_id]:
            del self._known[key]
