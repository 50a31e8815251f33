"""The desk in a real browser: one or two people at it."""

import asyncio
import contextlib
import re
from typing import Any

import pytest
from playwright.async_api import expect

from frontdoor.conversations.happenings import BotAccepted
from frontdoor.desk import people
from frontdoor.settings import Settings
from tests.browser.office import Office, office, open_row
from tests.desk.house import PASSWORD, running

__all__ = ["office"]
pytestmark = pytest.mark.browser
EVIL = '<img src=x onerror="document.title=1">'


async def test_two_claim_and_the_other_learns_who(office: Office) -> None:
    """Both click Claim at once: one owns, the other sees the name and keeps what they had written."""
    house = office.house
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("I would like a person")
    pages = [await office.sit(ana), await office.sit(ben)]
    for page in pages:
        await open_row(page, "Rosa Quill")
        await page.keyboard.press("n")
        await page.get_by_label("Note about Rosa Quill").fill("my draft")
    await asyncio.gather(*(page.get_by_role("button", name="Claim", exact=True).click() for page in pages))
    await expect(pages[0].locator(".banner")).to_contain_text("answering")
    await expect(pages[0].locator(".banner")).not_to_contain_text("Nobody")
    owner = (await house.row(conversation))["owner_name"]
    winner, loser = pages if owner == "Ana" else pages[::-1]
    await expect(winner.locator(".banner")).to_contain_text("You are answering")
    await expect(loser.locator(".banner")).to_contain_text(f"{owner} is answering")
    await expect(loser.locator(".toast")).to_contain_text(owner)
    await expect(loser.get_by_label("Note about Rosa Quill")).to_have_value("my draft")
    await loser.locator(".modes").get_by_role("button", name="Reply").click()
    await expect(loser.locator("#locked")).to_contain_text(f"{owner} has this conversation")


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


async def test_nothing_is_lost_while_offline(office: Office) -> None:
    """Twenty messages come while the page is offline; back online all are there, once, in order."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("message 0")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    for number in range(1, 21):
        await house.writes_in(conversation, f"message {number}")
    await asyncio.sleep(1)
    await page.context.set_offline(False)
    await expect(page.locator(".message.patient")).to_have_count(21, timeout=15_000)
    assert await page.locator(".message.patient .text").all_inner_texts() == [
        f"message {number}" for number in range(21)
    ]


async def test_the_desk_survives_a_restart(office: Office, settings: Settings) -> None:
    """The server goes and comes back while the page is open: it says so, and then shows what happened meanwhile."""
    house = office.house
    async with contextlib.AsyncExitStack() as first:
        base = await first.enter_async_context(running(settings, house.clock))
        port, house.base = int(base.rpartition(":")[2]), base
        ana = await house.sign_in("Ana")
        conversation = await house.waiting("one")
        page = await office.sit(ana)
        await open_row(page, "Rosa Quill")
    await expect(page.locator(".live")).to_have_class(re.compile("lost"))
    await house.writes_in(conversation, "two")
    async with running(settings, house.clock, port):
        await expect(page.locator(".message.patient .text").last).to_have_text("two", timeout=15_000)
        await expect(page.locator(".live")).not_to_have_class(re.compile("lost"))


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


async def test_everything_works_by_keyboard(office: Office) -> None:
    """Choose, claim, reply, note, transfer dialog, return, without a mouse."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    page = await office.sit(ana)
    press = page.keyboard.press
    await press("j")
    await expect(page.locator(".message").first).to_be_visible()
    await expect(page.locator(".row")).to_be_focused()
    await press("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await press("r")
    await expect(page.get_by_label("Reply to Rosa Quill")).to_be_focused()
    await page.keyboard.type("Typed by hand: c, j, k")
    await press("Control+Enter")
    await expect(page.locator(".message.staff .text")).to_have_text("Typed by hand: c, j, k")
    await press("Escape")
    await press("n")
    await expect(page.get_by_label("Note about Rosa Quill")).to_be_focused()
    await page.keyboard.type("A note")
    await press("Control+Enter")
    await expect(page.locator(".message.note .text")).to_have_text("A note")
    await press("Escape")
    await press("t")
    await expect(page.locator("dialog")).to_contain_text("Transfer")
    await press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await press("?")
    await expect(page.locator("dialog")).to_contain_text("Next conversation")
    await press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await press("b")
    await expect(page.locator("dialog")).to_be_visible()
    await page.get_by_label("In one line").focus()
    await press("Enter")
    await expect(page.locator(".banner")).to_contain_text("Going back")
    assert (await house.row(conversation))["state"] == "returning"


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


async def test_what_patients_write_is_never_a_page(office: Office) -> None:
    """A name and a message that look like HTML stay text, everywhere."""
    house = office.house
    ana = await house.sign_in("Ana")
    await house.waiting(EVIL, name=EVIL)
    page = await office.sit(ana)
    await page.locator(".row").click()
    await expect(page.locator(".message.patient .text")).to_have_text(EVIL)
    await expect(page.locator("h1")).to_have_text(EVIL)
    assert await page.locator("img[src=x]").count() == 0
    assert await page.title() != "1"


async def test_a_session_that_is_over_leads_to_the_sign_in(office: Office) -> None:
    """A quiet page warns a minute before, and then shows the sign-in instead of the patient."""
    house = office.house
    ana = await house.sign_in("Ana")
    await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    house.clock.forward(minutes=14, seconds=20)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("alertdialog")).to_be_visible(timeout=10_000)
    await page.get_by_role("button", name="Stay signed in").click()
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    house.clock.forward(minutes=15, seconds=1)
    await expect(page).to_have_url(re.compile("/login$"), timeout=15_000)
    assert "Rosa" not in await page.content()


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


async def test_the_page_speaks_spanish(office: Office) -> None:
    """The language is chosen on the page and kept with the person."""
    ana = await office.house.sign_in("Ana")
    page = await office.sit(ana)
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_label("Language").select_option("es")
    await expect(page.locator(".tabs")).to_contain_text("Sin asignar")
    await page.reload()
    await expect(page.locator(".tabs")).to_contain_text("Sin asignar")
    assert await page.locator("html").get_attribute("lang") == "es"
