"""The patient's page in Chromium: what is shown, read out and pressed."""

import pytest

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


def test_motion_can_be_off(visit: Visit, bot: Bot) -> None:
    """Who wants less motion gets none."""
    bot.pause = 2
    patient = visit(reduced_motion="reduce")
    patient.type("think")
    typing = patient.page.get_by_text("Lumen is writing")
    typing.wait_for()
    assert typing.evaluate("element => getComputedStyle(element, '::before').animationName") == "none"
