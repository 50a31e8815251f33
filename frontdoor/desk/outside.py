"""The part of the desk that tells other programs: webhooks and Chatwoot. Started and stopped with the app."""

import asyncio
import contextlib
from urllib.parse import urlsplit

import aiohttp

from frontdoor.desk.context import Context
from frontdoor.desk.openid import LOOPBACK
from frontdoor.helpdesk import chatwoot, store
from frontdoor.helpdesk.chatwoot import Client
from frontdoor.helpdesk.outgoing import Teller
from frontdoor.helpdesk.twins import Twins

URL_MOST_CHARS = 500


class Outside:
    """Runs beside the requests."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._office = chatwoot.from_settings(context.settings)

    async def start(self) -> None:
        """Begin to tell."""
        context, office = self.context, self._office
        await store.keep_chatwoot(
            context.pool, office.base if office else "", office.queues if office else (), context.clock()
        )
        self._http = aiohttp.ClientSession()
        twins = Twins(context.pool, Client(office, self._http), context.settings) if office else None
        self.teller = Teller(context.pool, self._http, context.seal, context.settings.desk_url, context.clock, twins)
        self._task = asyncio.create_task(self.teller.watch())

    async def stop(self) -> None:
        """Stop; what waits is told after the next start."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._http.close()


def is_address(url: str) -> bool:
    """Tell whether we may post there: over TLS, or to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or len(url) > URL_MOST_CHARS or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
