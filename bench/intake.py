"""Signed webhooks accepted: ours, durable before the 200, against the signature check alone, and Rasa's own channel.

The limit is the same Sanic doing nothing but the check. Rasa's channel answers after the whole turn, and keeps
nothing when it dies. Then, at a steady 200 requests a second, the time to answer: while Rasa is busy with what came
in, and while it hangs.
"""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from bench import peers
from bench.tables import percentile, table
from frontdoor.settings import ROOT
from tests.ports import free_ports
from tests.product import Product

SECRET = "bench-secret"
CONNECTIONS, SECONDS, ROUNDS = 32, 6.0, 3
STEADY_PER_SECOND, STEADY_SECONDS = 200, 10.0
PADDING = "I have had this for some days now and I would like to know what to do about it. " * 9  # about 1 kB in all
MESSENGER = {
    "MESSENGER_APP_SECRET": SECRET, "MESSENGER_VERIFY_TOKEN": "verify", "MESSENGER_PAGE_ID": "1",
    "MESSENGER_PAGE_TOKEN": "token", "MESSENGER_API_BASE": "http://127.0.0.1:9",
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp(prefix="fd-bench-"))
    limit_port, rasa_port = free_ports(2)
    limit = subprocess.Popen([sys.executable, "-m", "bench._limit", str(limit_port)], cwd=ROOT)
    peers.train(folder / "light", (ROOT / "config.yml").read_text(encoding="utf-8"))
    product = Product(MESSENGER).start()
    own = {"verify": "verify", "secret": SECRET, "page-access-token": "token"}
    credentials = json.dumps({"bench._facebook.QuietFacebook": own})
    rasa = peers.start(
        "rasa", folder / "light", rasa_port, product.settings, database_url=None, credentials=credentials
    )
    try:
        targets = {
            "signature alone (the limit)": f"http://127.0.0.1:{limit_port}/webhooks/messenger",
            "ours": f"{product.gateway_url}/webhooks/messenger",
            "Rasa's Messenger channel": f"{rasa.url}/webhooks/facebook/webhook",
        }
        print(asyncio.run(_burst(targets)))
        print(asyncio.run(_steady(targets["ours"], product)))
    finally:
        rasa.stop()
        limit.terminate()
        limit.wait(10)
        product.stop()


async def _burst(targets: dict[str, str]) -> str:
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, url in targets.items():
            taken, seconds = await _hammer(url)
            found[name].append((len(taken) / seconds, percentile(taken, 0.5), percentile(taken, 0.99)))
    most = statistics.median(one[0] for one in next(iter(found.values())))
    rows = []
    for name, figures in found.items():
        rate, p50, p99 = (statistics.median(one[i] for one in figures) for i in range(3))
        rows.append((name, f"{rate:.0f}", f"{p50 * 1000:.1f}", f"{p99 * 1000:.1f}", f"{rate / most:.2f}"))
    return table(
        f"Signed webhooks, {CONNECTIONS} connections", ("way", "requests/s", "p50 ms", "p99 ms", "of limit"), rows
    )


async def _steady(url: str, product: Product) -> str:
    rows = [("while Rasa is busy", *await _pace(url))]
    pid = product.pid("rasa")
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        rows.append(("while Rasa hangs", *await _pace(url)))
    finally:
        os.kill(pid, signal.SIGCONT)
    return table(f"Ours at {STEADY_PER_SECOND} requests/s", ("when", "p50 ms", "p99 ms", "answered"), rows)


async def _hammer(url: str) -> tuple[list[float], float]:
    taken: list[float] = []
    until = time.perf_counter() + SECONDS
    began = time.perf_counter()
    await asyncio.gather(*(_caller(url, taken, until) for _ in range(CONNECTIONS)))
    return taken, time.perf_counter() - began


async def _caller(url: str, taken: list[float], until: float) -> None:
    line = await _Line.open(url)
    while time.perf_counter() < until:
        began = time.perf_counter()
        await line.post(_signed(url))
        taken.append(time.perf_counter() - began)
    line.writer.close()


async def _pace(url: str) -> tuple[str, str, str]:
    """Post at a steady rate, whatever the answers do; return p50, p99 and how many were answered 200."""
    taken: list[float] = []
    lines: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        lines.put_nowait(await _Line.open(url))

    async def one() -> None:
        began = time.perf_counter()
        line = await lines.get()
        await line.post(_signed(url))
        lines.put_nowait(line)
        taken.append(time.perf_counter() - began)

    count = int(STEADY_PER_SECOND * STEADY_SECONDS)
    began, tasks = time.perf_counter(), []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / STEADY_PER_SECOND - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    return f"{percentile(taken, 0.5) * 1000:.1f}", f"{percentile(taken, 0.99) * 1000:.1f}", f"{len(taken)}/{count}"


class _Line:
    """One kept-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, url: str) -> "_Line":
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def post(self, request: bytes) -> None:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head.split(b"\r\n")[0]
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await self.reader.readexactly(int(length.split(b":")[1]))


def _signed(url: str) -> bytes:
    sender = uuid.uuid4().hex[:15]
    message = {"mid": f"m_{uuid.uuid4().hex}", "text": f"hello {PADDING}"}
    item = {"sender": {"id": sender}, "recipient": {"id": "1"}, "timestamp": 1795430000000, "message": message}
    body = json.dumps({"object": "page", "entry": [{"id": "1", "time": 1795430000000, "messaging": [item]}]}).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: {signature}\r\nX-Hub-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
