"""From a patient's message to every open staff page, through the real gateway, database and desk."""

import asyncio
import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import aiohttp
import asyncpg
import orjson

from frontdoor.database.pool import connect
from frontdoor.desk import store_sessions

PATIENTS = 40
PER_SECOND = 10.0
SECONDS = 20.0
PATIENCE_SECONDS = 20.0


@dataclass
class Seen:
    """What the pages saw: seconds from each patient's post to each page, and how many never came."""

    taken: list[float] = field(default_factory=list)
    lost: int = 0
    snapshot: float = 0.0  # seconds for a page's first state


@dataclass
class _Sent:
    at: float
    seq: int
    pages: int = 0


async def tokens(url: str, count: int) -> list[str]:
    """Sign in *count* people; return their session tokens."""
    pool, at = await connect(url, most=4), datetime.now(timezone.utc)
    made = []
    async with pool.acquire() as connection, connection.transaction():
        for number in range(count):
            identifier = uuid.UUID(int=number)
            await connection.execute(
                "INSERT INTO desk.staff (id, name, login, role, password_hash, created_at) "
                "VALUES ($1, $2, $2, 'staff', 'x', $3) ON CONFLICT DO NOTHING",
                identifier, f"nurse{number}", at,
            )  # fmt: skip
            token = await store_sessions.open_session(
                connection, str(identifier), 1, at, address="127.0.0.1", device="bench", pending=False
            )
            made.append(token.text)
    await pool.close()
    return made


async def patients(url: str) -> dict[str, tuple[str, int]]:
    """Return {conversation: (token, its last seq)} of some who wait and write."""
    connection = await asyncpg.connect(url)
    found = await connection.fetch(
        "SELECT id, last_seq FROM conversations.conversation WHERE state IN ('waiting', 'staff') "
        "ORDER BY random() LIMIT $1",
        PATIENTS,
    )
    writing = {}
    for row in found:
        token = secrets.token_urlsafe(32)
        await connection.execute(
            "INSERT INTO conversations.web_session (token_sha256, conversation_id, expires_at) VALUES ($1, $2, $3)",
            hashlib.sha256(token.encode()).digest(), row["id"], datetime.now(timezone.utc) + timedelta(days=1),
        )  # fmt: skip
        writing[str(row["id"])] = (token, row["last_seq"])
    await connection.close()
    return writing


class Pages:
    """Open staff pages, each with its stream."""

    def __init__(self, desk_url: str) -> None:
        self.desk_url, self.seen, self.sent = desk_url, Seen(), dict[str, _Sent]()
        self.open, self.tasks = 0, list[asyncio.Task[None]]()

    async def connect(self, http: aiohttp.ClientSession, session_tokens: list[str]) -> None:
        """Open them all."""
        for token in session_tokens:
            cookies = {"cookie": f"desk={token}"}
            began = time.perf_counter()
            async with http.get(f"{self.desk_url}/desk/state", headers=cookies) as answer:
                cursor = orjson.loads(await answer.read())["cursor"]
            self.seen.snapshot = max(self.seen.snapshot, time.perf_counter() - began)
            url = f"{self.desk_url}/desk/events?after={cursor}"
            response = await http.get(url, headers=cookies, timeout=aiohttp.ClientTimeout(total=None))
            assert response.status == 200, response.status
            self.tasks.append(asyncio.create_task(self._read(response)))
            self.open += 1

    async def _read(self, response: aiohttp.ClientResponse) -> None:
        while line := await response.content.readline():
            if not line.startswith(b"data: [{"):
                continue
            now = time.perf_counter()
            for one in orjson.loads(line[6:]):
                sent = self.sent.get(one.get("id", ""))
                if sent is not None and one.get("last_seq", 0) >= sent.seq:
                    sent.pages += 1
                    if sent.pages <= self.open:
                        self.seen.taken.append(now - sent.at)

    def close(self) -> None:
        """Leave."""
        for task in self.tasks:
            task.cancel()


async def run(url: str, gateway_url: str, desk_url: str, session_tokens: list[str]) -> Seen:
    """Let patients write at a steady rate while all pages are open; return what was seen."""
    writing, pages = await patients(url), Pages(desk_url)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, read_bufsize=2**20) as http:
        await pages.connect(http, session_tokens)
        began, number = time.perf_counter(), 0
        order = list(writing)
        while time.perf_counter() - began < SECONDS:
            conversation = order[number % len(order)]
            token, last = writing[conversation]
            if (before := pages.sent.get(conversation)) is not None and before.pages < pages.open:
                await _until_all(pages, before)
            pages.sent[conversation] = _Sent(time.perf_counter(), last + 1)
            writing[conversation] = (token, last + 1)
            body = {"client_message_id": uuid.uuid4().hex, "text": "how long will it take"}
            headers = {"Authorization": f"Bearer {token}"}
            async with http.post(f"{gateway_url}/chat/messages", json=body, headers=headers) as answer:
                assert answer.status == 202, answer.status
            number += 1
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        for sent in pages.sent.values():
            await _until_all(pages, sent)
            pages.seen.lost += max(0, pages.open - sent.pages)
        pages.close()
    return pages.seen


async def _until_all(pages: Pages, sent: _Sent) -> None:
    until = time.perf_counter() + PATIENCE_SECONDS
    while sent.pages < pages.open and time.perf_counter() < until:
        await asyncio.sleep(0.01)
