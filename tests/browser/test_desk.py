"""The desk in a real browser: one or two people at it."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from frontdoor.conversations.happenings import BotAccepted
from frontdoor.desk import people
from tests.browser.office import Office, office, open_row, violations
from tests.desk.house import PASSWORD

__all__ = ["office"]
pytestmark = pytest.mark.browser

PAGES_OF_ONE_BROWSER = 8  # a browser opens six connections to one host


async def test_a_conversation_from_claim_to_close(office: Office) -> None:
    """Reply, note, return with chosen answers, take over, close: each shows on both pages and in the database."""
    house = office.house
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben", "supervisor")
    conversation = await house.waiting("I have a rash")
    await house.knows(conversation, service_type="dermatology", birth_date="1988-04-02")
    one, two = await office.sit(ana), await office.sit(ben)
    await open_row(one, "Rosa Quill")
    await open_row(two, "Rosa Quill")
    await expect(one.locator(".company")).to_contain_text("Ben is looking too")

    await one.get_by_role("button", name="Claim", exact=True).click()
    await one.get_by_label("Reply to Rosa Quill").fill("Hello, this is Ana.")
    await one.keyboard.press("Control+Enter")
    await expect(two.locator(".message.staff .text")).to_have_text("Hello, this is Ana.")
    await expect(one.get_by_label("Reply to Rosa Quill")).to_have_value("")
    await house.writes_in(conversation, "Thank you Ana")
    await expect(one.locator(".message.patient .text").last).to_have_text("Thank you Ana")

    await expect(one.locator(".about")).not_to_contain_text("1988")
    await one.get_by_role("button", name="Show Date of birth").click()
    await expect(one.locator(".about")).to_contain_text("1988-04-02")
    assert await house.audited("conversation.reveal") == 1

    await one.get_by_role("button", name="Return to assistant").click()
    await one.get_by_label("Date of birth").uncheck()
    await one.get_by_label("In one line").fill("Cream recommended")
    await one.locator("dialog").get_by_role("button", name="Return to assistant").click()
    await expect(two.locator(".banner")).to_contain_text("Going back to the assistant")
    row = await house.row(conversation)
    assert row["carry"] == {"service_type": "dermatology", "language": "en", "introduced": True}
    assert row["bot_cursor"] >= row["last_patient_seq"]

    await house.happens(conversation, BotAccepted(house.clock()))
    await two.get_by_role("button", name="Take over").click()
    await expect(two.locator(".banner")).to_contain_text("You are answering")
    await two.get_by_role("button", name="Close", exact=True).click()
    await two.get_by_label("Answered", exact=True).check()
    await two.locator("dialog").get_by_role("button", name="Close").click()
    await expect(one.locator(".banner")).to_contain_text("Closed")
    assert (await house.row(conversation))["disposition"] == "answered"


async def test_a_draft_is_kept_until_the_server_has_it(office: Office) -> None:
    """A reply that cannot be sent stays in the composer; sent again it is one message."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    composer = page.get_by_label("Reply to Rosa Quill")
    await composer.fill("Hello")

    async def swallow(route: Any) -> None:  # the server gets it, the page does not hear so
        await route.fetch()
        await route.abort()

    await page.route("**/reply", swallow)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".toast")).to_contain_text("Your text is kept")
    await expect(composer).to_have_value("Hello")
    await page.unroute("**/reply")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(composer).to_have_value("")
    assert await house.said(conversation, "staff") == ["Hello"]


async def test_an_emergency_alarms_until_it_is_claimed(office: Office) -> None:
    """It stands above everything, in the title too, and goes only by a claim; no patient text leaves the transcript."""
    house = office.house
    ana = await house.sign_in("Ana")
    page = await office.sit(ana)
    await house.emergency("sentinel chest pain", level="emergency", category="cardiac", rule="chest-pain")
    await expect(page.locator(".emergency-banner")).to_be_visible()
    title = await page.title()
    assert "Emergency" in title
    assert "sentinel" not in title
    assert "sentinel" not in await page.locator(".queue").inner_text()
    await page.locator(".emergency-banner button").click()
    await expect(page.locator(".flag")).to_contain_text("chest-pain")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await expect(page.locator(".emergency-banner")).to_be_hidden()
    assert "Emergency" not in await page.title()


async def test_a_draft_of_the_bot_is_a_suggestion(office: Office) -> None:
    """What the bot wrote but must not say is shown as not sent, and can be used."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.bot_says(conversation, "You could book a visit.", "suppressed")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await expect(page.locator(".message.draft")).to_contain_text("not sent")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.get_by_role("button", name="Use as reply").click()
    await expect(page.get_by_label("Reply to Rosa Quill")).to_have_value("You could book a visit.")


async def test_the_first_admin_comes_in_by_the_link(office: Office) -> None:
    """The link fills in its code; a weak password is explained; the desk opens; it can be left."""
    house = office.house
    link = await people.first_link(house.settings)
    assert link
    page = await office.chromium.new_page()
    await page.goto(link.replace(house.settings.desk_url, house.base))
    assert "#" not in page.url
    await page.get_by_label("Your name").fill("Ana Ruiz")
    await page.get_by_label("Sign-in name").fill("ana")
    await page.get_by_label("Password", exact=True).fill("password1234")
    await page.get_by_role("button", name="Create my sign-in").click()
    await expect(page.get_by_role("alert")).to_contain_text("guessed first")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create my sign-in").click()
    await expect(page.locator(".queue")).to_be_visible()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(re.compile("/login$"))
    await page.get_by_label("Sign-in name").fill("ana")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".queue")).to_be_visible()
    await page.close()


async def test_all_pages_of_a_browser_share_one_stream(office: Office) -> None:
    """More pages than a browser has connections are live, and stay so when the one that has the stream is closed."""
    house = office.house
    pages = [await office.sit(await house.sign_in("Ana"))]
    for _ in range(PAGES_OF_ONE_BROWSER - 1):
        page = await pages[0].context.new_page()
        await page.goto(f"{house.base}/desk")
        await expect(page.locator(".queue")).to_be_visible()
        pages.append(page)
    for name in ("Rosa Quill", "Amira Haddad", "Walter Pike"):
        await house.waiting("hello", name=name)
        for page in pages:
            await expect(page.locator(".row", has_text=name)).to_be_visible()
        await pages.pop(0).close()


async def test_the_page_speaks_spanish(office: Office) -> None:
    """The language is chosen on the page and kept with the person; its longer words find room on a small phone."""
    ana = await office.house.sign_in("Ana")
    await office.house.waiting("hola", language="es")
    page = await office.sit(ana)
    await page.get_by_role("button", name="Settings").click()
    await page.locator("dialog").get_by_label("Language").select_option("es")
    await expect(page.locator(".tabs")).to_contain_text("Sin asignar")
    await page.reload()
    await expect(page.locator(".tabs")).to_contain_text("Sin asignar")
    assert await page.locator("html").get_attribute("lang") == "es"
    await page.set_viewport_size({"width": 320, "height": 640})
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Tomar", exact=True).click()
    await expect(page.locator(".banner")).to_contain_text("Responde usted")
    await page.locator(".menu summary").click()
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
