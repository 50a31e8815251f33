"""A desk with the real scheduling service behind it, and the demo clinic's openings in that."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timezone

from frontdoor import clinic
from frontdoor.scheduling import seed, store
from frontdoor.scheduling.service import create_app
from frontdoor.settings import ROOT, Settings
from tests.desk.house import House, open_house
from tests.gateway.serving import Served


@contextlib.asynccontextmanager
async def open_clinic(settings: Settings) -> AsyncIterator[House]:
    """Run both until the end of the block."""
    with Served(create_app(settings)) as served:
        reached = replace(settings, scheduling_url=f"{served.url}/fhir/R4", scheduling_port=served.port)
        async with open_house(reached) as house:
            now = datetime.now(timezone.utc)
            await store.seed(house.pool, seed.read(clinic.load(ROOT / "clinic.yml")), now)
            await store.regenerate(house.pool, now)
            yield house
