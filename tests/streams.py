"""Server-sent events as tests read them, by a deadline: heartbeats keep a stream open, whatever was lost."""

import asyncio
import json
import time
from typing import Any, NamedTuple

import aiohttp
import requests

DEADLINE_SECONDS = 30.0
CLOSED = "closed"  # the name of what comes after the last event, for who waits for it
TOLD_CHARS = 200  # of each event, where one is missing


class Event(NamedTuple):
    """One event. *data*: what its JSON says; *id*: empty when it has none."""

    name: str
    data: Any
    id: str


class Came:
    """What came of a stream so far."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.heartbeats = 0
        self._fields: dict[str, str] = {}

    def line(self, line: str) -> Event | None:
        """Take the next line; return the event that it ends."""
        if line.startswith(":"):
            self.heartbeats += 1
        elif line:
            name, _, value = line.partition(": ")
            self._fields[name] = value
        else:
            fields, self._fields = self._fields, {}
            if "data" in fields:
                name = fields.get("event", "message")
                self.events.append(Event(name, json.loads(fields["data"]), fields.get("id", "")))
                return self.events[-1]
        return None

    def end(self, names: tuple[str, ...]) -> Event:
        """Return the end as an event, if it is among *names*.

        Raises:
            AssertionError: It is not.
        """
        if CLOSED in names:
            return Event(CLOSED, None, "")
        raise AssertionError(f"the stream ended without {self._missing(names)}")

    def lost(self, names: tuple[str, ...], seconds: float) -> AssertionError:
        """Return the failure of one who waited *seconds* for any of *names*."""
        return AssertionError(f"the stream is open, and {seconds:g} s went by without {self._missing(names)}")

    def _missing(self, names: tuple[str, ...]) -> str:
        told = "".join(f"\n  {str(tuple(event))[:TOLD_CHARS]}" for event in self.events) or " nothing"
        return f"{' or '.join(names)}; {self.heartbeats} heartbeats and these events came:{told}"


class Stream:
    """An open stream, read with requests."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self.came = Came()
        self._lines = answer.iter_lines(chunk_size=1, decode_unicode=True)

    def next(self, *names: str, within: float = DEADLINE_SECONDS) -> Event:
        """Return the next event with one of these names, `message` unless told; others are passed over.

        Raises:
            AssertionError: It did not come in *within* seconds, or the stream ended.
        """
        names = names or ("message",)
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            self._wait_at_most(left)
            try:
                line = next(self._lines, None)
            except requests.ConnectionError as error:  # so it tells of a time that is up
                if "timed out" not in str(error):
                    raise
                break
            if line is None:
                return self.came.end(names)
            if (event := self.came.line(line)) and event.name in names:
                return event
        raise self.came.lost(names, within)

    def _wait_at_most(self, seconds: float) -> None:
        connection = self.answer.raw.connection
        if connection is not None:  # None after the last byte
            connection.sock.settimeout(seconds)


class AsyncStream:
    """An open stream, read with aiohttp."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.came = Came()

    async def next(self, *names: str, within: float = DEADLINE_SECONDS) -> Event:
        """Return the next event with one of these names; others are passed over.

        Raises:
            AssertionError: It did not come in *within* seconds, or the stream ended.
        """
        try:
            return await asyncio.wait_for(self._next(names), within)
        except asyncio.TimeoutError:
            raise self.came.lost(names, within) from None

    async def _next(self, names: tuple[str, ...]) -> Event:
        async for line in self.response.content:
            if (event := self.came.line(line.decode().rstrip("\n"))) and event.name in names:
                return event
        return self.came.end(names)
