"""HTTP/1.1 to a server of ours on this machine, over connections that stay open.

A client for the whole web minds redirects, cookies, proxies and encodings with every call; none of that happens here.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 4.0  # a server of ours lets go of a connection that was idle for five
MOST_BYTES = 50_000_000  # of one answer: who sends more is none of ours


class LocalHttp:
    """A client of the server at *url* (`http://host:port`), which sends *headers* with every request."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or 80
        lines = {"host": address.netloc} | dict(headers)
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._idle: list[_Line] = []
        self._lines: set[_Line] = set()

    async def ask(self, method: str, path: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        """Return the status and the body of the answer.

        Raises:
            asyncio.TimeoutError: There was no whole answer within *seconds*.
            OSError: No connection, or it ended before the answer did; the server may have done what was asked.
            ValueError: The answer is no HTTP.
        """
        until = time.monotonic() + seconds
        line = self._free() or await self._connect(seconds)
        size = f"content-length: {len(body)}\r\n" if body is not None else ""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}{size}\r\n"
        try:
            answer = await line.ask(head.encode() + (body or b""), until - time.monotonic())
        except BaseException:
            line.end()  # whatever still comes on it is not for the next one
            raise
        if line.is_open:
            line.idle_since = time.monotonic()
            self._idle.append(line)
        return answer

    async def close(self) -> None:
        """End every connection; what waits for an answer gets OSError."""
        for line in list(self._lines):
            line.end()
        while self._lines:  # the loop tells each that it is over
            await asyncio.sleep(0)
        self._idle.clear()

    def _free(self) -> "_Line | None":
        while self._idle:
            line = self._idle.pop()
            if line.is_open and time.monotonic() - line.idle_since < IDLE_SECONDS:
                return line
            line.end()
        return None

    async def _connect(self, seconds: float) -> "_Line":
        connecting = asyncio.get_running_loop().create_connection(lambda: _Line(self._lines), self._host, self._port)
        _, line = await asyncio.wait_for(connecting, min(seconds, CONNECT_SECONDS))
        return line


class _Line(asyncio.Protocol):
    """One connection. Methods whose name begins with `on_` are what the parser calls."""

    def __init__(self, lines: "set[_Line]") -> None:
        self._lines = lines
        self._transport: asyncio.Transport
        self._parser = HttpResponseParser(self)
        self._body = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = False
        self.idle_since = 0.0  # monotonic

    async def ask(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        """Send one request and return the status and body of its answer."""
        if not self.is_open or self._transport.is_closing():  # since the last one, or as soon as it was made
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[int, bytes]] = loop.create_future()
        self._answer = answer
        late = loop.call_later(seconds, self._fail, asyncio.TimeoutError())
        try:
            self._transport.write(request)
            return await answer
        finally:
            late.cancel()
            self._answer = None

    def end(self) -> None:
        """Close at once."""
        self._fail(ConnectionAbortedError())
        if self.is_open:
            self.is_open = False
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport, self.is_open = cast(asyncio.Transport, transport), True  # uvloop's is none by its class
        self._lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        self.is_open = False
        self._lines.discard(self)
        self._fail(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        """Take a part of the answer; what nobody asked for ends the connection."""
        if self._answer is None:
            self.end()
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._fail(ValueError("no HTTP"))
        if len(self._body) > MOST_BYTES:
            self._fail(ValueError("too long an answer"))

    def on_body(self, part: bytes) -> None:
        """Keep a part of the body."""
        self._body += part

    def on_message_complete(self) -> None:
        """Give the whole answer to who waits."""
        self.is_open = self.is_open and self._parser.should_keep_alive()
        body, self._body = bytes(self._body), bytearray()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), body))
        if not self.is_open:
            self._transport.close()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
