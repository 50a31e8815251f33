"""Signed webhooks accepted: ours, durable before the 200, against the signature check alone, and Rasa's own channel.

The limit is the same Sanic doing nothing but the check. Rasa's channel answers after the whole turn, and keeps
nothing when it dies. Ours is taken with the worker and Rasa at work on what comes in, then with both held still: what
they cost the intake. Then, at a steady 200 requests a second, the time to answer: while Rasa is busy, hangs, is gone.
Rounds alternate, and the ratio is taken within each, so that noise falls on all alike.
"""

import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg
import uvloop

from bench import peers
from bench.tables import table
from bench.webhooks import PAGE, SECRET, Burst, hammer, pace, requests
from frontdoor.database import database
from frontdoor.settings import ROOT
from tests.ports import free_ports
from tests.product import Product

CONNECTIONS, STEADY_CONNECTIONS = 128, 32  # so many that the machine is the bound, not the way there and back
SECONDS, ROUNDS = 5.0, 5
STEADY_PER_SECOND, STEADY_SECONDS, STEADY_ROUNDS = 200, 8.0, 3
MOST_PER_SECOND = 12_000  # requests made beforehand for one window
GOAL_SHARE, GOAL_P99_MS = 0.7, 50.0
MESSENGER = {
    "MESSENGER_APP_SECRET": SECRET, "MESSENGER_VERIFY_TOKEN": "verify", "MESSENGER_PAGE_ID": PAGE,
    "MESSENGER_PAGE_TOKEN": "token", "MESSENGER_API_BASE": "http://127.0.0.1:9",
}  # fmt: skip
LIMIT, OURS, ALONE, RASA = (
    "signature alone (the limit)", "ours, stored", "ours, worker and Rasa held still", "Rasa's Messenger channel",
)  # fmt: skip
FORGET = ("DELETE FROM conversations.inbox", "DELETE FROM conversations.conversation", "VACUUM conversations.inbox")
FORGET_TRIES = 20
AFTERWARDS = ("worker", "rasa")  # what they still have to do from one window must not count in the next
BUSY, HANGING, GONE = "Rasa busy", "Rasa hangs", "Rasa killed again and again"


def main() -> None:
    """Measure and print."""
    limit_port, rasa_port = free_ports(2)
    product = Product(MESSENGER).start()
    with contextlib.ExitStack() as running:
        running.callback(product.stop)
        limit = subprocess.Popen([sys.executable, "-m", "bench._limit", str(limit_port)], cwd=ROOT)
        running.callback(lambda: (limit.terminate(), limit.wait(10)))
        rasa = _rasa(product, rasa_port)
        running.callback(rasa.stop)
        urls = {
            LIMIT: f"http://127.0.0.1:{limit_port}/webhooks/messenger",
            OURS: f"{product.gateway_url}/webhooks/messenger",
            RASA: f"{rasa.url}/webhooks/facebook/webhook",
        }
        uvloop.install()
        with database(product.settings) as database_url:
            print(asyncio.run(_bursts(urls, product, database_url)), flush=True)
            print(asyncio.run(_steady(urls[OURS], product, database_url)), flush=True)


def _rasa(product: Product, port: int) -> peers.Peer:
    """Start Rasa's own Messenger channel on our model."""
    own = {"verify": "verify", "secret": SECRET, "page-access-token": "token"}
    credentials = json.dumps({"bench._facebook.QuietFacebook": own})
    folder = Path(tempfile.mkdtemp(prefix="fd-bench-"))
    return peers.start(
        "rasa", folder, port, product.settings, model=product.data_dir / "models", credentials=credentials
    )


