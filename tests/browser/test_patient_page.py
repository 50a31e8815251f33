"""The patient's page in Chromium."""

import pytest
from playwright.sync_api import Route, expect

from frontdoor.settings import Settings
from tests.browser.conftest import Visit, Visitor
from tests.gateway.serving import Bot, House, until

pytestmark = pytest.mark.browser


def test_a_conversation(visit: Visit) -> None:
    """A patient starts with a choice, presses another, writes, and sees who says what."""
    patient = visit()
    patient.page.get_by_role("button", name="Book a visit").click()
    patient.page.get_by_role("button", name="Dermatology").click()
    patient.sees("echo: Dermatology")
    patient.type("What is the flu?")
    patient.sees("echo: What is the flu?")
    assert patient.bubbles() == [
        "Book a visit", "echo: Book a visit", "Dermatology", "echo: Dermatology", "What is the flu?",
        "echo: What is the flu?",
    ]  # fmt: skip
    assert patient.page.locator("fd-message .author").first.inner_text() == "Lumen (bot)"
    assert patient.page.locator("fd-message time").count() == 6
    assert not patient.page.get_by_role("heading", level=2).is_visible()


def test_choices_are_spent_by_use_and_by_going_on(visit: Visit) -> None:
    """A pressed choice is marked, its group closed; a group that was passed by is closed too, also after a reload."""
    patient = visit()
    patient.type("Book a visit")
    patient.page.get_by_role("button", name="Dermatology").click()
    patient.sees("echo: Dermatology")
    for _ in range(2):
        group = patient.page.get_by_role("group", name="Choices")
        assert group.locator("button:disabled").count() == 3
        assert group.locator(".chosen").inner_text() == "Dermatology"
        patient.page.reload()
        patient.sees("echo: Dermatology")


def test_everything_by_keyboard(visit: Visit) -> None:
    """Every choice can be reached and pressed without a mouse, and the focus goes on to the composer."""
    patient = visit()
    _tab_to(patient, "Book a visit")
    patient.page.keyboard.press("Enter")
    patient.sees("echo: Book a visit")
    assert _focused(patient) == "text-input"
    patient.page.keyboard.press("Shift+Tab")
    assert _focused(patient) == "Nutrition"
    patient.page.keyboard.press("Space")
    patient.sees("echo: Nutrition")
    patient.page.keyboard.insert_text("by keyboard")
    patient.page.keyboard.press("Tab")
    patient.page.keyboard.press("Enter")
    patient.sees("echo: by keyboard")


def _focused(patient: Visitor) -> str:
    """Return the id, else the text, of what has the focus."""
    return str(
        patient.page.evaluate(
            "() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) "
            "at = at.shadowRoot.activeElement; return at.id || at.textContent.trim(); }"
        )
    )


def _tab_to(patient: Visitor, name: str) -> None:
    for _ in range(20):
        patient.page.keyboard.press("Tab")
        if _focused(patient) == name:
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nobody_is_shut_out(visit: Visit, width: int, scheme: str) -> None:
    """axe finds nothing against WCAG A and AA, from the welcome to an emergency, and nothing is cut at the side."""
    patient = visit(width=width, height=800, scheme=scheme)
    assert patient.violations() == []
    patient.type("Book a visit")
    patient.sees("echo: Book a visit")
    assert patient.violations() == []
    patient.type("link")
    patient.type("file")
    patient.type("I have crushing chest pain and my left arm is numb")
    patient.sees("911")
    assert patient.violations() == []
    patient.page.locator("#text-input").fill("x" * 2100)
    patient.page.locator("#notice", has_text="too long").wait_for()
    assert patient.violations() == []
    assert patient.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_read_out(visit: Visit) -> None:
    """New messages are in a polite log with a name; composer and button have names."""
    patient = visit()
    log = patient.page.get_by_role("log", name="Messages")
    patient.type("hello")
    patient.sees("echo: hello")
    assert log.get_attribute("aria-live") == "polite"
    assert patient.page.get_by_role("textbox", name="Write a message").count() == 1
    assert patient.page.get_by_role("button", name="Send").count() == 1
    assert "You" in log.inner_text()


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


