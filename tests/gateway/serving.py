"""A gateway over real HTTP, with a Rasa of a few lines behind it."""

import asyncio
import concurrent.futures
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg
import requests
from sanic import HTTPResponse, Request, Sanic, response

from frontdoor.assistant.protocol import READY_PATH, TURN_PATH
from frontdoor.gateway import worker
from frontdoor.gateway.app import create_app
from frontdoor.settings import Settings
from tests.streams import Stream

PATIENCE_SECONDS = 10.0
START_SECONDS = 240.0  # the first start after a change of the screen's sentences trains its head


class Served:
    """A Sanic app in a thread of its own, on a port of its own."""

    def __init__(self, app: Sanic, port: int = 0) -> None:
        self.app = app
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Served":
        self.thread.start()
        assert self.ready.wait(START_SECONDS), "it did not start"
        if self.failure:
            raise self.failure
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.done.set)
        self.thread.join(30)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._serve())
        except BaseException as error:
            self.failure = error
        finally:
            self.ready.set()

    async def _serve(self) -> None:
        self.done = asyncio.Event()
        server: Any = await self.app.create_server(sock=self.socket, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.before_start()
        await server.start_serving()
        await server.after_start()
        self.ready.set()
        await self.done.wait()
        await server.before_stop()
        server.close()
        await server.wait_closed()
        for connection in list(server.connections):
            connection.abort()
        await server.after_stop()
        for _ in range(3):
            await asyncio.sleep(0)


@dataclass
class Bot:
    """What the stand-in for Rasa does: *answer* makes the messages; while *down* it is 503; *pause* is its thinking."""

    answer: Callable[[dict[str, Any]], list[dict[str, Any]]]
    handoff: dict[str, Any] | None = None
    down: bool = False
    pause: float = 0.0
    language: str = ""  # it goes on in this one; empty: as asked
    intent: str = "greet"
    turns: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Sanic:
        app = Sanic(f"rasa-{uuid.uuid4().hex[:8]}", configure_logging=False)

        @app.post(TURN_PATH)
        async def turn(request: Request) -> HTTPResponse:
            self.turns.append(request.json)
            await asyncio.sleep(self.pause)
            if self.down:
                return response.json({"error": "not_ready"}, status=503)
            said = {"messages": self.answer(request.json), "handoff": self.handoff, "slots": {}, "events": 5}
            rest = {"active_form": None, "language": self.language or request.json["language"]}
            rest["intent"] = {"name": self.intent, "confidence": 1.0}
            return response.json(said | rest)

        @app.get(READY_PATH)
        async def ready(request: Request) -> HTTPResponse:
            return response.json({}, status=503 if self.down else 200)

        return app


def echo(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer `echo: <text>`; "choices" gets two buttons."""
    title = turn["press"]["title"] if turn["press"] else turn["text"]
    buttons = []
    if turn["text"] == "choices":
        buttons = [
            {"title": "Dermatology", "payload": '/book_visit{"service_type": "dermatology"}'},
            {"title": "No, thanks", "payload": "/deny"},
        ]
    return [{"text": f"echo: {title}", "buttons": buttons, "custom": None}]


class Patient:
    """A web chat client of a few lines. *cookie*: as the page does it, else with a token."""

    def __init__(self, url: str, body: dict[str, Any] | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        opened = self.http.post(f"{url}/chat/sessions", json=body, timeout=10)
        assert opened.status_code == 201, opened.text
        self.conversation = opened.json()["conversation"]
        self.http.headers["Authorization"] = f"Bearer {opened.json()['token']}"

    def post(self, body: Any, **options: Any) -> requests.Response:
        """Send a message as given."""
        return self.http.post(f"{self.url}/chat/messages", json=body, timeout=10, **options)

    def write(self, text: str, client_message_id: str | None = None) -> int:
        """Write *text*; return its number."""
        answer = self.post({"client_message_id": client_message_id or uuid.uuid4().hex, "text": text})
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    def press(self, payload: str) -> requests.Response:
        """Press what was offered under *payload*."""
        return self.post({"client_message_id": uuid.uuid4().hex, "payload": payload, "title": "whatever"})

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """Return what there is after the message *after*."""
        answer = self.http.get(f"{self.url}/chat/messages", params={"after": after}, timeout=10)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def texts(self, after: int = 0) -> list[tuple[str, str]]:
        """Return (author, text) of what there is."""
        return [(message["author"], message["text"]) for message in self.messages(after)]

    def wait_for(self, text: str, after: int = 0) -> dict[str, Any]:
        """Return the message that contains *text*, once it is there."""
        return until(lambda: next((m for m in self.messages(after) if text in m["text"]), None))

    @contextmanager
    def stream(self, **options: Any) -> Iterator[Stream]:
        """Follow the conversation."""
        with self.http.get(f"{self.url}/chat/events", stream=True, timeout=20, **options) as answer:
            assert answer.status_code == 200, answer.text
            yield Stream(answer)


@dataclass
class House:
    """A gateway and its bot."""

    url: str
    bot: Bot
    settings: Settings
    served: Served

    @property
    def parts(self) -> Any:
        """What the gateway works with."""
        return self.served.app.ctx.gateway

    @property
    def worker(self) -> Any:
        """What the worker beside it works with."""
        return self.served.app.ctx.worker

    def patient(self, **body: Any) -> Patient:
        """Open a session."""
        return Patient(self.url, body or None)

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement in the gateway's database; in a thread, since Playwright keeps a loop in ours."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.settings.database_url)
            try:
                return list(await connection.fetch(statement, *values))
            finally:
                await connection.close()

        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(run())).result()


@contextmanager
def running(settings: Settings, bot: Bot | None = None, *, port: int = 0, **changes: Any) -> Iterator[House]:
    """Run a gateway with its worker, and *bot* behind it. *port* 0: any."""
    bot = bot or Bot(echo)
    with Served(bot.app()) as rasa:
        own = replace(settings, rasa_port=rasa.port, **changes)
        with Served(_with_worker(create_app(own), own), port) as gateway:
            yield House(gateway.url, bot, own, gateway)


def _with_worker(app: Sanic, settings: Settings) -> Sanic:
    """Let the worker live in the gateway's loop here: a test that needs processes starts a product."""

    @app.after_server_start
    async def begin(app: Sanic, _: object) -> None:
        app.ctx.worker = await worker.build(settings)
        await asyncio.wait_for(app.ctx.worker.background.holding.wait(), PATIENCE_SECONDS)

    @app.before_server_stop
    async def end(app: Sanic, _: object) -> None:
        await app.ctx.worker.close()

    return app


def until(look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Return what *look* returns as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found
