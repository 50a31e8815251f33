"""A real desk on a free port, with a clock that tests move, staff who sign in, and patients who write."""

import contextlib
import re
import socket
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from datetime import time as of_day
from typing import Any

import aiohttp

from frontdoor import clinic
from frontdoor.clinic import Clinic
from frontdoor.conversations import store_ownership
from frontdoor.conversations.happenings import EmergencyFound, HandoffAsked
from frontdoor.conversations.limits import UNSET, Limits
from frontdoor.conversations.model import Inbound, Outbound
from frontdoor.conversations.store import Store, say
from frontdoor.conversations.timers import Timers
from frontdoor.database import pool as database
from frontdoor.database.pool import Pool
from frontdoor.desk import secrets, store_people, store_sessions
from frontdoor.desk.app import create_app
from frontdoor.desk.store_people import Invitation
from frontdoor.privacy.audit import SYSTEM
from frontdoor.settings import ROOT, Settings

PASSWORD = "seven quiet herons"
HASH = secrets.hash_password(PASSWORD)
ALWAYS = (((of_day.min, of_day.max),),) * 7
ALWAYS_OPEN = replace(clinic.load(ROOT / "clinic.yml"), hours=ALWAYS, holidays={})
ALWAYS_CLOSED = replace(ALWAYS_OPEN, hours=((),) * 7)


@dataclass
class Clock:
    """The present, moved by tests."""

    ahead: timedelta = timedelta()
    passed: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)
        self.passed += timedelta(**by)

    def jump(self, **by: float) -> None:
        """Set the clock forward or back, while no time passes."""
        self.ahead += timedelta(**by)

    def steady(self) -> float:
        """Tell seconds on a clock that nobody sets."""
        return time.monotonic() + self.passed.total_seconds()


@dataclass
class Browser:
    """A signed-in member of staff who calls the desk's addresses."""

    base: str
    http: aiohttp.ClientSession
    id: str
    csrf: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(self.base + path) as response:
            return response.status, await response.json(content_type=None)

    async def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {"x-csrf-token": self.csrf, **headers}
        async with self.http.post(self.base + path, json=body if body is not None else {}, headers=sent) as response:
            return response.status, await response.json(content_type=None)

    async def act(self, conversation: str, action: str, **body: Any) -> tuple[int, Any]:
        return await self.post(f"/desk/conversations/{conversation}/{action}", body)


