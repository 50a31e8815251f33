"""The short way: what is whole and plain takes it, everything else is Sanic's, and the wire looks the same."""

import asyncio
import re
import socket
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sanic import HTTPResponse, Request

from frontdoor.channels.contract import Answer
from frontdoor.gateway.front import MOST_BYTES, Front, Later

PATIENCE_SECONDS = 20.0
ANSWER = re.compile(rb"HTTP/1\.1 (\d+) .*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL)


class Door:
    """A gateway of a few lines: /short has a short way and a route, /other only a route."""

    def __init__(self) -> None:
        self.app = Front(f"front-{uuid.uuid4().hex[:8]}")
        self.app.shorten("/short", self.short)
        self.app.add_route(self.route, "/short", methods=["GET", "POST"], name="short")
        self.app.add_route(self.route, "/other", methods=["GET", "POST"], name="other")
        self.waiting: list[asyncio.Future[None]] = []
        self.server: Any = None

    def short(self, headers: Mapping[str, str], body: bytes) -> Answer | Later:
        if body == b"fail":
            raise ValueError
        if body != b"later":
            return Answer(body=f"short {headers.get('x-name', '')}{body.decode()}")
        self.waiting.append(asyncio.get_running_loop().create_future())
        return Later(self.waiting[-1], lambda failure: Answer(503 if failure else 200, "short later"))

    async def asked(self) -> "asyncio.Future[None]":
        """Return what the answer waits for, once "later" was asked."""
        while not self.waiting:
            await asyncio.sleep(0.01)
        return self.waiting[0]

    async def route(self, request: Request) -> HTTPResponse:
        if request.body == b"fail":
            raise ValueError
        return HTTPResponse(f"route {request.body.decode()}")


class Client:
    """One connection, by the byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.got = reader, writer, b""

    async def send(self, *pieces: bytes) -> None:
        """Send *pieces*, which mostly arrive one by one; what is expected must not depend on it."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.01)

    async def answer(self) -> tuple[int, str]:
        """Return status and body of the next answer."""
        while not (head := ANSWER.match(self.got)) or len(self.got) < head.end() + int(head[2]):
            more = await asyncio.wait_for(self.reader.read(65_536), PATIENCE_SECONDS)
            assert more, f"closed after {self.got!r}"
            self.got += more
        end = head.end() + int(head[2])
        body, self.got = self.got[head.end() : end], self.got[end:]
        return int(head[1]), body.decode()

    async def rest(self) -> bytes:
        """Return what comes until the connection is closed."""
        return self.got + await asyncio.wait_for(self.reader.read(), PATIENCE_SECONDS)


@asynccontextmanager
async def standing() -> AsyncIterator[tuple[Door, Client]]:
    door = Door()
    own = socket.create_server(("127.0.0.1", 0))
    server: Any = await door.app.create_server(sock=own, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    door.server = server
    client = Client(*await asyncio.open_connection(*own.getsockname()))
    try:
        yield door, client
    finally:
        client.writer.close()
        server.close()
        await server.wait_closed()
        for connection in list(server.connections):
            connection.abort()


def post(body: bytes, path: str = "/short", *headers: str, version: str = "1.1") -> bytes:
    lines = [f"POST {path} HTTP/{version}", "Host: here", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    head = b"POST /short HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"


Exchange = tuple[list[bytes], list[tuple[int, str]]]  # pieces sent, answers; the next one is sent after them
SENT: dict[str, list[Exchange]] = {
    "whole": [([post(b"body")], [(200, "short body")])],
    "empty": [([post(b"")], [(200, "short ")])],
    "headers of any case, the first of a name counts": [
        ([post(b"body", "/short", "X-NAME: a", "x-name: b")], [(200, "short abody")])
    ],
    "head, then body": [([post(b"body")[:-4], b"body"], [(200, "short body")])],
    "cut within the head": [([post(b"body")[:30], post(b"body")[30:]], [(200, "short body")])],
    "body byte by byte": [([post(b"body")[:-4], *(bytes([byte]) for byte in b"body")], [(200, "short body")])],
    "in chunks": [([chunked(b"body")], [(200, "short body")])],
    "two at once": [([post(b"a") + post(b"b")], [(200, "route a"), (200, "route b")])],
    "one and a half at once": [([post(b"a") + post(b"b")[:40], post(b"b")[40:]], [(200, "route a"), (200, "route b")])],
    "one after the other": [([post(b"a")], [(200, "short a")]), ([post(b"b")], [(200, "short b")])],
    "short, long, short": [
        ([post(b"a")], [(200, "short a")]), ([post(b"b", "/other")], [(200, "route b")]),
        ([post(b"c")], [(200, "short c")]),
    ],
    "with a query": [([post(b"a", "/short?b=c")], [(200, "route a")])],
    "longer path": [([post(b"a", "/shorter")], [(404, "")])],
    "another method": [([b"GET /short HTTP/1.1\r\nHost: here\r\n\r\n"], [(200, "route ")])],
    "it fails": [([post(b"fail")], [(500, "")]), ([post(b"a")], [(200, "short a")])],
}  # fmt: skip


@pytest.mark.parametrize("name", SENT)
async def test_everything_is_answered_in_order(name: str) -> None:
    """However it is sent, each request gets one answer."""
    async with standing() as (_, client):
        for pieces, expected in SENT[name]:
            await client.send(*pieces)
            for status, body in expected:
                found = await client.answer()
                assert (found[0], found[1] if status == 200 else "") == (status, body)
        assert client.got == b""


@pytest.mark.parametrize(
    "request_", [post(b"a", "/short", "Connection: close"), post(b"a", version="1.0")], ids=["close", "HTTP/1.0"]
)
async def test_connection_ends_when_the_client_wants_it(request_: bytes) -> None:
    """The answer says so, and the connection ends behind it."""
    async with standing() as (_, client):
        await client.send(request_)
        rest = await client.rest()
        assert rest.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nconnection: close\r\n" in rest
        assert rest.endswith(b"\r\n\r\nshort a")


async def test_wire_looks_like_sanics() -> None:
    """The same status line and headers as on Sanic's own way."""
    async with standing() as (_, client):
        heads = []
        for path in ("/short", "/other"):
            await client.send(post(b"a", path))
            while b"\r\n\r\n" not in client.got:
                client.got += await asyncio.wait_for(client.reader.read(65_536), PATIENCE_SECONDS)
            heads.append(client.got.partition(b"\r\n\r\n")[0].partition(b"\r\ncontent-type:")[0])
            await client.answer()
        assert heads[0] == heads[1]


async def test_who_expects_to_be_told_to_go_on_is_told() -> None:
    """100-continue is Sanic's."""
    async with standing() as (_, client):
        whole = post(b"body", "/short", "Expect: 100-continue")
        await client.send(whole[:-4])
        assert await asyncio.wait_for(client.reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS) == (
            b"HTTP/1.1 100 Continue\r\n\r\n"
        )
        await client.send(b"body")
        assert await client.answer() == (200, "route body")


@pytest.mark.parametrize("spoiled", ["Content-Length: 4", "Content-Length: x", "a b: c", "Transfer-Encoding: chunked"])
async def test_two_meanings_are_never_taken_the_short_way(spoiled: str) -> None:
    """What may be read in two ways is left to Sanic, which may refuse it: no second request hides in it."""
    async with standing() as (_, client):
        await client.send(post(b"body", "/short", spoiled, "Connection: close"))
        client.writer.write_eof()
        assert b"short" not in await client.rest()


async def test_body_that_sanic_has_not_read_is_no_request() -> None:
    """An answer may go out before the body came; a request written in that body is not carried out."""
    async with standing() as (_, client):
        hidden = post(b"hidden")
        await client.send(post(hidden, "/nowhere")[: -len(hidden)])
        assert (await client.answer())[0] == 404
        await client.send(hidden, post(b"a", "/other"))
        assert await client.answer() == (200, "route a")


async def test_larger_than_any_webhook_is_left_to_sanic() -> None:
    """A body that comes in many pieces is not kept for ever."""
    async with standing() as (_, client):
        await client.send(post(b"a" * (MOST_BYTES + 1)))
        assert (await client.answer())[1].startswith("route aaa")


async def test_what_comes_before_the_answer_waits_for_it() -> None:
    """Answers keep the order of requests, also while the first waits to be stored."""
    async with standing() as (door, client):
        await client.send(post(b"later"))
        first = await door.asked()
        await client.send(post(b"a"), post(b"b", "/other"))
        assert client.got == b""
        first.set_result(None)
        assert [(await client.answer())[1].split()[1] for _ in range(3)] == ["later", "a", "b"]


async def test_failure_is_the_short_ways_to_tell() -> None:
    """What could not be stored is answered as such, and the connection goes on."""
    async with standing() as (door, client):
        await client.send(post(b"later"))
        (await door.asked()).set_exception(OSError())
        assert await client.answer() == (503, "short later")
        await client.send(post(b"a"))
        assert await client.answer() == (200, "short a")


async def test_stopping_waits_for_an_answer_on_its_way() -> None:
    """A connection is not closed as idle while something is stored for it, and ends behind the answer."""
    async with standing() as (door, client):
        await client.send(post(b"later"))
        first = await door.asked()
        (line,) = door.server.connections
        assert line.close_if_idle() is False
        line.signal.stopped = True
        try:
            first.set_result(None)
            assert (await client.rest()).endswith(b"short later")
        finally:
            line.signal.stopped = False


async def test_client_that_leaves_costs_nothing() -> None:
    """Nobody is there any more when it is stored: that is no failure."""
    async with standing() as (door, client):
        await client.send(post(b"later"))
        first = await door.asked()
        client.writer.close()
        while door.server.connections:
            await asyncio.sleep(0.01)
        failures: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
        first.set_result(None)
        await asyncio.sleep(0.05)
        assert not failures
