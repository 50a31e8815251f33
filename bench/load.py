"""Conversations of a fixed script, so many at a time, against one way of reaching the assistant."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from frontdoor.assistant.local_http import LocalHttp

PATIENCE_SECONDS = 30.0
JSON = {"content-type": "application/json"}

SCRIPT = (
    "hello", "what are your hours", "how much does a visit cost", "are you a robot", "do you take aetna",
    "thanks", "can you tell me a joke", "what do you do with my data", "thank you so much", "bye",
)  # fmt: skip
# What all say in the same words. A joke asked for with a name behind it is a complaint to some: those get people.
COURTESY = {"hello", "thanks", "thank you so much", "bye", "can you tell me a joke"}
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va")

Say = Callable[[str], Awaitable[None]]


@dataclass
class Window:
    """What one window of load gave."""

    seconds: float = 0.0
    turns: list[float] = field(default_factory=list)  # seconds each
    failed: int = 0


class Way:
    """One way to the assistant. `open` begins a conversation and returns what says a text and waits for the reply.

    *repeated*: all conversations say the very same sentences, whose vectors every way remembers.
    """

    def __init__(self, name: str, *, repeated: bool = False) -> None:
        self.name, self.repeated = name, repeated

    async def open(self, http: aiohttp.ClientSession) -> tuple[Say, Callable[[], Awaitable[None]]]:
        """Begin a conversation; return how to say something, and how to leave."""
        raise NotImplementedError


class Direct(Way):
    """Our channel at Rasa, without the gateway."""

    def __init__(self, name: str, url: str, token: str, *, repeated: bool = False) -> None:
        super().__init__(name, repeated=repeated)
        self.url, self.headers = url, JSON | {"authorization": f"Bearer {token}"}

    async def open(self, http: aiohttp.ClientSession) -> tuple[Say, Callable[[], Awaitable[None]]]:
        conversation, line = str(uuid.uuid4()), LocalHttp(self.url, self.headers)

        async def say(text: str) -> None:
            body = {
                "conversation": conversation, "session": 1, "turn": str(uuid.uuid4()), "text": text, "press": None,
                "language": "en", "channel": "web", "phi": "allow", "carry": {},
            }  # fmt: skip
            assert (await _post(line, "/webhooks/frontdoor/turn", body, 200))["messages"]

        return say, line.close


class Rest(Way):
    """Rasa's own REST channel."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name)
        self.url = url

    async def open(self, http: aiohttp.ClientSession) -> tuple[Say, Callable[[], Awaitable[None]]]:
        sender, line = str(uuid.uuid4()), LocalHttp(self.url, JSON)

        async def say(text: str) -> None:
            await _post(line, "/webhooks/rest/webhook", {"sender": sender, "message": text}, 200)

        return say, line.close


class WebChat(Way):
    """The patient's way: post, then see the reply in the event stream."""

    def __init__(self, name: str, url: str, *, repeated: bool = False) -> None:
        super().__init__(name, repeated=repeated)
        self.url = url

    async def open(self, http: aiohttp.ClientSession) -> tuple[Say, Callable[[], Awaitable[None]]]:
        async with http.post(f"{self.url}/chat/sessions", json={}) as answer:
            assert answer.status == 201, answer.status
            headers = {"authorization": f"Bearer {(await answer.json())['token']}"}
        stream = await http.get(f"{self.url}/chat/events", headers=headers, timeout=aiohttp.ClientTimeout(total=None))
        seen: asyncio.Queue[int] = asyncio.Queue()
        reading = asyncio.create_task(_replies(stream, seen))
        line = LocalHttp(self.url, JSON | headers)

        async def say(text: str) -> None:
            body = {"client_message_id": str(uuid.uuid4()), "text": text}
            seq = (await _post(line, "/chat/messages", body, 202))["seq"]
            while await asyncio.wait_for(seen.get(), PATIENCE_SECONDS) < seq:
                pass
            while not seen.empty():  # a reply of two messages
                seen.get_nowait()

        async def leave() -> None:
            reading.cancel()
            stream.close()
            await line.close()

        return say, leave


async def run(way: Way, conversations: int, seconds: float) -> Window:
    """Keep *conversations* going for *seconds*; return what was seen."""
    window = Window()
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=limit) as http:
        began = time.perf_counter()
        await asyncio.gather(*(_converse(way, http, window, began + seconds) for _ in range(conversations)))
        window.seconds = time.perf_counter() - began
    return window


async def _converse(way: Way, http: aiohttp.ClientSession, window: Window, until: float) -> None:
    while time.perf_counter() < until:
        say, leave = await way.open(http)
        try:
            for text in SCRIPT if way.repeated else _in_own_words():
                if time.perf_counter() >= until:
                    return
                began = time.perf_counter()
                try:
                    await say(text)
                except (AssertionError, OSError, asyncio.TimeoutError):
                    window.failed += 1
                else:
                    window.turns.append(time.perf_counter() - began)
        finally:
            await leave()


def _in_own_words() -> list[str]:
    """Return the script as one patient says it: no two ask a question in the very same words."""
    name = "".join(random.choice(SYLLABLES) for _ in range(4))
    return [text if text in COURTESY else f"{text}, this is {name}" for text in SCRIPT]


async def _replies(stream: aiohttp.ClientResponse, seen: "asyncio.Queue[int]") -> None:
    rest = b""
    async for part in stream.content.iter_any():
        *events, rest = (rest + part).split(b"\n\n")
        for event in events:
            if event.startswith(b"id: "):  # a message; what else is told has none
                message = orjson.loads(event.partition(b"\ndata: ")[2])
                if message["author"] in ("bot", "system"):
                    seen.put_nowait(message["seq"])


async def _post(line: LocalHttp, path: str, body: dict[str, Any], expected: int) -> Any:
    status, answer = await line.ask("POST", path, orjson.dumps(body), PATIENCE_SECONDS)
    assert status == expected, status
    return orjson.loads(answer)
