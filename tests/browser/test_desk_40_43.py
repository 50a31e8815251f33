"""The desk's list of tests in real browsers, lines 40 to 43: the work in one conversation (44: desk/test_stream.py)."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.office import Office, office, open_row
from tests.desk.house import Browser

__all__ = ["office"]
pytestmark = pytest.mark.browser


async def claimed(office: Office, person: Browser, *texts: str, **more: Any) -> tuple[str, Page]:
    """Let a patient write and *person* claim it on their page; return the conversation and the page."""
    conversation = await office.house.waiting(*texts, **more)
    page = await office.sit(person)
    await open_row(page, more.get("name", "Rosa Quill"))
    await page.get_by_role("button", name="Claim", exact=True).click()
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    return conversation, page


async def test_40_the_window_closes_while_typing(office: Office) -> None:
    """The count goes from green over amber to red; then the composer locks and keeps the draft, on the server too."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation, page = await claimed(office, ana, "one")
    composer, tag = page.get_by_label("Reply to Rosa Quill"), page.locator(".banner > .tag")
    for left, tone in ((timedelta(hours=5), "on"), (timedelta(hours=3), "warn"), (timedelta(seconds=6), "alarm")):
        await house.pool.execute(
            "UPDATE conversations.conversation SET channel = 'whatsapp', window_expires_at = $2 WHERE id = $1",
            uuid.UUID(conversation), house.clock() + left,
        )  # fmt: skip
        await expect(tag).to_have_class(re.compile(tone))
    await composer.fill("I was about to say")
    await expect(page.locator("#locked")).to_contain_text("no more free text", timeout=15_000)
    await expect(composer).to_have_value("I was about to say")
    await expect(composer).not_to_be_editable()
    epoch = (await house.row(conversation))["epoch"]
    assert await ana.act(conversation, "reply", text="x", epoch=epoch, client_message_id="x") == (
        409, {"error": "window_closed", "holder": ""}
    )  # fmt: skip
    await page.locator(".modes").get_by_role("button", name="Note").click()
    await expect(page.get_by_label("Note about Rosa Quill")).to_be_editable()


async def test_41_a_failed_delivery_shows_and_is_sent_again(office: Office) -> None:
    """What is under way is never drawn as sent; what failed says why, and Retry queues it again."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.pool.execute("UPDATE conversations.conversation SET channel = 'telegram'")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.get_by_label("Reply to Rosa Quill").fill("Hello")
    await page.keyboard.press("Control+Enter")
    delivery = page.locator(".message.staff .delivery")
    await expect(delivery).to_contain_text("waiting to be sent")
    for status, reason, words in (("sending", None, "being sent"), ("failed", "content 400", "does not take this")):
        await house.pool.execute(
            "UPDATE conversations.message SET status = $1, fail_reason = $2 WHERE author = 'staff'", status, reason
        )
        await house.pool.execute("UPDATE conversations.conversation SET epoch = epoch")  # wakes the page
        await expect(delivery).to_contain_text(words)
        await expect(delivery).not_to_have_class(re.compile("sent|delivered"))
    await page.get_by_role("button", name="Retry").click()
    await expect(delivery).to_contain_text("waiting to be sent")
    assert await house.said(conversation, "staff") == ["Hello"]


async def test_42_a_masked_field_is_revealed_with_an_audit_row(office: Office) -> None:
    """Date of birth is dots until asked for; then there is one more audit row, without what it said."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.knows(conversation, birth_date="1988-04-02")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await expect(page.locator(".about")).to_contain_text("Date of birth")
    assert "1988" not in await page.content()
    assert await house.audited("conversation.reveal") == 0
    await page.get_by_role("button", name="Show Date of birth").click()
    await expect(page.locator(".about")).to_contain_text("1988-04-02")
    assert await house.audited("conversation.reveal", f"conversation:{conversation}") == 1
    rows = await house.pool.fetch("SELECT after::text FROM privacy.audit WHERE after IS NOT NULL")
    assert not any("1988" in row["after"] for row in rows)


async def test_43_everything_works_by_keyboard(office: Office) -> None:
    """Choose, claim, reply, note, transfer, take back, return, resolve: without a mouse."""
    house = office.house
    ana, ben = await house.sign_in("Ana", "supervisor"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    await office.sit(ben)
    page = await office.sit(ana)
    await _claim_by_keyboard(page)
    await _write_by_keyboard(page)
    await _hand_on_and_take_back_by_keyboard(page)
    await _return_by_keyboard(page)
    assert (await house.row(conversation))["state"] == "returning"
    await house.waiting("two", name="Walter Pike")
    await _close_another_by_keyboard(page)


async def test_a_scroll_that_comes_late_breaks_nothing(office: Office) -> None:
    """The log may just have been taken off the page; `office` sees to it that no page had an error."""
    ana = await office.house.sign_in("Ana")
    _, page = await claimed(office, ana, "one")
    log = await page.wait_for_selector(".log[role=log]")
    await page.locator("#conversation").focus()
    await page.keyboard.press("Escape")
    await page.wait_for_selector(".log[role=log]", state="detached")
    await log.evaluate("element => element.dispatchEvent(new Event('scroll'))")


async def _claim_by_keyboard(page: Page) -> None:
    await page.keyboard.press("j")
    await expect(page.locator(".message").first).to_be_visible()
    await expect(page.locator(".row")).to_be_focused()
    await page.keyboard.press("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await expect(page.locator("#conversation")).to_be_focused()  # its row has left the list


async def _write_by_keyboard(page: Page) -> None:
    for key, label, kind, text in (
        ("r", "Reply to Rosa Quill", "staff", "Typed by hand: c, j, k"),
        ("n", "Note about Rosa Quill", "note", "A note"),
    ):
        await page.keyboard.press(key)
        await expect(page.get_by_label(label)).to_be_focused()
        await page.keyboard.type(text)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(f".message.{kind} .text")).to_have_text(text)
        await page.keyboard.press("Escape")
    await page.keyboard.press("m")
    await expect(page.locator(".log")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.locator("dialog")).to_contain_text("Next conversation")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)


async def _hand_on_and_take_back_by_keyboard(page: Page) -> None:
    await page.keyboard.press("t")
    await expect(page.get_by_label("To", exact=True).locator("option", has_text="Ben (")).to_be_attached()
    await page.get_by_label("To", exact=True).focus()
    await page.keyboard.type("Ben")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Please go on")
    for key in ("Tab", "Tab", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator(".banner")).to_contain_text("Ben is answering")
    await page.keyboard.press("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")


async def _return_by_keyboard(page: Page) -> None:
    await page.keyboard.press("b")
    await expect(page.locator("dialog")).to_be_visible()
    await page.get_by_label("In one line").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".banner")).to_contain_text("Going back")


async def _close_another_by_keyboard(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.keyboard.press("1")
    await expect(page.locator(".row", has_text="Walter Pike")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await page.keyboard.press("e")
    await expect(page.locator("dialog")).to_be_visible()
    await page.get_by_label("Answered", exact=True).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.locator(".banner")).to_contain_text("Closed")
