"""Sanic with a short way for what is asked most, answered where it arrives: no task, no routing, no middleware.

They cost several times as much as the work itself. Only a whole, plain POST goes the short way; whatever is unusual
(cut off, pipelined, upgraded, too large, no HTTP) goes Sanic's own way from its first byte, as if nothing had happened.
"""

from asyncio import Future
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from sanic import Sanic
from sanic.http import Stage
from sanic.server.protocols.http_protocol import HttpProtocol

from frontdoor.channels.contract import Answer

MOST_BYTES = 600_000  # of one request that comes in pieces


class Later(NamedTuple):
    """An answer that waits for *first*: *then* makes it, from how that failed, if it did."""

    first: "Future[Any]"
    then: Callable[[BaseException | None], Answer]


ShortWay: TypeAlias = Callable[[Mapping[str, str], bytes], Answer | Later]  # of headers and body


class Front(Sanic):
    """A POST to a path with a short way is answered by it; everything else goes Sanic's own way."""

    def __init__(self, name: str) -> None:
        super().__init__(name, configure_logging=False)
        self.ctx.short_ways, self.ctx.beginnings = {}, ()

    def shorten(self, path: str, way: ShortWay) -> None:
        """Give POSTs to *path* a short way. The route stays, for what is not plain."""
        self.ctx.short_ways[path.encode()] = way
        self.ctx.beginnings += (f"POST {path} ".encode(),)

    def _helper(self, *given: Any, **options: Any) -> Any:  # what `run` and `create_server` have in common
        return super()._helper(*given, **options | {"protocol": Line})


class Line(HttpProtocol):
    """One connection: Sanic's, as long as nothing plain arrives between its requests."""

    __slots__ = ("answering", "asked", "beginnings", "early", "parser", "ways")

    def __init__(self, *, app: Sanic, **options: Any) -> None:
        super().__init__(app=app, **options)  # type: ignore[no-untyped-call]
        self.ways: dict[bytes, ShortWay] = app.ctx.short_ways
        self.beginnings: tuple[bytes, ...] = app.ctx.beginnings
        self.asked: Asked | None = None  # is being read, or answered
        self.parser: HttpRequestParser  # of what is asked
        self.answering = False
        self.early = bytearray()  # what came while an answer was on its way

    def data_received(self, data: bytes) -> None:
        """Take what arrived."""
        if self.answering:
            self.early += data
            self.transport.pause_reading()  # type: ignore[union-attr]  # there is one while data arrives
        elif self.asked is not None:
            self._read(self.asked, data)
        elif data.startswith(self.beginnings) and self._is_at_rest():
            self.asked = Asked()
            self.parser = HttpRequestParser(self.asked)
            self._read(self.asked, data)
        else:
            super().data_received(data)  # type: ignore[no-untyped-call]

    def close_if_idle(self) -> bool:
        """Close, when told to stop, unless an answer is on its way."""
        return not self.answering and super().close_if_idle()

    def _is_at_rest(self) -> bool:
        """Tell whether Sanic has nothing of this connection in its hands and waits for the next request."""
        http = getattr(self, "_http", None)  # there is none before its task has begun
        return (
            http is not None and http.stage is Stage.IDLE and http.keep_alive and not http.request_body
            and not self.recv_buffer and self._can_write.is_set()
        )  # fmt: skip

    def _read(self, asked: "Asked", data: bytes) -> None:
        self._time = monotonic()
        asked.raw += data
        try:
            self.parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            asked.plain = False
        if not asked.plain or len(asked.raw) > MOST_BYTES:
            self._hand_over(asked)
        elif asked.whole:
            self._answer(asked)

    def _answer(self, asked: "Asked") -> None:
        try:
            answer = self.ways[asked.url](asked.headers, bytes(asked.body))
        except Exception:  # it will fail there as well, and be answered as every failure is
            self._hand_over(asked)
            return
        if isinstance(answer, Answer):
            self._say(answer)
            return
        first, then = answer
        self.answering = True
        first.add_done_callback(lambda done: self._say(then(done.exception())))

    def _hand_over(self, asked: "Asked") -> None:
        """Let Sanic have it, from its first byte."""
        self.asked = None
        super().data_received(bytes(asked.raw))  # type: ignore[no-untyped-call]

    def _say(self, answer: Answer) -> None:
        assert self.asked is not None
        wanted = self.asked.headers.get("connection")
        going_on = self.parser.get_http_version() == "1.1" if wanted is None else wanted.lower() == "keep-alive"
        going_on = going_on and not self.signal.stopped
        self.asked, self.answering = None, False
        if self.transport is None or self.transport.is_closing():
            return
        self.transport.write(_wire(answer, going_on))
        self._time = monotonic()
        if not going_on:
            self.close()  # type: ignore[no-untyped-call]
        elif self.early:
            early, self.early = bytes(self.early), bytearray()
            self.transport.resume_reading()
            self.data_received(early)


class Asked:
    """One request as it arrives. The methods are what the parser calls."""

    def __init__(self) -> None:
        self.raw, self.body = bytearray(), bytearray()
        self.url = b""
        self.headers: dict[str, str] = {}  # the first of a name, which is in lower case
        self.plain, self.whole = True, False

    def on_message_begin(self) -> None:
        """Begin; a second request behind the first is nothing plain."""
        self.plain = not self.whole

    def on_url(self, url: bytes) -> None:
        """Take the path, or a part of it."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. Who expects something waits for more than an answer."""
        known = name.decode("latin-1").lower()
        self.headers.setdefault(known, value.decode(errors="surrogateescape"))
        if known == "expect":
            self.plain = False

    def on_body(self, body: bytes) -> None:
        """Take the body, or a part of it."""
        self.body += body

    def on_message_complete(self) -> None:
        """End."""
        self.whole = True


@lru_cache(maxsize=64)
def _wire(answer: Answer, going_on: bool) -> bytes:
    """Return *answer* as it goes over the wire."""
    body = answer.body.encode()
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\ncontent-length: {len(body)}\r\n"
        f"connection: {'keep-alive' if going_on else 'close'}\r\ncontent-type: {answer.content_type}\r\n\r\n"
    )
    return head.encode() + body
