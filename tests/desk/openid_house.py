"""A desk that lets people in through an OpenID provider: a real one, oidc-provider, in a process of its own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from frontdoor.settings import Settings, load
from tests.desk import provider as outside
from tests.desk.house import House, open_house
from tests.desk.provider import Provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider for all tests here; each says who there is. It gives groups in the userinfo only."""
    with outside.running() as running:
        yield running


@pytest_asyncio.fixture
async def house(settings: Settings, provider: Provider, request: Any) -> AsyncIterator[House]:
    """A desk that knows the provider; a test's own settings come as the fixture's parameter."""
    changes = getattr(request, "param", {})
    async with open_house(
        load({**settings.values, **provider.settings, **changes}, dotenv=None), provider.desk_port
    ) as made:
        yield made


async def come_in(
    house: House, name: str, http: aiohttp.ClientSession | None = None
) -> tuple[aiohttp.ClientSession, int]:
    """Sign in as *name* at the provider; return the browser and the status of the last page."""
    http = http or await wanderer(house)
    status, where, page = await outside.sign_in(http, f"{house.base}/login/oidc", name)
    assert where.startswith(house.base), where
    if status == 200:
        assert 'http-equiv="refresh" content="0; url=/login"' in page
    return http, status


async def wanderer(house: House) -> aiohttp.ClientSession:
    """Return a browser with no session, which goes from address to address."""
    jar = aiohttp.CookieJar(unsafe=True)
    return await house.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))


async def me(house: House, http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get(f"{house.base}/desk/state") as response:
        answer = await response.json()
        return answer["me"] if response.status == 200 else {"status": response.status}
