"""What staff write and look for, on the page."""

import uuid
from datetime import timedelta

import pytest
from playwright.async_api import expect

from frontdoor.channels import store_templates
from frontdoor.channels.contract import Template
from frontdoor.conversations import store_callbacks, store_ownership
from frontdoor.desk import store_saved
from frontdoor.privacy.audit import SYSTEM
from tests.browser.office import Office, office, open_row, violations

__all__ = ["office"]
pytestmark = pytest.mark.browser
BODY = "Hola {{name}}, escriba para {{what}}."
REMINDER = Template("1", "visit_reminder", "es_MX", "UTILITY", BODY, ("name", "what"))


async def test_a_reply_waits_five_seconds_and_then_goes_by_itself(office: Office) -> None:
    """Until then nothing is sent; U takes it back with what was written since; leaving the page sends it."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    page = await office.sit(ana, undo=True)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    box = page.get_by_label("Reply to Rosa Quill")
    await box.fill("first")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".leaving")).to_contain_text("first")
    await box.fill("more")
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await expect(box).to_have_value("first\nmore")
    assert await house.said(conversation, "staff") == []
    await page.keyboard.press("r")
    await expect(box).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".message.staff .text")).to_have_text("first\nmore", timeout=10_000)
    await box.fill("last")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".leaving")).to_be_visible()
    await page.goto(f"{house.base}/account")
    for _ in range(50):
        if "last" in await house.said(conversation, "staff"):
            break
        await page.wait_for_timeout(100)
    assert await house.said(conversation, "staff") == ["first\nmore", "last"]


async def test_saved_replies_and_templates_in_the_patient_s_language(office: Office) -> None:
    """A shortcut after "/" is filled in by Enter; when the window is over, an approved form of words goes out."""
    house = office.house
    ana = await house.sign_in("Ana")
    async with house.pool.acquire() as connection, connection.transaction():
        for language, text in (("en", "Wrong one."), ("es", "Hola {name}, soy {me}.")):
            await store_saved.keep(connection, SYSTEM, shortcut="hello", language=language, text=text)
    conversation = await house.waiting("hola", language="es")
    await house.pool.execute("UPDATE conversations.conversation SET channel = 'whatsapp'")
    account = (await house.row(conversation))["account"]
    await store_templates.keep(house.pool, "whatsapp", account, [REMINDER])
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    box = page.get_by_label("Reply to Rosa Quill")
    await expect(box).to_be_editable()
    await box.press_sequentially("Bien. /he")
    await expect(page.locator(".suggested [role=option]")).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("Bien. Hola Rosa Quill, soy Ana.")
    assert await box.get_attribute("lang") == "es"

    await house.pool.execute(
        "UPDATE conversations.conversation SET window_expires_at = $1", house.clock() - timedelta(minutes=1)
    )
    await page.get_by_role("button", name="Choose a template").click()
    await expect(page.get_by_label("name", exact=True)).to_have_value("Rosa Quill")
    await page.get_by_label("what", exact=True).fill("elegir hora")
    await expect(page.locator(".preview")).to_have_text("Hola Rosa Quill, escriba para elegir hora.")
    assert await violations(page) == []
    await page.locator("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".message.staff .text")).to_have_text("Hola Rosa Quill, escriba para elegir hora.")
    await expect(box).to_have_value("Bien. Hola Rosa Quill, soy Ana.")


async def test_search_filter_and_flags_lead_to_the_message(office: Office) -> None:
    """What is found opens where it was said, further back than the page had read; a flag leads to its message."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("the needle", level="check", category="cardiac", rule="chest-pain")
    for number in range(220):
        await house.bot_says(conversation, f"hay {number}", "sent")
    await house.waiting("una aguja", name="Luz Ortega", language="es")
    page = await office.sit(ana)
    await page.locator(".filter summary").click()
    await page.locator(".filter").get_by_label("Language").select_option("es")
    await expect(page.locator(".row")).to_have_count(1)
    await page.get_by_role("button", name="Show all").click()
    await expect(page.locator(".row")).to_have_count(2)
    await page.keyboard.press("/")
    await page.get_by_label("Words, or a name").fill("needle")
    await page.locator("dialog").get_by_label("State").select_option("waiting")
    await page.locator("dialog").get_by_role("button", name="Search").click()
    await expect(page.locator("dialog .row")).to_have_count(1)
    await page.locator("dialog .row").click()
    await expect(page.locator(".message.shown .text")).to_have_text("the needle")
    await expect(page.locator(".message.shown")).to_be_in_viewport()
    await page.locator(".log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    await expect(page.locator(".message.shown")).not_to_be_in_viewport()
    await page.locator(".flags button").click()
    await expect(page.locator(".message.patient", has_text="the needle")).to_be_in_viewport()


async def test_call_backs_are_worked_off(office: Office) -> None:
    """The bar counts them; the list shows who, when and how often tried; a number only on request; reached, it goes."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("please call me")
    async with house.pool.acquire() as connection, connection.transaction():
        now = await store_ownership.lock(connection, conversation)
        await store_callbacks.begin(
            connection, now, how="phone", phone="+15550100134", awaits="callback_when", at=house.clock()
        )
        await store_callbacks.told_when(connection, now, "after five")
    page = await office.sit(ana)
    await page.get_by_role("button", name="Call-backs").click()
    line = page.locator(".callbacks li")
    await expect(line).to_contain_text("after five")
    assert "5550100134" not in await page.content()
    await line.get_by_role("button", name="Show the number of Rosa Quill").click()
    await expect(line).to_contain_text("+15550100134")
    assert await violations(page) == []
    await line.get_by_role("button", name="Not reached").click()
    await expect(line).to_contain_text("tried 1×")
    await line.get_by_role("button", name="Reached", exact=True).click()
    await expect(page.locator("dialog")).to_contain_text("Nobody wants to be called back")
    reached = "SELECT status FROM desk.callback WHERE conversation_id = $1"
    assert await house.pool.fetchval(reached, uuid.UUID(conversation)) == "done"