@dataclass
class House:
    """The running desk."""

    base: str
    settings: Settings
    pool: Pool
    clock: Clock
    stack: contextlib.AsyncExitStack

    async def person(self, name: str, role: str = "staff", *queues: str) -> str:
        """Make a member of staff named like *name*, signing in as that in small letters; return the id."""
        async with self.pool.acquire() as connection, connection.transaction():
            code = secrets.new_token()
            wanted = Invitation(name, role, queues, first=False)
            await store_people.invite(connection, code.sha256, wanted, self.clock(), SYSTEM)
            return await store_people.join(
                connection, code.sha256, name=name, login=name, password_hash=HASH, language="en", at=self.clock(),
                address="test",
            )  # fmt: skip

    async def sign_in(self, name: str, role: str = "staff", *queues: str) -> Browser:
        """Make a member of staff and a session of theirs, without the cost of a login."""
        return await self.session(await self.person(name, role, *queues))

    async def session(self, staff_id: str) -> Browser:
        """Open another session of somebody."""
        async with self.pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval("SELECT version FROM desk.staff WHERE id = $1", uuid.UUID(staff_id))
            token = await store_sessions.open_session(
                connection, staff_id, version, self.clock(), address="test", device="test", pending=False
            )
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies({"desk": token.text}, response_url=aiohttp.client.URL(self.base))
        http = await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        person = await store_sessions.find(self.pool, token.text, self.clock())
        assert person
        return Browser(self.base, http, staff_id, person.csrf, {"desk": token.text})

    async def stranger(self) -> aiohttp.ClientSession:
        """Return a browser with no session."""
        jar = aiohttp.CookieJar(unsafe=True)
        return await self.stack.enter_async_context(aiohttp.ClientSession(base_url=self.base, cookie_jar=jar))

    async def patient(self, *texts: str, name: str = "Rosa Quill", **more: Any) -> str:
        """Let a new patient write; return the conversation."""
        address = uuid.uuid4().hex
        conversation = ""
        for text in texts or ("hello",):
            conversation = await self.writes(address, text, name=name, **more)
        return conversation

    async def writes(self, address: str, text: str, *, name: str = "Rosa Quill", **more: Any) -> str:
        """Let the patient with this address write."""
        event = Inbound("web", "", address, uuid.uuid4().hex, text, display_name=name, **more)
        receipt = (await Store(self.pool, uuid.uuid4()).receive([event]))[0]
        await self.pool.execute(  # no gateway runs here, so nobody answers the turn
            "UPDATE conversations.conversation SET turn_instance = NULL, turn_seq = NULL WHERE id = $1",
            uuid.UUID(receipt.conversation.id),
        )
        return receipt.conversation.id

    async def writes_in(self, conversation: str, text: str) -> None:
        """Let the patient of this conversation write again."""
        address = await self.pool.fetchval(
            "SELECT address FROM conversations.conversation WHERE id = $1", uuid.UUID(conversation)
        )
        await self.writes(address, text)

    async def waiting(self, *texts: str, queue: str = "general", priority: int = 3, **more: Any) -> str:
        """Let a new patient write and ask for a person; return the conversation."""
        conversation = await self.patient(*texts, **more)
        happened = HandoffAsked(self.clock(), "asked", priority)
        await self.happens(conversation, happened)
        if queue != "general":
            await self.pool.execute(
                "UPDATE conversations.conversation SET queue = $2 WHERE id = $1", uuid.UUID(conversation), queue
            )
        return conversation

    async def emergency(self, *texts: str, **more: Any) -> str:
        """Let a new patient write something that the screen finds to be an emergency."""
        conversation = await self.patient(*texts, **more)
        await self.happens(conversation, EmergencyFound(self.clock(), "cardiac", "chest-pain"))
        return conversation

    async def happens(self, conversation: str, what: Any) -> None:
        """Let something happen to a conversation."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation)
            await store_ownership.apply(connection, now, what, SYSTEM)

    async def bot_says(self, conversation: str, text: str, status: str | None = None) -> None:
        """Let the bot say something, or (`suppressed`) leave a draft."""
        async with self.pool.acquire() as connection, connection.transaction():
            now = await store_ownership.lock(connection, conversation)
            await say(connection, now, Outbound(text), author="bot", status=status)

    async def knows(self, conversation: str, **slots: Any) -> None:
        """Let the bot have learnt these answers."""
        await self.pool.execute(
            "UPDATE conversations.conversation SET slots = $2 WHERE id = $1", uuid.UUID(conversation), slots
        )

    async def row(self, conversation: str) -> Any:
        """Return the conversation as stored."""
        return await self.pool.fetchrow(
            "SELECT * FROM conversations.conversation WHERE id = $1", uuid.UUID(conversation)
        )

    async def said(self, conversation: str, author: str) -> list[str]:
        """Return the texts of an author."""
        found = await self.pool.fetch(
            "SELECT text FROM conversations.message WHERE conversation_id = $1 AND author = $2 ORDER BY seq",
            uuid.UUID(conversation),
            author,
        )
        return [row["text"] for row in found]

    def timers(self, limits: Limits = UNSET, clinic: Clinic = ALWAYS_OPEN) -> Timers:
        """Return the timers of a gateway that shares this desk's clock."""
        return Timers(self.pool, self.clock, clinic, limits, self.clock.steady)

    async def audited(self, action: str, target: str = "") -> int:
        """Return how many audit rows there are of this action."""
        found: int = await self.pool.fetchval(
            "SELECT count(*) FROM privacy.audit WHERE action = $1 AND ($2 = '' OR target = $2)", action, target
        )
        return found


@contextlib.asynccontextmanager
async def open_house(settings: Settings, port: int = 0) -> AsyncIterator[House]:
    """Run a desk until the end of the block, on *port* or a free one."""
    clock = Clock()
    async with contextlib.AsyncExitStack() as stack:
        assert settings.database_url
        pool = await database.connect(settings.database_url, most=8)
        stack.push_async_callback(pool.close)
        base = await stack.enter_async_context(running(settings, clock, port))
        yield House(base, settings, pool, clock, stack)


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Clock, port: int = 0) -> AsyncIterator[str]:
    """Serve the desk on *port*, or a free one; give its address."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    app = create_app(settings, clock)
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.after_start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        await server.before_stop()
        await server.close()
        for connection in server.connections:
            connection.abort() if hasattr(connection, "abort") else connection.close()
        await server.after_stop()


def csrf_of(page: str) -> str:
    """Return the token in a page's form."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]