async def _bursts(urls: dict[str, str], product: Product, database_url: str) -> str:
    found: dict[str, list[Burst]] = {}
    for _ in range(ROUNDS):
        for name, still in ((LIMIT, AFTERWARDS), (OURS, ()), (ALONE, AFTERWARDS), (RASA, ())):
            url = urls[OURS if name == ALONE else name]
            made = requests(url, int(MOST_PER_SECOND * SECONDS))
            with _held_still(product, still):
                found.setdefault(name, []).append(await hammer(url, made, connections=CONNECTIONS, seconds=SECONDS))
                if name in (OURS, ALONE):
                    await _forget(database_url)
    return _burst_table(found)


def _burst_table(found: dict[str, list[Burst]]) -> str:
    rows = []
    for name, bursts in found.items():
        shares = [one.rate / most.rate for one, most in zip(bursts, found[LIMIT], strict=True)]
        rows.append((
            name, f"{_median(one.rate for one in bursts):.0f}", f"{_median(one.at(0.5) for one in bursts):.1f}",
            f"{_median(one.at(0.99) for one in bursts):.1f}", f"{_median(shares):.2f}",
            f"{min(shares):.2f} to {max(shares):.2f}", str(sum(one.refused for one in bursts)),
        ))  # fmt: skip
    head = ("way", "requests/s", "p50 ms", "p99 ms", "of the limit", "in single rounds", "refused")
    share = float(rows[1][4])
    goal = f"Goal: at least {GOAL_SHARE} of the limit: {'met' if share >= GOAL_SHARE else 'missed'}."
    title = f"Signed webhooks of 1 kB, {CONNECTIONS} connections (medians of {ROUNDS} rounds)"
    return table(title, head, rows) + "\n" + goal


async def _steady(url: str, product: Product, database_url: str) -> str:
    found: dict[str, list[Burst]] = {BUSY: [], HANGING: [], GONE: []}
    made = requests(url, int(STEADY_PER_SECOND * STEADY_SECONDS * STEADY_ROUNDS * len(found)))
    for _ in range(STEADY_ROUNDS):
        for name, bursts in found.items():
            with _held_still(product, ("rasa",) if name == HANGING else ()):
                killing = asyncio.create_task(_kill_rasa(product)) if name == GONE else None
                bursts.append(
                    await pace(
                        url, made, connections=STEADY_CONNECTIONS, per_second=STEADY_PER_SECOND, seconds=STEADY_SECONDS
                    )
                )
                if killing:
                    killing.cancel()
                await _forget(database_url)
    rows = [
        (name, f"{_median(one.at(0.5) for one in bursts):.1f}", f"{_median(one.at(0.99) for one in bursts):.1f}",
         f"{sum(len(one.taken) for one in bursts)}/{sum(len(one.taken) + one.refused for one in bursts)}")
        for name, bursts in found.items()
    ]  # fmt: skip
    met = all(_median(one.at(0.99) for one in bursts) < GOAL_P99_MS for bursts in found.values())
    goal = f"Goal: p99 under {GOAL_P99_MS:.0f} ms: {'met' if met else 'missed'}."
    return (
        table(f"Ours at {STEADY_PER_SECOND} requests/s", ("when", "p50 ms", "p99 ms", "answered"), rows) + "\n" + goal
    )


async def _kill_rasa(product: Product) -> None:
    while True:
        if pid := product.pid("rasa"):
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(1)


@contextlib.contextmanager
def _held_still(product: Product, names: Sequence[str]) -> Iterator[None]:
    """Stop processes for a while, as if they hung."""
    pids = [pid for name in names if (pid := product.pid(name))]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def _forget(database_url: str) -> None:
    """Drop what is still to be done, so that the next window begins at rest."""
    connection = await asyncpg.connect(database_url)
    try:
        for statement in FORGET:
            for _ in range(FORGET_TRIES):
                with contextlib.suppress(asyncpg.DeadlockDetectedError):  # the worker is at it as well
                    await connection.execute(statement)
                    break
            await asyncio.sleep(1)  # what the worker and Rasa have in their hands
    finally:
        await connection.close()


def _median(values: Iterator[float] | Sequence[float]) -> float:
    return statistics.median(values)
