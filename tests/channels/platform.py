"""A platform of a few lines: records what it is called with, and answers what a test scripts."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from orjson import dumps
from sanic import HTTPResponse, Request, Sanic

from tests.gateway.serving import Served, until


@dataclass(frozen=True)
class Heard:
    """One call that reached the platform."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any  # JSON, or the form as a dict


@dataclass(frozen=True)
class Says:
    """What the platform answers: status, JSON (or text that is none), headers; after *seconds*."""

    status: int = 200
    json: Any = None
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Platform:
    """A small real server. *script* is answered first, in order, to calls that are *scripted*; then *usual*."""

    usual: Callable[[Heard], Says]
    script: list[Says] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""
    scripted: Callable[[Heard], bool] = lambda heard: True

    def app(self) -> Sanic:
        app = Sanic(f"platform-{uuid.uuid4().hex[:8]}", configure_logging=False)

        @app.route("/<path:path>", methods=["GET", "POST", "PUT"])
        async def anything(request: Request, path: str) -> HTTPResponse:
            heard = Heard(request.method, f"/{path}", dict(request.headers), _body(request))
            self.heard.append(heard)
            says = self.script.pop(0) if self.script and self.scripted(heard) else self.usual(heard)
            await asyncio.sleep(says.seconds)
            body = says.text or (dumps(says.json).decode() if says.json is not None else "")
            return HTTPResponse(body, status=says.status, headers=says.headers, content_type="application/json")

        return app

    def calls(self, part: str = "") -> list[Heard]:
        """Return the calls whose path contains *part*."""
        return [heard for heard in list(self.heard) if part in heard.path]

    def wait_for_calls(self, count: int, part: str = "") -> list[Heard]:
        """Return the calls with *part*, once there are *count*."""
        until(lambda: len(self.calls(part)) >= count)
        return self.calls(part)


@contextmanager
def standing(platform: Platform) -> Iterator[Platform]:
    """Run *platform*."""
    with Served(platform.app()) as served:
        platform.url = served.url
        yield platform


def _body(request: Request) -> Any:
    if "json" in request.headers.get("content-type", ""):
        return request.json
    if "multipart" in request.headers.get("content-type", ""):
        files = {name: (file.name, file.type, file.body) for name, (file, *_) in request.files.items()}
        return {name: value for name, (value, *_) in request.form.items()} | {"files": files}
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
