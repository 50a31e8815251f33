"""A person takes over, on the whole product: the patient at the chat, a member of staff at the desk."""

import asyncio
import concurrent.futures
import os

import asyncpg
import pytest
from playwright.sync_api import Browser, Page, expect

from frontdoor.database import database
from tests.browser.test_product_patient import Patient, patient
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.product]

PASSWORD = "correct horse harbour light"
MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def staffed(product: Product) -> dict[str, str]:
    """Where the browser's cookies of the first member of staff are kept between the tests of this file."""
    return {}


def at_the_desk(product: Product, chromium: Browser, staffed: dict[str, str]) -> Page:
    """Open the desk: the first time over the one-time link of the console, later with name and password."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    if not staffed:
        page.goto(str(product.first_link()))
        page.get_by_label("Name", exact=False).first.fill("Ana Field")
        page.locator("input[name=login]").fill("ana")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Create").click()
        staffed["ana"] = PASSWORD
    page.goto(f"{product.desk_url}/login")
    if page.locator("input[name=login]").count():
        page.locator("input[name=login]").fill("ana")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    page.goto(f"{product.desk_url}/desk")
    expect(page.locator(".queue")).to_be_visible(timeout=MILLISECONDS)
    return page


def newest(product: Product) -> str:
    """Return the conversation that was begun last: other tests leave theirs in the queue."""

    async def look_up() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(
                await connection.fetchval("SELECT id FROM conversations.conversation ORDER BY created_at DESC LIMIT 1")
            )
        finally:
            await connection.close()

    with (
        database(product.settings) as url,
        concurrent.futures.ThreadPoolExecutor(1) as thread,
    ):  # Playwright has our loop
        return thread.submit(lambda: asyncio.run(look_up())).result()


def claim(desk: Page, conversation: str) -> None:
    """Open the waiting conversation and take it."""
    desk.locator(f'.row[data-id="{conversation}"]').first.click()
    desk.get_by_role("button", name="Claim", exact=True).click()
    expect(desk.locator(".banner")).to_contain_text("You are answering", timeout=MILLISECONDS)


def reply(desk: Page, text: str) -> None:
    """Answer the patient."""
    box = desk.locator(".composer textarea, textarea").first
    box.fill(text)
    desk.keyboard.press("Control+Enter")


def look(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, where FRONTDOOR_PICTURES names a folder."""
    folder = os.environ.get("FRONTDOOR_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_person_answers_and_gives_the_conversation_back(
    product: Product, chromium: Browser, staffed: dict[str, str]
) -> None:
    """Asked for, claimed, answered, returned: and the bot answers the next question, knowing what it knew."""
    rosa: Patient = patient(product, chromium)
    rosa.says("what is asthma?", "asthma")
    rosa.says("i want to talk to a real person", "I don't need a person")  # in the clinic's hours and out of them
    desk = at_the_desk(product, chromium, staffed)
    claim(desk, newest(product))
    expect(desk.locator(".message.patient .text").first).to_have_text("what is asthma?")
    rosa.sees("Ana Field")
    reply(desk, "Hello Rosa, Ana here. Your inhaler question is noted.")
    rosa.sees("Your inhaler question is noted")
    rosa.type("thank you ana, what are your hours?")
    expect(desk.locator(".message.patient .text").last).to_have_text(
        "thank you ana, what are your hours?", timeout=MILLISECONDS
    )
    look(desk, "desk")
    look(rosa.page, "patient")
    assert "Monday" not in "".join(rosa.bubbles()[-2:]), "the bot is silent while Ana has the conversation"
    desk.get_by_role("button", name="Return to assistant").first.click()
    desk.locator("dialog").get_by_role("button", name="Return to assistant").click()
    rosa.sees("handed you back")
    rosa.says("what are your hours?", "Monday")
    introductions = sum("I am a bot, not a person" in text for text in rosa.bubbles())
    assert introductions == 1, "it says what it is once in a conversation"


def test_an_emergency_alarms_the_desk(product: Product, chromium: Browser, staffed: dict[str, str]) -> None:
    """The number comes at once, the desk shows the emergency on top, and the claimed conversation is answered."""
    desk = at_the_desk(product, chromium, staffed)
    rosa = patient(product, chromium)
    rosa.says("my dad collapsed and he is not breathing", "911")
    expect(desk.get_by_role("alert").or_(desk.locator(".emergency")).first).to_be_visible(timeout=MILLISECONDS)
    claim(desk, newest(product))
    reply(desk, "Help is on the way? Stay on the line with 911.")
    rosa.sees("Stay on the line with 911")
