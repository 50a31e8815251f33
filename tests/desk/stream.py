"""The stream of a page, opened as the page does it."""

import contextlib
from collections.abc import AsyncIterator

from tests.desk.house import Browser
from tests.streams import AsyncStream


@contextlib.asynccontextmanager
async def stream(person: Browser, after: str = "0", **headers: str) -> AsyncIterator[AsyncStream]:
    """Open the stream as the page does."""
    async with person.http.get(f"{person.base}/desk/events?after={after}", headers=headers) as response:
        assert response.status == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield AsyncStream(response)
