"""The desk under load: 200 open staff pages, 2,000 open conversations, up to a million stored.

Measured: from a patient's message to every page (through gateway, PostgreSQL, desk and its streams; the reader of all
200 pages shares the machine), memory a page, and the desk's questions to the database with the indexes that answer
them. Goal: p99 under 300 ms, and times that do not grow with what is stored.
"""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import _desk_queries, _desk_rows, _desk_streams
from bench.peers import tree_mb
from bench.tables import percentile, table
from frontdoor.database import embedded, migrations
from frontdoor.database.pool import connect
from frontdoor.settings import load
from frontdoor.supervision import processes
from tests.assistant.servers import Server, on_free_ports

STORED = (100, 10_000, 1_000_000)
OPEN, PAGES = 2_000, 200
GOAL_SECONDS = 0.3
# No limit to what the patients write, and nobody who waits is told so: the messages are those that are counted.
UNLIMITED = {"FRONTDOOR_CHAT_MESSAGES_PER_MINUTE": "100000", "FRONTDOOR_REASSURE_MINUTES": ""}


def main() -> None:
    """Measure and print."""
    place = Path(tempfile.mkdtemp(prefix="fd-desk-"))
    try:
        url = embedded.start(place / "db")
        migrations.upgrade(url)
        asked: dict[int, dict[str, float]] = {}
        ways: dict[int, list[str]] = {}
        for stored in STORED:
            asyncio.run(_desk_rows.fill(url, stored, OPEN))
            asked[stored], ways[stored] = asyncio.run(_ask(url))
            if stored > OPEN:
                print(_streams(url, place, stored), flush=True)
        print(_questions(asked))
        print("\nWhat the first lists are read by")
        for stored, plan in ways.items():
            print(f"{stored:>9,}: {_desk_queries.scans(plan)}")
        print(f"\nTheir plan at {STORED[-1]:,}", *ways[STORED[-1]], sep="\n")
    finally:
        embedded.stop(place / "db")
        shutil.rmtree(place, ignore_errors=True)


async def _ask(url: str) -> tuple[dict[str, float], list[str]]:
    pool = await connect(url, most=2)
    try:
        return await _desk_queries.times(pool), await _desk_queries.plan(pool)
    finally:
        await pool.close()


def _streams(url: str, place: Path, stored: int) -> str:
    with _processes(url, place) as (gateway_url, desk_url, pid):
        tokens = asyncio.run(_desk_streams.tokens(url, PAGES))
        before = tree_mb(pid)
        seen = asyncio.run(_desk_streams.run(url, gateway_url, desk_url, tokens))
        grown = (tree_mb(pid) - before) * 1000 / PAGES
    p50, p99 = percentile(seen.taken, 0.5), percentile(seen.taken, 0.99)
    rows = [
        ("message to page, p50", f"{p50 * 1000:.0f} ms", f"{p50 / GOAL_SECONDS:.2f} of the goal"),
        ("message to page, p99", f"{p99 * 1000:.0f} ms", f"{p99 / GOAL_SECONDS:.2f} of the goal"),
        ("slowest", f"{max(seen.taken) * 1000:.0f} ms", ""),
        ("seen / never seen", f"{len(seen.taken)} / {seen.lost}", ""),
        ("a page's first state, slowest", f"{seen.snapshot * 1000:.0f} ms", ""),
        ("memory a page", f"{grown:.0f} kB", ""),
    ]
    title = f"{PAGES} pages, {OPEN:,} open of {stored:,} stored, {_desk_streams.PER_SECOND:.0f} messages a second"
    return table(title, ("what", "figure", ""), rows)


def _questions(asked: dict[int, dict[str, float]]) -> str:
    rows = []
    for name in asked[STORED[0]]:
        taken = [asked[stored][name] for stored in STORED]
        rows.append((name, *(f"{one * 1000:.1f}" for one in taken), f"{taken[-1] / taken[-2]:.1f}"))
    head = ("ms (median)", *(f"{stored:,}" for stored in STORED), "last / one before")
    return table(f"Questions to the database, {OPEN:,} open where as many are stored", head, rows)


@contextlib.contextmanager
def _processes(url: str, place: Path) -> Iterator[tuple[str, str, int]]:
    """Run a gateway and a desk; give their addresses and the desk's process id."""
    home = load(dotenv=None).data_dir
    for name in ("encoder", "safety"):  # what the emergency screen was trained to, if it was
        with contextlib.suppress(FileExistsError):
            (place / name).symlink_to(home / name)
    own = {"DATABASE_URL": url, "FRONTDOOR_DATA_DIR": str(place)} | UNLIMITED
    settings = on_free_ports(load({**load(dotenv=None).values, **own}, dotenv=None))
    with contextlib.ExitStack() as stack:
        pids = {}
        for name, port in (("gateway", settings.gateway_port), ("desk", settings.desk_port)):
            part = next(one for one in processes.parts(settings, url) if one.name == name)
            given = {**part.environment, f"FRONTDOOR_{name.upper()}_PORT": str(port)}
            process = processes.Process(name, part.prepare, given, part.sieve, port)
            server = Server(process, f"http://127.0.0.1:{port}/healthz", place / f"{name}.log")
            running: subprocess.Popen[bytes] | None = stack.enter_context(server).running
            assert running
            pids[name] = psutil.Process(running.pid).pid
        yield f"http://127.0.0.1:{settings.gateway_port}", f"http://127.0.0.1:{settings.desk_port}", pids["desk"]
