"""Booking from the desk, in a real browser over the real scheduling service."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from frontdoor.settings import Settings
from tests.browser.office import Office, furnished, open_row, violations
from tests.desk.clinic import open_clinic

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def office(settings: Settings) -> AsyncIterator[Office]:
    """A desk with scheduling, and a browser."""
    async with furnished(open_clinic(settings)) as office:
        yield office


async def test_a_visit_is_booked_moved_and_cancelled_on_the_page(office: Office) -> None:
    """What staff choose is what the patient reads, and the patient's pane shows it; axe finds nothing."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("Please book for me")
    await house.knows(conversation, patient_name="Rosa Quill", birth_date="1990-05-03", service_type="primary_care")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.get_by_role("button", name="Book a visit").click()
    await page.get_by_label("State").select_option("NY")
    await page.locator(".openings input").first.check()
    await page.get_by_label("Contact").fill("rosa@example.org")
    assert await violations(page) == []
    await page.get_by_role("dialog").get_by_role("button", name="Book a visit").click()
    await expect(page.locator(".message.system", has_text="Your visit is booked")).to_be_visible(timeout=15_000)
    await expect(page.locator(".visits li")).to_have_count(1)
    before = await page.locator(".visits li strong").inner_text()

    await page.locator(".visits").get_by_role("button", name="Move").click()
    await page.locator(".openings input").last.check()
    await page.get_by_role("dialog").get_by_role("button", name="Move").click()
    await expect(page.locator(".visits li strong")).not_to_have_text(before)
    assert [text for text in await house.said(conversation, "system") if "Your visit is moved" in text]

    await page.locator(".visits").get_by_role("button", name="Cancel visit").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel visit").click()
    await expect(page.locator(".visits")).to_contain_text("No visit is to come")
    row = await house.row(conversation)
    assert row["slots"]["contact"] == "rosa@example.org"
