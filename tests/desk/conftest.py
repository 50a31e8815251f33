"""The desk that these tests talk to."""

from collections.abc import AsyncIterator

import pytest_asyncio

from frontdoor.settings import Settings
from tests.desk.house import House, open_house


@pytest_asyncio.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """A real desk on a free port over a fresh database."""
    async with open_house(settings) as house:
        yield house
