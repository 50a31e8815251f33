"""The client between our own processes: one answer to one request, whatever the other end does."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop

from frontdoor.assistant import local_http
from frontdoor.assistant.local_http import LocalHttp

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class End:
    """The other end: answers each request as it is told to, and counts its connections."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.connections = 0
        self.requests: list[bytes] = []
        self.serving: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.serving.append(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
                self.requests.append(head + await reader.readexactly(size))
                await self.answer(self.requests[-1], writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is gone
        finally:
            writer.close()


@asynccontextmanager
async def ends(answer: Answer) -> AsyncIterator[tuple[End, LocalHttp]]:
    end = End(answer)
    server = await asyncio.start_server(end.serve, "127.0.0.1", 0)
    client = LocalHttp(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", {"authorization": "Bearer t"})
    try:
        yield end, client
    finally:
        await client.close()
        server.close()
        for task in end.serving:
            task.cancel()
        await asyncio.gather(*end.serving, return_exceptions=True)
        await server.wait_closed()


async def fine(request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


async def test_requests_share_a_connection() -> None:
    """One after the other over one; at once over as many as are needed, which are then used again."""
    async with ends(fine) as (end, client):
        for _ in range(3):
            assert await client.ask("POST", "/turn", b"[1]", 5) == (200, b"{}")
        assert end.connections == 1
        assert end.requests[0].startswith(b"POST /turn HTTP/1.1\r\nhost: 127.0.0.1:")
        assert end.requests[0].endswith(b"authorization: Bearer t\r\ncontent-length: 3\r\n\r\n[1]")
        for _ in range(2):
            await asyncio.gather(*(client.ask("GET", "/ready", None, 5) for _ in range(4)))
        assert end.connections == 4


async def test_an_answer_in_pieces_is_whole() -> None:
    """However it is cut, and with a length or in chunks."""

    async def slowly(request: bytes, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n":
            writer.write(bytes([byte]))
            await asyncio.sleep(0)

    async with ends(slowly) as (end, client):
        assert [await client.ask("GET", "/", None, 5) for _ in range(2)] == [(503, b"abcde")] * 2
        assert end.connections == 1


async def test_what_comes_late_is_nobody_s_answer() -> None:
    """Who gave up, or was too slow, leaves a connection that is not used again."""
    wait = asyncio.Event()

    async def late(request: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/late" in request:
            await wait.wait()
        writer.write(OK)

    async with ends(late) as (end, client):
        with pytest.raises(asyncio.TimeoutError):
            await client.ask("GET", "/late", None, 0.5)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.ask("GET", "/late", None, 5), 0.5)
        wait.set()
        assert await client.ask("GET", "/", None, 5) == (200, b"{}")
        assert end.connections == 3


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"], ids=["nothing", "half"])
async def test_an_end_that_hangs_up_is_an_error(said: bytes) -> None:
    """Before the answer or within it; the next request opens a new connection."""

    async def hang_up(request: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/again" in request:
            writer.write(OK)
            return
        writer.write(said)
        await writer.drain()
        writer.close()

    async with ends(hang_up) as (end, client):
        with pytest.raises(OSError):  # noqa: PT011
            await client.ask("POST", "/", b"1", 5)
        assert await client.ask("POST", "/again", b"1", 5) == (200, b"{}")
        assert end.connections == 2


async def test_a_connection_that_is_ended_with_the_answer_is_not_used_again() -> None:
    """As a server does that stops, or that keeps connections for a while only."""

    async def once(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}")

    async with ends(once) as (end, client):
        assert [await client.ask("GET", "/", None, 5) for _ in range(2)] == [(200, b"{}")] * 2
        assert end.connections == 2


async def test_what_is_no_http_is_said() -> None:
    """Somebody else listens there."""

    async def other(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    async with ends(other) as (_, client):
        with pytest.raises(ValueError, match="no HTTP"):
            await client.ask("GET", "/", None, 5)


async def test_nobody_there_is_an_error() -> None:
    """As while Rasa starts."""
    async with ends(fine) as (_, client):
        nobody = LocalHttp("http://127.0.0.1:1", {})
        with pytest.raises(OSError):  # noqa: PT011  # the system's own words
            await nobody.ask("GET", "/", None, 5)
        await client.close()
        assert await client.ask("GET", "/", None, 5) == (200, b"{}")


async def test_closing_ends_what_waits() -> None:
    """Nobody waits for an answer from a connection that is gone."""

    async def never(request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async with ends(never) as (end, client):
        asking = asyncio.create_task(client.ask("GET", "/", None, 20))
        while not end.requests:
            await asyncio.sleep(0.01)
        await client.close()
        with pytest.raises(OSError):  # noqa: PT011
            await asyncio.wait_for(asking, 5)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_an_end_that_hangs_up_at_once_is_an_error(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Before the request is on its way, as of a server that is full or stops: nobody waits out the limit."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(20):
                listener.accept()[0].close()

        async def busy() -> None:
            while True:
                time.sleep(0.003)  # so that the connection has ended before anybody looks
                await asyncio.sleep(0)

        async def ask() -> list[type[BaseException]]:
            holding = asyncio.create_task(busy())
            client = LocalHttp(f"http://127.0.0.1:{listener.getsockname()[1]}", {})
            asked = [client.ask("POST", "/", b"1", 20) for _ in range(20)]
            found = await asyncio.gather(*asked, return_exceptions=True)
            holding.cancel()
            return [type(one) for one in found if isinstance(one, BaseException)]

        hanging_up = threading.Thread(target=hang_up)
        hanging_up.start()
        loop = new_loop()
        try:
            found = loop.run_until_complete(ask())
        finally:
            loop.close()
            hanging_up.join()
        assert len(found) == 20
        assert all(issubclass(one, OSError) and one is not asyncio.TimeoutError for one in found), found


async def test_what_was_idle_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may be letting go of it just now."""
    async with ends(fine) as (end, client):
        await client.ask("GET", "/", None, 5)
        monkeypatch.setattr(local_http, "IDLE_SECONDS", 0.0)
        assert await client.ask("GET", "/", None, 5) == (200, b"{}")
        assert end.connections == 2
