"""The stream of a page, read event by event."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from tests.desk.house import Browser

PATIENCE_SECONDS = 30.0


class Stream:
    """An open stream of events."""

    def __init__(self, response: Any) -> None:
        self.response = response

    async def next(self, *names: str, within: float = PATIENCE_SECONDS) -> tuple[str, Any, str]:
        """Return (name, data, id) of the next event with one of these names; ("closed", None, "") at the end."""

        async def read() -> tuple[str, Any, str]:
            event: dict[str, str] = {}
            async for line in self.response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif event.get("event") in names:
                    return event["event"], json.loads(event["data"]), event.get("id", "")
                else:
                    event = {}
            return "closed", None, ""

        return await asyncio.wait_for(read(), within)


@contextlib.asynccontextmanager
async def stream(person: Browser, after: str = "0", **headers: str) -> AsyncIterator[Stream]:
    """Open the stream as the page does."""
    async with person.http.get(f"{person.base}/desk/events?after={after}", headers=headers) as response:
        assert response.status == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)
