"""The main job in a browser, on the whole product."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.product]

SECONDS = 30.0


class Patient(Visitor):
    """A patient who waits for each answer before going on."""

    def says(self, text: str, then: str) -> None:
        """Write *text*; wait for an answer with *then*."""
        before = self.page.locator("fd-message").count()
        self.type(text)
        self.answered(before, then)

    def presses(self, title: str, then: str) -> None:
        """Press the open choice that holds *title*; wait for an answer with *then*."""
        before = self.page.locator("fd-message").count()
        self.page.locator("fd-message button:enabled", has_text=title).first.click()
        self.answered(before, then)

    def answered(self, before: int, then: str) -> None:
        """Wait for a message with *then* after the first *before* messages."""
        self.page.wait_for_function(
            "([before, then]) => [...document.querySelector('deep-chat').shadowRoot.querySelectorAll('fd-message')]"
            ".slice(before).some(m => m.dataset.author !== 'patient' && m.textContent.includes(then))",
            arg=[before, then],
            timeout=SECONDS * 1000,
        )


def patient(product: Product, chromium: Browser) -> Patient:
    """Open the page of the product."""
    product.wait_ready()
    context = chromium.new_context(locale="en-US", timezone_id="America/New_York")
    context.set_default_timeout(SECONDS * 1000)
    visitor = Patient(context, context.new_page(), product.gateway_url)
    visitor.open()
    return visitor


def test_a_visit_is_booked(product: Product, chromium: Browser) -> None:
    """From the first choice to the confirmation, with a calendar file that opens; all of it there after a reload."""
    ana = patient(product, chromium)
    ana.says("Book a visit", "What kind of visit")
    ana.presses("Dermatology", "When would you like")
    ana.says("next week", "Which one")
    ana.presses("PM", "Who is the visit for")
    ana.presses("For me", "full name")
    ana.says("Ana Rivera", "date of birth")
    ana.says("May 3, 1990", "state")
    ana.says("New York", "reach you")
    ana.says("ana@example.com", "visit about")
    ana.says("a rash on my arm", "Do you agree")
    ana.presses("I agree", "Shall I book it")
    ana.presses("Book it", "booked")
    file = ana.page.locator("fd-message a.file").last.get_attribute("href")
    calendar = ana.context.request.get(str(file))
    assert calendar.status == 200
    assert "BEGIN:VCALENDAR" in calendar.text()
    before = ana.bubbles()
    ana.page.reload()
    ana.sees("Shall I book it")
    assert ana.bubbles() == before


def test_a_question_is_answered_from_the_library(product: Product, chromium: Browser) -> None:
    """The answer has its source, and the article is a page to read."""
    ana = patient(product, chromium)
    ana.says("what helps against the flu?", "flu")
    article = ana.context.request.get(f"{product.gateway_url}/library/en/flu")
    assert article.status == 200


def test_an_emergency_in_the_middle(product: Product, chromium: Browser) -> None:
    """In the middle of a booking the number comes first, and people are asked for."""
    ana = patient(product, chromium)
    ana.says("Book a visit", "What kind of visit")
    ana.says("I have crushing chest pain and my left arm is numb", "911")
    ana.page.locator("#status", has_text="Waiting for a person").wait_for()


def test_the_gateway_is_killed_in_the_middle(product: Product, chromium: Browser) -> None:
    """What was written before, while and after the gateway was away is answered, each message once."""
    ana = patient(product, chromium)
    ana.says("Book a visit", "What kind of visit")
    product.kill("gateway")
    ana.page.locator("#notice", has_text="Reconnecting").wait_for()
    ana.says("Dermatology", "When would you like")
    assert ana.bubbles().count("Dermatology") == 1
    assert sum("When would you like" in text for text in ana.bubbles()) == 1
