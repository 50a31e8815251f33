"""Who watches a conversation is woken for each change once, and for a change while the bot thinks a little later."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from frontdoor.conversations.views import View
from frontdoor.gateway import hub as hubs
from frontdoor.gateway.hub import Hub, Watch
from frontdoor.settings import Settings
from tests.gateway.serving import Bot, echo, running

NOW, NEVER = 5.0, 0.05  # seconds: the patience with what must come, and with what must not


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    yield hub
    hub.close()


def notice(hub: Hub, payload: str) -> None:
    hub._heard(None, 0, hubs.CHANNEL, payload)


async def read(watch: Watch, mark: str) -> None:
    watch.reading()
    await asyncio.sleep(0)
    watch.read(mark)


async def test_a_change_wakes_who_watches_it_and_nobody_else(hub: Hub) -> None:
    """A notice names its conversation."""
    with hub.watch("one") as one, hub.watch("two") as two:
        notice(hub, "conversation one 7")
        assert await one.news(NOW)
        assert not await two.news(NEVER)


async def test_a_change_that_was_read_wakes_nobody(hub: Hub) -> None:
    """What a reading already showed is not read again for its notice, whether that comes later or meanwhile."""
    with hub.watch("one") as watch:
        await read(watch, "7")
        notice(hub, "conversation one 7")
        assert not await watch.news(NEVER)
        watch.reading()
        notice(hub, "conversation one 8")
        watch.read("8")
        assert not await watch.news(NEVER)


async def test_a_change_that_a_reading_missed_wakes(hub: Hub) -> None:
    """What happened while it was read, and is not in it, is read next."""
    with hub.watch("one") as watch:
        watch.reading()
        notice(hub, "conversation one 9")
        watch.read("8")
        assert await watch.news(NOW)


async def test_what_has_no_mark_wakes_in_any_case(hub: Hub) -> None:
    """Typing changes no conversation: its notice wakes also when a change that was read is told of as well."""
    with hub.watch("one") as watch:
        watch.reading()
        notice(hub, "viewing one")
        notice(hub, "conversation one 8")
        watch.read("8")
        assert await watch.news(NOW)


async def test_while_the_bot_thinks_news_waits_for_its_answer(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer wakes at once, and once."""
    monkeypatch.setattr(hubs, "HOLD_SECONDS", 3600.0)
    with hub.watch("one") as watch:
        hub.thinks("one")
        notice(hub, "conversation one 7")
        assert not await watch.news(NEVER)
        hub.answered("one")
        assert await watch.news(NOW)
        await read(watch, "8")
        notice(hub, "conversation one 8")
        hub.answered("one")
        assert not await watch.news(NEVER)


