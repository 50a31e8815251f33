"""The patient's page in Chromium and its line to the gateway: what comes, what waits, what comes back."""

import pytest
from playwright.sync_api import Route, expect

from frontdoor.settings import Settings
from tests.browser.conftest import Visit
from tests.gateway.serving import Bot, House

pytestmark = pytest.mark.browser


def test_the_history_is_there_after_a_reload(visit: Visit) -> None:
    """The conversation comes back once, in order, through a cookie that scripts cannot read; storage stays empty."""
    patient = visit()
    for word in ("one", "two"):
        patient.type(word)
        patient.sees(f"echo: {word}")
    before = patient.bubbles()
    patient.page.reload()
    patient.sees("echo: two")
    assert patient.bubbles() == before
    assert patient.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert [cookie["httpOnly"] for cookie in patient.context.cookies()] == [True]


def test_two_tabs_are_one_conversation(visit: Visit) -> None:
    """What is written in one tab is shown in the other."""
    patient = visit()
    other = patient.context.new_page()
    other.goto(patient.url)
    other.locator("#text-input").wait_for()
    patient.type("from the first tab")
    other.locator("fd-message", has_text="echo: from the first tab").wait_for()
    assert other.locator("fd-message").count() == 2


def test_typing_shows_and_goes(visit: Visit, bot: Bot) -> None:
    """While the bot is at it, the page says so."""
    bot.pause = 1.5
    patient = visit()
    patient.type("think")
    patient.page.get_by_text("Lumen is writing").wait_for()
    patient.sees("echo: think")
    patient.page.get_by_text("Lumen is writing").wait_for(state="hidden")


def test_a_person_who_answers_is_named(visit: Visit, house: House) -> None:
    """The header and the message say that it is a person, and who."""
    patient = visit()
    patient.type("hello")
    patient.sees("echo: hello")
    house.sql(
        "INSERT INTO conversations.message (conversation_id, seq, id, author, author_name, epoch, text, status) "
        "SELECT id, 3, gen_random_uuid(), 'staff', 'Ana', 1, 'Hello, this is Ana.', 'sent' "
        "FROM conversations.conversation"
    )
    house.sql("UPDATE conversations.conversation SET state = 'staff', owner_name = 'Ana', last_seq = 3")
    patient.sees("Hello, this is Ana.")
    assert patient.page.locator("fd-message .author").last.inner_text() == "Ana, our team"
    patient.page.locator("#status", has_text="A person is answering: Ana").wait_for()
    assert patient.violations() == []


def test_an_answer_that_was_lost_is_no_second_message(visit: Visit, house: House) -> None:
    """The gateway took the message but its answer never came: the page sends it again, it is there once."""
    patient = visit()
    lost = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    patient.page.route("**/chat/messages", lose_first)
    patient.type("only once")
    patient.sees("echo: only once")
    patient.page.locator(".status").first.wait_for(state="hidden")
    assert lost == [202]
    assert patient.bubbles() == ["only once", "echo: only once"]
    assert len(house.bot.turns) == 1


def test_offline_messages_wait(visit: Visit, house: House) -> None:
    """Without a network the page says so, keeps what is written, and sends it in order when it is back."""
    patient = visit()
    patient.context.set_offline(True)
    patient.page.locator("#notice", has_text="offline").wait_for()
    patient.type("first")
    patient.type("second")
    patient.page.get_by_text("Not sent yet").first.wait_for()
    patient.context.set_offline(False)
    patient.sees("echo: second", seconds=20)
    said = [row["text"] for row in house.sql("SELECT text FROM conversations.message WHERE author = 'patient' "
                                             "ORDER BY seq")]  # fmt: skip
    assert said == ["first", "second"]
    assert sorted(patient.bubbles()) == ["echo: first", "echo: second", "first", "second"]


def test_what_is_written_before_there_was_a_line_waits(visit: Visit, house: House) -> None:
    """The network went before the page had reached the gateway: each message says that it waits, and is sent later."""
    patient = visit()
    patient.page.route("**/chat/sessions", lambda route: route.abort())
    patient.open()
    patient.page.locator("#notice", has_text="Reconnecting").wait_for()
    patient.type("first")
    patient.page.get_by_text("Not sent yet").wait_for()
    patient.type("second")
    expect(patient.page.get_by_text("Not sent yet")).to_have_count(2)
    patient.page.unroute("**/chat/sessions")
    patient.sees("echo: second", seconds=20)
    assert [turn["text"] for turn in house.bot.turns] == ["first", "second"]


def test_too_fast_is_only_later(settings: Settings, visit: Visit, house: House) -> None:
    """A message past the rate limit is kept and sent when the limit allows."""
    patient = visit()
    house.parts.per_session._left.clear()
    house.parts.per_session.most, house.parts.per_session.per_second = 2.0, 0.5
    for word in ("one", "two", "three"):
        patient.type(word)
    patient.page.get_by_text("Too many messages at once").wait_for()
    patient.sees("echo: three")
    assert [turn["text"] for turn in house.bot.turns] == ["one", "two", "three"]


def test_an_erased_conversation_makes_room_for_a_new_one(visit: Visit, house: House) -> None:
    """When the session is gone, the page says so and the next message begins a new one."""
    patient = visit()
    patient.type("hello")
    patient.sees("echo: hello")
    house.sql("DELETE FROM conversations.conversation")
    patient.type("anyone?")
    patient.sees("echo: anyone?")
    assert len(house.sql("SELECT FROM conversations.conversation")) == 1
