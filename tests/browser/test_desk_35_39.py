"""The desk's list of tests in real browsers, lines 35 to 39: two at once, a line that breaks, a session that ends."""

import asyncio
import contextlib
import re

import pytest
from playwright.async_api import expect

from frontdoor.settings import Settings
from tests.browser.office import Office, claim_at_once, office, open_row, violations
from tests.desk.house import running

__all__ = ["office"]
pytestmark = pytest.mark.browser


async def test_35_both_claim_and_one_owns(office: Office) -> None:
    """Both click Claim at once: one owns, the other sees the name and keeps what they had written."""
    house = office.house
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("I would like a person")
    pages = [await office.sit(ana), await office.sit(ben)]
    for page in pages:
        await open_row(page, "Rosa Quill")
        await page.keyboard.press("n")
        await page.get_by_label("Note about Rosa Quill").fill("my draft")
    await claim_at_once(*pages)
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


async def test_36_nothing_is_lost_while_offline(office: Office) -> None:
    """Twenty messages come in the half minute (by the desk's clock) that the page is offline: each once, in order."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("message 0")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    for number in range(1, 21):
        await house.writes_in(conversation, f"message {number}")
        house.clock.forward(seconds=1.5)
    await asyncio.sleep(1)
    await page.context.set_offline(False)
    await expect(page.locator(".message.patient")).to_have_count(21, timeout=20_000)
    assert await page.locator(".message.patient .text").all_inner_texts() == [
        f"message {number}" for number in range(21)
    ]


async def test_37_the_server_restarts_mid_stream(office: Office, settings: Settings) -> None:
    """The server goes and comes back while the page is open: it says so, and then shows what happened meanwhile."""
    house = office.house
    async with contextlib.AsyncExitStack() as first:
        base = await first.enter_async_context(running(settings, house.clock))
        port, house.base = int(base.rpartition(":")[2]), base
        ana = await house.sign_in("Ana")
        conversation = await house.waiting("one")
        page = await office.sit(ana)
        await open_row(page, "Rosa Quill")
        await page.keyboard.press("n")
        await page.get_by_label("Note about Rosa Quill").fill("half a note")
    await expect(page.locator(".live")).to_have_class(re.compile("lost"), timeout=15_000)
    await house.writes_in(conversation, "two")
    async with running(settings, house.clock, port):
        await expect(page.locator(".message.patient .text").last).to_have_text("two", timeout=20_000)
        await expect(page.locator(".live")).not_to_have_class(re.compile("lost"))
        await expect(page.get_by_label("Note about Rosa Quill")).to_have_value("half a note")


@pytest.mark.parametrize("how", ["logout", "demoted"])
async def test_38_losing_the_session_ends_the_stream(office: Office, how: str) -> None:
    """Within five seconds of a logoff elsewhere, or of losing the rights, the page shows no patient any more."""
    house = office.house
    ana, boss = await house.sign_in("Ana"), await house.sign_in("Boss", "admin")
    await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    if how == "logout":
        await ana.http.post(f"{house.base}/logout", data={"csrf": ana.csrf}, allow_redirects=False)
    else:
        form = {"csrf": boss.csrf, "role": "auditor"}
        await boss.http.post(f"{house.base}/people/{ana.id}", data=form, allow_redirects=False)
    await expect(page).to_have_url(re.compile("/login$"), timeout=5_000)
    assert "Rosa" not in await page.content()


async def test_39_a_quiet_page_is_logged_off_while_it_streams(office: Office) -> None:
    """The stream is no activity: a warning with a minute to go, one key keeps it, and then the sign-in instead."""
    house = office.house
    ana = await house.sign_in("Ana")
    await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    house.clock.forward(minutes=14, seconds=20)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("alertdialog")).to_be_visible(timeout=10_000)
    await expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    house.clock.forward(minutes=15, seconds=1)
    await expect(page).to_have_url(re.compile("/login$"), timeout=15_000)
    assert "Rosa" not in await page.content()
