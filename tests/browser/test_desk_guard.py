"""What guards patients' data, as staff meet it in the browser."""

import uuid

import pytest
from playwright.async_api import expect

from tests.browser.office import Office, office, open_row
from tests.desk.house import PASSWORD

__all__ = ["office"]
pytestmark = pytest.mark.browser


async def test_a_masked_answer_asks_who_you_are(office: Office) -> None:
    """Long after the sign-in the page asks for the password, then shows the answer that was asked for."""
    ana = await office.house.sign_in("Ana")
    conversation = await office.house.waiting("hello")
    await office.house.knows(conversation, contact="+1 555 010 0123")
    await office.house.pool.execute(
        "UPDATE desk.session SET proved_at = now() - interval '1 hour' WHERE staff_id = $1", uuid.UUID(ana.id)
    )
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Show Contact").click()
    await page.get_by_role("dialog").get_by_label("Password").fill("wrong wrong wrong")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("That was not right").first).to_be_visible()
    await page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("+1 555 010 0123")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
