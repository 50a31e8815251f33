"""Forgets what is past its time, beside the gateway. Several at once do no harm."""

import asyncio
import logging
from datetime import timedelta

from frontdoor.database.pool import Pool
from frontdoor.privacy.store_retention import Retention
from frontdoor.settings import Settings

EVERY_SECONDS = 60 * 60

log = logging.getLogger(__name__)


async def watch(pool: Pool, settings: Settings) -> None:
    """Sweep now and every hour, until cancelled."""
    retention = Retention(pool, timedelta(days=settings.keep_days))
    while True:
        for what, count in (await retention.sweep()).items():
            log.info("forgotten: %d %s", count, what)
        await asyncio.sleep(EVERY_SECONDS)
