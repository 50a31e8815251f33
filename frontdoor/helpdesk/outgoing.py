"""Tells others what happened: signed webhooks, at least once, in the order of each conversation, with back-off.

Every desk process may run this: a delivery is taken by one of them (store_deliveries.take). What is in the log of it is
a status code or the kind of error, never what was sent or answered.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import orjson

from frontdoor.database.pool import DATABASE_ERRORS, Pool
from frontdoor.helpdesk import payloads, store, store_deliveries
from frontdoor.helpdesk.model import Delivery, Webhook
from frontdoor.helpdesk.twins import Twins
from frontdoor.sealing import Seal, Unsealable

TICK_SECONDS = 1.0
TIMEOUT = aiohttp.ClientTimeout(total=10)
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600, 43_200))
FORGET_EVERY = timedelta(hours=1)
USER_AGENT = "FrontDoor/1"

log = logging.getLogger(__name__)


class Failed(Exception):
    """The other side did not take it. *answer* is a status code or the kind of error."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass
class Teller:
    """Tells what waits. *twins*: the way to Chatwoot, where there is one."""

    pool: Pool
    http: aiohttp.ClientSession
    seal: Seal
    desk_url: str
    now: Callable[[], datetime]
    twins: Twins | None = None
    _forgot_at: datetime | None = None

    async def watch(self) -> None:
        """Tick until cancelled."""
        while True:
            try:
                busy = await self.tick()
            except DATABASE_ERRORS as error:
                log.warning("telling others failed: %s", type(error).__name__)
                busy = False
            if not busy:
                await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> bool:
        """Tell what is due; return whether there was anything."""
        at = self.now()
        if self.twins:
            await self.twins.keep(at)
        if self._forgot_at is None or at - self._forgot_at > FORGET_EVERY:
            await store_deliveries.forget(self.pool, at)
            self._forgot_at = at
        taken = await store_deliveries.take(self.pool, at)
        await asyncio.gather(*(self._tell(one, webhook) for one, webhook in taken))
        return bool(taken)

    async def _tell(self, one: Delivery, webhook: Webhook) -> None:
        try:
            answer = await (self._twin(one) if webhook.kind == "chatwoot" else self._post(one, webhook))
        except Failed as failure:
            await self._later(one, failure.answer)
        except asyncio.TimeoutError:
            await self._later(one, "timeout")
        except aiohttp.ClientResponseError as error:
            await self._later(one, str(error.status))
        except (aiohttp.ClientError, OSError):
            await self._later(one, "unreachable")
        except Unsealable:
            await self._later(one, "secret_key")
        else:
            await store_deliveries.done(self.pool, one, answer, self.now())

    async def _later(self, one: Delivery, answer: str) -> None:
        last = one.tries > len(BACK_OFF)
        await store_deliveries.again(self.pool, one, answer, None if last else self.now() + BACK_OFF[one.tries - 1])
        if last:
            log.error("delivery %s was given up after %s tries", one.id, one.tries)

    async def _twin(self, one: Delivery) -> str:
        if self.twins is None:
            raise Failed("off")
        return await self.twins.tell(one)

    async def _post(self, one: Delivery, webhook: Webhook) -> str:
        """Post the signed body; return the status it was answered with."""
        found = await store_deliveries.content(self.pool, one)
        if found is None:
            return "erased"
        body = orjson.dumps(payloads.event(one, *found, with_text=webhook.with_text, desk_url=self.desk_url))
        secret = self.seal.open(webhook.secret, store.about(webhook.id))
        headers = {
            "content-type": "application/json", "user-agent": USER_AGENT, "x-frontdoor-event": one.event,
            "x-frontdoor-delivery": str(one.id),
            "x-frontdoor-signature": signature(secret, body, int(self.now().timestamp())),
        }  # fmt: skip
        async with self.http.post(
            webhook.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300:
                raise Failed(str(response.status))
            return str(response.status)


def signature(secret: str, body: bytes, seconds: int) -> str:
    """Return the header that proves where *body* comes from, and when (Unix *seconds*): `t=…,v1=…`.

    v1 is the HMAC-SHA256, as hex, of the seconds, a dot and the body.
    """
    made = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={made}"
