"""A turn through web chat against Rasa alone: (a) straight to our Rasa, (b) Rasa's default pipeline, (c) Rasa's store.

Each conversation asks its questions in words of its own, as patients do. Beside that, web chat and (a) with all of them
saying the very same sentences: then nobody computes a sentence vector.
(b) learns `peers.EXAMPLES_OF_DEFAULT` examples of each intent and keeps its trackers in memory, which is the best it
can do; (c) is our pipeline with Rasa's own SQLTrackerStore on the same PostgreSQL. All of them call the same action
server. Rounds alternate, every other one backwards, so that noise falls on all alike; before each window the database
writes out what the one before left (CHECKPOINT), so that nobody pays for a neighbour.
"""

import asyncio
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import aiohttp
import asyncpg
import uvloop

from bench import peers
from bench.load import Direct, Rest, Say, Way, WebChat, Window, run
from bench.tables import percentile, table
from frontdoor.database import database
from frontdoor.settings import ROOT
from tests.ports import free_ports
from tests.product import Product

ROUNDS, SECONDS = 3, 8.0
SETTLE_SECONDS = 1.0
AT_ONCE = (1, 8, 32)
LONG_TURNS, LAST_TURNS, FIRST_TURNS = 300, 40, 5
GOALS = {"(a)": ("p50", 1.6), "(b)": ("turns/s", 4.0), "(c)": ("turns/s", 1.0)}
UNLIMITED = {"FRONTDOOR_CHAT_MESSAGES_PER_MINUTE": "100000", "FRONTDOOR_CHAT_SESSIONS_PER_MINUTE": "100000"}


def main() -> None:
    """Measure and print."""
    print("Training our pipeline and Rasa's default one (some minutes the first time) …", flush=True)
    ours, some = (ROOT / "config.yml").read_text(encoding="utf-8"), peers.EXAMPLES_OF_DEFAULT
    folders = {"light": peers.home(ours, "all"), "default": peers.home(peers.DEFAULT_CONFIG, "all", some)}
    light = peers.train(folders["light"], ours)
    default = peers.train(folders["default"], peers.DEFAULT_CONFIG, examples=some)
    uvloop.install()  # what measures takes part of the same cores: as little as it can
    product = Product(UNLIMITED)
    began = time.perf_counter()
    product.start()
    started = time.perf_counter() - began
    running: list[peers.Peer] = []
    try:
        running += _peers(folders, product)
        ways = [
            WebChat("web chat", product.gateway_url),
            Direct("(a) our Rasa, straight", product.settings.rasa_url, product.settings.internal_token),
            Rest("(b) default pipeline", running[0].url),
            Rest("(c) light, Rasa's SQL store", running[1].url),
        ]
        same = [
            WebChat("web chat, the same sentences", product.gateway_url, repeated=True),
            Direct("(a) the same sentences", product.settings.rasa_url, product.settings.internal_token, repeated=True),
        ]
        with database(product.settings) as url:
            print(_report(ways, asyncio.run(_rounds(ways, url, AT_ONCE)), AT_ONCE), flush=True)
            print(_report(same, asyncio.run(_rounds(same, url, (1,))), (1,)), flush=True)
        print(_costs(product, running, light, default, started), flush=True)
        print(asyncio.run(_long(product.gateway_url)), flush=True)
    finally:
        for peer in running:
            peer.stop()
        product.stop()


def _peers(folders: dict[str, Path], product: Product) -> list[peers.Peer]:
    settings, ports = product.settings, free_ports(2)
    with database(settings) as url:
        own = asyncio.run(_database(url))
    return [
        peers.start("default", folders["default"], ports[0], settings, model=folders["default"] / "models"),
        peers.start("light", folders["light"], ports[1], settings, model=folders["light"] / "models", database_url=own),
    ]


async def _database(url: str) -> str:
    """Make a database of its own for Rasa's store beside ours."""
    name = f"peer_{uuid.uuid4().hex[:8]}"
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    head, question, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{tail}"


async def _rounds(ways: list[Way], url: str, at_once: tuple[int, ...]) -> dict[tuple[str, int], list[Window]]:
    windows: dict[tuple[str, int], list[Window]] = {}
    for way in ways:  # warm
        await run(way, 2, 3.0)
    for number in range(ROUNDS):
        for conversations in at_once:
            for way in ways[:: -1 if number % 2 else 1]:
                await _settle(url)
                window = await run(way, conversations, SECONDS)
                windows.setdefault((way.name, conversations), []).append(window)
    return windows


async def _settle(url: str) -> None:
    """Let the database finish what the last window left to it."""
    connection = await asyncpg.connect(url)
    await connection.execute("CHECKPOINT")
    await connection.close()
    await asyncio.sleep(SETTLE_SECONDS)


