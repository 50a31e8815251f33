"""Signed Messenger webhooks of about 1 kB from many senders, made beforehand so that making them costs no time."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench.tables import percentile

SECRET = "bench-secret"
PAGE = "1"
SENDERS = 5000
WORDS = "I have had this for some days now and I would like to know what to do about it. " * 9
_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass
class Burst:
    """What came back: seconds each request took, in all *seconds*."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests answered 200 a second."""
        return len(self.taken) / self.seconds

    def at(self, share: float) -> float:
        """Return the milliseconds that *share* of the answers stayed below."""
        return percentile(self.taken, share) * 1000


def requests(url: str, count: int) -> Iterator[bytes]:
    """Make *count* whole requests to *url*, no message twice, and then repeat them."""
    batch, path = uuid.uuid4().hex, urlsplit(url).path
    return itertools.cycle([_request(path, batch, number) for number in range(count)])


async def hammer(url: str, made: Iterator[bytes], *, connections: int, seconds: float) -> Burst:
    """Ask over so many connections, each as soon as it was answered."""
    burst, until = Burst(), time.perf_counter() + seconds
    lines = [await _Line.open(url) for _ in range(connections)]
    began = time.perf_counter()

    async def ask(line: _Line) -> None:
        while (at := time.perf_counter()) < until:
            _note(burst, await line.ask(next(made)), at)

    await asyncio.gather(*map(ask, lines))
    burst.seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return burst


async def pace(url: str, made: Iterator[bytes], *, connections: int, per_second: int, seconds: float) -> Burst:
    """Ask at a steady rate, whatever the answers do; a request that has to wait for a connection pays for it."""
    burst, lines = Burst(), asyncio.Queue[_Line]()
    for _ in range(connections):
        lines.put_nowait(await _Line.open(url))

    async def one(at: float) -> None:
        line = await lines.get()
        _note(burst, await line.ask(next(made)), at)
        lines.put_nowait(line)

    began, tasks = time.perf_counter(), []
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    burst.seconds = time.perf_counter() - began
    while not lines.empty():
        lines.get_nowait().close()
    return burst


def _note(burst: Burst, status: int, began: float) -> None:
    if status == 200:
        burst.taken.append(time.perf_counter() - began)
    else:
        burst.refused += 1


class _Line(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport  # uvloop's is none by its class
        self.answer: asyncio.Future[int]
        self.got = b""

    @classmethod
    async def open(cls, url: str) -> "_Line":
        parts = urlsplit(url)
        _, line = await asyncio.get_running_loop().create_connection(cls, parts.hostname, parts.port)
        return line

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(ConnectionError("closed"))

    async def ask(self, request: bytes) -> int:
        """Send *request*; return the status of its answer."""
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def data_received(self, data: bytes) -> None:
        self.got += data
        end = self.got.find(_END)
        if end < 0:
            return
        head = self.got[:end].lower()
        _, _, length = head.partition(_LENGTH)
        if len(self.got) < end + len(_END) + int(length.split(b"\r\n", 1)[0] or 0):
            return
        self.got = b""
        self.answer.set_result(int(head[9:12]))

    def close(self) -> None:
        self.transport.close()


def _request(path: str, batch: str, number: int) -> bytes:
    sender = f"{10**15 + number % SENDERS}"
    message = {"mid": f"m_{batch}{number}", "text": f"hello {number}: {WORDS}"}
    item = {"sender": {"id": sender}, "recipient": {"id": PAGE}, "timestamp": 1795430000000, "message": message}
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1795430000000, "messaging": [item]}]}).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    # Rasa's channel reads the older header, in which Meta still signs with SHA-1.
    older = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAccept: */*\r\n"
        f"User-Agent: facebookexternalua\r\nX-Hub-Signature: {older}\r\nX-Hub-Signature-256: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
