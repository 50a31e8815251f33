"""What the action server does beside answering: it loads the library before anyone asks, and forgets old counts."""

import asyncio
import logging
from datetime import datetime, timezone

import asyncpg

from actions.base import wording
from frontdoor.database import embedded, pool
from frontdoor.education.article import LANGUAGES
from frontdoor.education.ready import ready
from frontdoor.education.store import EducationStore
from frontdoor.settings import Settings

FORGET_EVERY_SECONDS = 24 * 60 * 60
FORGET_AGAIN_SECONDS = 10 * 60  # after the database was away

log = logging.getLogger(__name__)


def start(settings: Settings) -> list[asyncio.Task[None]]:
    """Begin both on the running loop; give what is returned to `stop`."""
    return [asyncio.create_task(warm(settings)), asyncio.create_task(forget_daily(settings))]


async def stop(tasks: list[asyncio.Task[None]]) -> None:
    """End them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def warm(settings: Settings) -> None:
    """Load what the first answer needs, in a thread: library, encoder, vectors, sentences, one search a language."""
    try:
        await asyncio.to_thread(_load, settings)
    except Exception as error:
        log.error("the library is not ready: %s", type(error).__name__)


def _load(settings: Settings) -> None:
    education, today = ready(settings), datetime.now(timezone.utc).date()
    for language in LANGUAGES:
        education.answers[language].to("fever", today)
    wording()
    log.info("the library is ready: %d articles", len(education.library.articles))


async def forget_daily(settings: Settings) -> None:
    """Delete education's counts past their retention, now and every day, until cancelled."""
    while True:
        await asyncio.sleep(FORGET_EVERY_SECONDS if await _forget(settings) else FORGET_AGAIN_SECONDS)


async def _forget(settings: Settings) -> bool:
    address = settings.database_url or embedded.url(embedded.directory(settings.data_dir))
    try:
        connected = await pool.connect(address, least=0, most=1)
        try:
            await EducationStore(connected).forget(datetime.now(timezone.utc).date())
        finally:
            await connected.close()
    except (OSError, asyncpg.PostgresError) as error:
        log.warning("education's old counts were not deleted: %s", type(error).__name__)
        return False
    return True
