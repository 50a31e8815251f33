"""What guards patients' data, as staff meet it in the browser."""

import uuid

import pytest
from playwright.async_api import expect

from frontdoor.settings import Settings, load
from tests.browser.office import Office, furnished, office, open_row
from tests.desk import provider as outside
from tests.desk.house import PASSWORD, open_house

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


async def test_supervisors_see_at_once_that_break_glass_was_used(office: Office) -> None:
    """The banner comes to the open page and leads to the review; who used it finds the conversation by the link."""
    house = office.house
    ana, lead = await house.sign_in("Ana", "staff", "general"), await house.sign_in("Lea", "supervisor")
    await house.waiting("purple", queue="billing", name="Walter Pike")
    theirs, own = await office.sit(lead), await office.sit(ana)
    await own.goto(f"{house.base}/break-glass")
    await own.get_by_label("Who is it about?").fill("Walter Pike")
    await own.get_by_label("Why?").fill("He wrote to me that his chest hurts.")
    await own.get_by_role("button", name="Open it").click()
    await own.get_by_role("link", name="Go to conversation 1").click()
    await expect(own.locator(".message").first).to_contain_text("purple")
    await expect(theirs.locator(".glass")).to_contain_text("Ana used emergency access.")
    await theirs.get_by_role("link", name="Review").click()
    await theirs.get_by_label("What came of it?").fill("It was right.")
    await theirs.get_by_role("button", name="Reviewed").click()
    await expect(theirs.get_by_text("Reviewed by Lea")).to_be_visible()


async def test_the_provider_s_way_works_across_sites(settings: Settings) -> None:
    """The desk and the provider are different sites for the browser, so a Strict cookie does not come back with it."""
    with outside.running(host="localhost") as provider:
        given = load({**settings.values, **provider.settings}, dotenv=None)
        provider.knows(ana=["nurses"])
        async with furnished(open_house(given, provider.desk_port)) as office:
            page = await (await office.chromium.new_context()).new_page()
            page.set_default_timeout(10_000)
            await page.goto(f"http://localhost:{provider.desk_port}/login")
            await page.get_by_role("link", name="Sign in with Sunrise account").click()
            await page.locator("input[name=login]").fill("ana")
            await page.locator("input[name=password]").fill("anything")
            await page.get_by_role("button", name="Sign-in").click()
            await page.get_by_role("button", name="Continue").click()
            await expect(page.locator(".queue")).to_be_visible()
            cookies = {one["name"]: one["sameSite"] for one in await page.context.cookies("http://localhost")}
            assert cookies["desk"] == "Strict"
            assert "desk-way" not in cookies