def test_markup_stays_text(visit: Visit) -> None:
    """Nobody's words become markup, from the keyboard, from the bot or after a reload."""
    patient = visit()
    patient.type("<img src=x onerror=\"document.title='bad'\"> **bold** [a](javascript:alert(1))")
    patient.sees("echo: <img")
    patient.page.reload()
    patient.sees("echo: <img")
    assert patient.page.locator("fd-message :is(img, strong, b, script, a)").count() == 0
    assert patient.bubbles()[0].startswith("<img src=x onerror=")
    assert patient.page.title() != "bad"


def test_links_are_safe(visit: Visit) -> None:
    """Web addresses become links that tell their target nothing; other schemes stay text."""
    patient = visit()
    patient.type("link")
    patient.sees("echo: see")
    links = patient.page.locator("fd-message a")
    assert links.count() == 1
    assert links.get_attribute("href") == "https://clinic.example/flu"
    assert (links.get_attribute("rel"), links.get_attribute("target")) == ("noopener noreferrer", "_blank")


def test_a_file_is_a_link(visit: Visit) -> None:
    """An attachment is offered by its name."""
    patient = visit()
    patient.type("file")
    assert patient.page.get_by_role("link", name="Open visit.ics").get_attribute("href") == "/i/x.ics"


def test_an_emergency_has_its_number_to_press(visit: Visit) -> None:
    """The emergency reply has a link to call; the fixed line above always has."""
    patient = visit(width=390)
    assert patient.page.locator("#emergency a").get_attribute("href") == "tel:911"
    patient.type("I have crushing chest pain and my left arm is numb")
    assert patient.page.get_by_role("link", name="Call 911", exact=True).get_attribute("href") == "tel:911"
    patient.page.locator("#status", has_text="Waiting for a person").wait_for()


def test_too_long_stays_in_the_composer(visit: Visit, house: House) -> None:
    """A message over the limit is not sent and not lost; the page says by how much."""
    patient = visit()
    patient.type("y" * 2001)
    patient.page.locator("#notice", has_text="2001 of 2000").wait_for()
    assert len(patient.page.locator("#text-input").inner_text()) == 2001
    assert patient.bubbles() == []
    patient.page.keyboard.press("Backspace")
    patient.page.keyboard.press("Enter")
    patient.sees("echo: yyy")
    assert len(house.bot.turns[0]["text"]) == 2000


def test_spanish(visit: Visit, house: House) -> None:
    """The switch changes the page's language, Deep Chat's own words too, and the conversation's."""
    patient = visit()
    patient.type("hello")
    patient.sees("echo: hello")
    patient.page.get_by_role("link", name="Español").click()
    assert patient.page.evaluate("document.documentElement.lang") == "es"
    assert patient.page.get_by_role("textbox", name="Escriba un mensaje").count() == 1
    assert patient.page.get_by_role("button", name="Enviar").count() == 1
    assert "¿Emergencia?" in patient.page.locator("#emergency").inner_text()
    until(lambda: house.sql("SELECT FROM conversations.conversation WHERE language = 'es' AND language_locked"))
    assert patient.violations() == []


def test_a_link_to_the_page_can_choose(visit: Visit, house: House) -> None:
    """`?language=` and `?ref=` are the page's language and the conversation's campaign."""
    patient = visit(path="/?language=es&ref=flu-2026")
    assert patient.page.get_by_role("button", name="Reservar una visita").is_visible()
    patient.type("hola")
    patient.sees("echo: hola")
    assert house.bot.turns[0]["language"] == "es"
    assert house.sql("SELECT campaign FROM conversations.conversation")[0]["campaign"] == "flu-2026"


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


def test_motion_can_be_off(visit: Visit, bot: Bot) -> None:
    """Who wants less motion gets none."""
    bot.pause = 2
    patient = visit(reduced_motion="reduce")
    patient.type("think")
    typing = patient.page.get_by_text("Lumen is writing")
    typing.wait_for()
    assert typing.evaluate("element => getComputedStyle(element, '::before').animationName") == "none"


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