async def test_who_thinks_for_long_holds_nothing_back(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """News waits a moment at the most; without a bot at work it does not wait."""
    monkeypatch.setattr(hubs, "HOLD_SECONDS", 0.01)
    with hub.watch("one") as watch:
        hub.thinks("one")
        notice(hub, "conversation one 7")
        assert await watch.news(NOW)
        await read(watch, "7")
        hub.answered("one")
        monkeypatch.setattr(hubs, "HOLD_SECONDS", 3600.0)
        notice(hub, "conversation one 8")
        assert await watch.news(NOW)


async def test_the_poll_wakes_where_a_notice_was_lost(hub: Hub) -> None:
    """Marks that are not those that were read wake; those that were do not; a conversation that is gone does."""
    with hub.watch("one") as one, hub.watch("two") as two, hub.watch("gone") as gone:
        for watch in (one, two, gone):
            await read(watch, "7")
        hub._compare({"one": "8", "two": "7"})
        assert await one.news(NOW)
        assert await gone.news(NOW)
        assert not await two.news(NEVER)


def view(mark: str, *seqs: int) -> View:
    return View("bot", None, False, False, mark, [{"seq": seq} for seq in seqs])


async def test_who_is_given_what_was_read_need_not_read_it(hub: Hub) -> None:
    """The answer brings along what there is to see; its notice wakes nobody, before or after."""
    with hub.watch("one", 3) as watch:
        hub.thinks("one")
        notice(hub, "conversation one 7")
        assert hub.since("one") == 3
        notice(hub, "conversation one 8")
        hub.answered("one", view("8", 3, 4, 5))
        assert await watch.news(NOW)
        given = watch.given()
        assert given is not None
        watch.read(given.mark)
        assert [message["seq"] for message in watch.unseen(given)] == [4, 5]
        assert watch.after == 5
        notice(hub, "conversation one 8")
        assert watch.given() is None
        assert not await watch.news(NEVER)


async def test_what_happens_beside_an_answer_is_read_after_it(hub: Hub) -> None:
    """A change that may not be in what was given wakes again, told before the answer is written or after."""
    with hub.watch("one") as watch:
        for later in ("before", "after"):
            hub.thinks("one")
            hub.since("one")
            if later == "before":
                notice(hub, f"conversation one staff-{later}")
            hub.answered("one", view(f"answer-{later}"))
            if later == "after":
                notice(hub, f"conversation one staff-{later}")
            assert await watch.news(NOW)
            given = watch.given()
            assert given is not None
            watch.read(given.mark)
            assert await watch.news(NOW)
            await read(watch, f"staff-{later}")
            assert not await watch.news(NEVER)


async def test_who_reads_at_that_moment_reads_again(hub: Hub) -> None:
    """What was read for others is not mixed with a reading of one's own, begun before or meanwhile."""
    with hub.watch("one", 1) as early, hub.watch("one", 2) as late:
        early.reading()
        hub.thinks("one")
        assert hub.since("one") == 2
        late.reading()
        hub.answered("one", view("8", 3))
        for watch in (early, late):
            assert watch.given() is None
            watch.read("7")
            assert await watch.news(NOW)


async def test_nothing_is_read_for_who_waits_for_no_answer(hub: Hub) -> None:
    """Without a bot at work here, and without an answer, everybody reads."""
    with hub.watch("one", 4) as watch:
        assert hub.since("one") is None
        hub.thinks("one")
        assert hub.since("one") == 4
        hub.answered("one")
        assert watch.given() is None
        assert await watch.news(NOW)
    assert hub.since("one") is None


def test_an_answer_shows_what_a_reading_would(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes with an answer, unread, is what GET /chat/messages says: text, buttons, file, language, time."""
    monkeypatch.setattr(hubs, "HOLD_SECONDS", 3600.0)
    monkeypatch.setattr(hubs, "POLL_SECONDS", 3600.0)

    def answer(turn: dict[str, Any]) -> list[dict[str, Any]]:
        buttons = [{"title": "Yes", "payload": '/affirm{"x": "1"}'}, {"title": "Read", "payload": "https://a.test/"}]
        file = {"attachment": {"url": "/v/1.ics", "filename": "visit.ics", "mime": "text/calendar"}}
        one = {"text": f"one: {turn['text']}", "buttons": buttons, "custom": None}
        return [one, {"text": "two", "buttons": [], "custom": file}]

    with running(settings, Bot(answer, pause=0.3)) as house:  # the notice of the message is heard before its answer
        patient = house.patient()
        reads = 0
        real = house.parts.web.view

        async def counted(conversation_id: str, after: int, **options: int) -> View | None:
            nonlocal reads
            reads += 1
            return await real(conversation_id, after, **options)

        with patient.stream() as stream:
            stream.next("state")
            monkeypatch.setattr(house.parts.web, "view", counted)
            seen = []
            for turn in range(3):
                patient.write(f"turn {turn}")
                seen += [stream.next()[1] for _ in range(3)]
            assert not reads, "what came with an answer was read as well"
            assert seen == patient.messages()


def test_what_others_say_does_not_wait_for_the_bot(settings: Settings) -> None:
    """A bot that thinks for long holds back nothing for longer than a moment."""
    goes_on = threading.Event()

    def answer(turn: dict[str, Any]) -> list[dict[str, Any]]:
        goes_on.wait(60)  # in the bot's own thread
        return echo(turn)

    with running(settings, Bot(answer)) as house:
        patient = house.patient()
        with patient.stream() as stream:
            patient.write("think")
            assert stream.next()[1]["text"] == "think"
            house.sql(
                "WITH said AS (UPDATE conversations.conversation SET last_seq = 2) "
                "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
                "VALUES ($1::uuid, 2, gen_random_uuid(), 'staff', 1, 'a person', 'sent')",
                patient.conversation,
            )
            assert stream.next()[1]["text"] == "a person"
            goes_on.set()
            assert stream.next()[1]["text"] == "echo: think"