def _report(ways: list[Way], windows: dict[tuple[str, int], list[Window]], at_once: tuple[int, ...]) -> str:
    rows, goals = [], []
    for conversations in at_once:
        ours = windows[ways[0].name, conversations]
        for way in ways:
            found = windows[way.name, conversations]
            p50, p95, rate = _figures(found)
            slower, faster = _ratio(ours, found, _p50), _ratio(ours, found, _rate)
            rows.append((
                str(conversations), way.name, f"{p50 * 1000:.1f}", f"{p95 * 1000:.1f}", f"{rate:.0f}",
                f"{slower:.2f}", f"{faster:.2f}", str(sum(window.failed for window in found)),
            ))  # fmt: skip
            goals += _goal(conversations, way, slower, faster)
    head = (
        "at once", "way", "p50 ms", "p95 ms", "turns/s", "web chat's p50 / this", "web chat's turns/s / this", "failed",
    )  # fmt: skip
    return "\n".join([table(f"Turns (medians of {ROUNDS} rounds)", head, rows), *goals])


def _goal(conversations: int, way: Way, slower: float, faster: float) -> list[str]:
    """Return what there is to say of the goal against *way*, if there is one."""
    if way.name[:3] not in GOALS:
        return []
    figure, bound = GOALS[way.name[:3]]
    value, words = (slower, "at most") if figure == "p50" else (faster, "at least")
    met = value <= bound if figure == "p50" else value >= bound
    said = f"{conversations} at once, {figure} {words} {bound} × {way.name}: {value:.2f}, "
    return [said + ("met." if met else "missed.")]


def _ratio(ours: list[Window], other: list[Window], figure: Callable[[Window], float]) -> float:
    """Return ours against the other's, each pair of neighbours in time by itself: the median."""
    return statistics.median(figure(one) / figure(its) for one, its in zip(ours, other, strict=True))


def _p50(window: Window) -> float:
    return percentile(window.turns, 0.5)


def _rate(window: Window) -> float:
    return len(window.turns) / window.seconds


def _figures(windows: list[Window]) -> tuple[float, float, float]:
    """Return p50, p95 and turns a second, each the median of the rounds."""
    return (
        statistics.median(map(_p50, windows)),
        statistics.median(percentile(window.turns, 0.95) for window in windows),
        statistics.median(map(_rate, windows)),
    )


def _costs(product: Product, running: list[peers.Peer], light: float, default: float, started: float) -> str:
    rows = [
        ("train, our pipeline", f"{light:.0f} s", f"{light / default:.2f} of the default"),
        ("train, default pipeline", f"{default:.0f} s", ""),
        ("start, whole product", f"{started:.0f} s", ""),
        ("start, default pipeline's Rasa", f"{running[0].start_seconds:.0f} s", ""),
        ("start, light with Rasa's store", f"{running[1].start_seconds:.0f} s", ""),
    ]
    for name in ("gateway", "worker", "desk", "scheduling", "actions", "rasa"):
        pid = product.pid(name)
        rows.append((f"memory, {name}", f"{peers.tree_mb(pid):.0f} MB" if pid else "-", ""))
    rows += [(f"memory, peer {peer.name}", f"{peer.memory_mb():.0f} MB", "") for peer in running]
    return table("Costs", ("what", "figure", ""), rows)


async def _long(url: str) -> str:
    """Say 300 things in one conversation; its last turns against those of one that began just now, turn about."""
    way = WebChat("long", url)
    texts = ("what are your hours", "how much does a visit cost", "do you take aetna", "thanks")
    async with aiohttp.ClientSession() as http:
        old, leave_old = await way.open(http)
        for number in range(LONG_TURNS - LAST_TURNS):
            await old(texts[number % len(texts)])
        young, leave_young = await way.open(http)
        for number in range(FIRST_TURNS):
            await young(texts[number % len(texts)])
        early, late = [], []
        for number in range(LAST_TURNS):
            early.append(await _seconds(young, texts[number % len(texts)]))
            late.append(await _seconds(old, texts[number % len(texts)]))
        await leave_old()
        await leave_young()
    first, last = statistics.median(early), statistics.median(late)
    ratio = statistics.median(one / other for one, other in zip(late, early, strict=True))
    rows = [
        (f"turns {FIRST_TURNS + 1} to {FIRST_TURNS + LAST_TURNS} of a young one", f"{first * 1000:.1f}", ""),
        (f"turns {LONG_TURNS - LAST_TURNS + 1} to {LONG_TURNS} of a long one", f"{last * 1000:.1f}", f"{ratio:.2f}"),
    ]
    return table("Two conversations, turn about", ("turns", "p50 ms", "against the young one"), rows)


async def _seconds(say: Say, text: str) -> float:
    began = time.perf_counter()
    await say(text)
    return time.perf_counter() - began
