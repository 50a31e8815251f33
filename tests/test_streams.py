"""The reader of streams that other tests trust: what does not come fails the test, and says what came instead."""

import asyncio
import uuid
from collections.abc import Iterator

import aiohttp
import pytest
import requests
from sanic import Request, Sanic

from tests.gateway.serving import Served
from tests.streams import AsyncStream, Stream

BEGIN = 'retry: 2000\n\nid: 7\ndata: {"text": "é"}\n\nevent: state\ndata: {"state": "bot"}\n\n'
HEARTBEATS = 300  # far more than the reader waits for: a reader without a deadline meets the end of the stream
LOST = r"the stream is open, and 1 s went by without typing; \d+ heartbeats and these events came:\n  .*'é'.*\n.*'bot'"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where two events are told: `/ends` ends after them, `/goes-on` has heartbeats then."""
    app = Sanic(f"streams-{uuid.uuid4().hex[:8]}", configure_logging=False)

    @app.get("/<then:str>")
    async def tell(request: Request, then: str) -> None:
        response = await request.respond(content_type="text/event-stream; charset=utf-8")
        await response.send(BEGIN)
        for _ in range(HEARTBEATS if then == "goes-on" else 0):
            await response.send(": still here\n\n")
            await asyncio.sleep(0.1)
        await response.eof()

    with Served(app) as served:
        yield served.url


def test_events_are_read_in_order_and_others_passed_over(address: str) -> None:
    """Name, data and id of each; asked for one, the reader skips what comes before it."""
    with requests.get(f"{address}/ends", stream=True, timeout=20) as answer:
        stream = Stream(answer)
        assert stream.next() == ("message", {"text": "é"}, "7")
        assert stream.next("typing", "state") == ("state", {"state": "bot"}, "")
        assert stream.next("closed").name == "closed"
    with requests.get(f"{address}/ends", stream=True, timeout=20) as answer:
        assert Stream(answer).next("state").data == {"state": "bot"}


def test_an_end_fails_who_waits_for_an_event(address: str) -> None:
    """A stream that ends says so, unless its end is what the test waits for."""
    ended = pytest.raises(AssertionError, match="the stream ended without typing")
    with requests.get(f"{address}/ends", stream=True, timeout=20) as answer, ended:
        Stream(answer).next("typing")


def test_a_lost_event_fails_at_the_deadline(address: str) -> None:
    """Heartbeats keep the stream open, and yet the test ends, with what came in its words."""
    lost = pytest.raises(AssertionError, match=LOST)
    with requests.get(f"{address}/goes-on", stream=True, timeout=20) as answer, lost:
        Stream(answer).next("typing", within=1)


async def test_read_with_aiohttp_it_is_the_same(address: str) -> None:
    """The desk's tests have the same order, the same end and the same deadline."""
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{address}/ends") as response:
            stream = AsyncStream(response)
            assert await stream.next("typing", "message") == ("message", {"text": "é"}, "7")
            with pytest.raises(AssertionError, match="the stream ended without typing"):
                await stream.next("typing")
            assert (await stream.next("closed")).name == "closed"
        async with http.get(f"{address}/goes-on") as response:
            with pytest.raises(AssertionError, match=LOST):
                await AsyncStream(response).next("typing", within=1)
