"""A file of ours, as Telegram gets it: read at our own address, sent as a file; its address where it cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest

from frontdoor.channels import send
from frontdoor.channels.contract import Call, Failed, Letter, Recipient, Reply, Upload
from frontdoor.channels.registry import make
from frontdoor.settings import load
from tests.channels.platform import Heard, Platform, Says, standing
from tests.channels.telegram.case import TelegramCase

CASE = TelegramCase()
CALENDAR = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@contextmanager
def both(file: Says) -> Iterator[tuple[Platform, Platform]]:
    """Stand up Telegram, and a gateway that answers *file*."""
    with standing(Platform(CASE.usual)) as telegram, standing(Platform(lambda heard: file)) as gateway:
        yield telegram, gateway


async def deliver(telegram: Platform, gateway: Platform) -> list[Heard]:
    """Send a visit with its calendar file; return what Telegram heard."""
    values = CASE.values(telegram.url) | {"FRONTDOOR_PUBLIC_URL": gateway.url}
    channel = make("telegram", load(values, dotenv=None))
    letter = Letter("You are booked.", file_url=f"{gateway.url}/i/secret-token.ics", file_name="visit.ics")
    async with aiohttp.ClientSession() as session:
        for call in channel.render(letter, Recipient("590000001")):
            answer = await send.make(session, call)
            assert isinstance(answer, Reply)
            assert type(channel.judge(call, answer)).__name__ == "Sent"
    return telegram.heard


async def test_the_file_itself_is_sent() -> None:
    """With its name and type, to the person, after the text."""
    with both(Says(200, text=CALENDAR)) as (telegram, gateway):
        text, document = await deliver(telegram, gateway)
    assert text.body["text"] == "You are booked."
    assert document.path.endswith("/sendDocument")
    assert document.body["chat_id"] == "590000001"
    assert document.body["files"]["document"] == ("visit.ics", "text/calendar", CALENDAR.encode())


@pytest.mark.parametrize(
    "file", [Says(404), Says(200), Says(302, headers={"Location": "/elsewhere"}), Says(200, text="x" * 2_100_000)]
)
async def test_what_cannot_be_read_is_a_link(file: Says) -> None:
    """Gone, empty, elsewhere, too large: the person gets the address."""
    with both(file) as (telegram, gateway):
        _, link = await deliver(telegram, gateway)
        assert link.path.endswith("/sendMessage")
        assert link.body["text"] == f"{gateway.url}/i/secret-token.ics"
        assert len(gateway.heard) == 1


async def test_without_another_way_it_has_failed() -> None:
    """A call that has nothing in place of the file says so, and is not made."""
    upload = Upload("document", "http://127.0.0.1:9/a.ics", "a.ics", "text/calendar")
    with standing(Platform(CASE.usual)) as telegram:
        async with aiohttp.ClientSession() as session:
            answer = await send.make(session, Call(f"{telegram.url}/x", form={}, upload=upload))
        assert answer == Failed("content", "file")
        assert telegram.heard == []
