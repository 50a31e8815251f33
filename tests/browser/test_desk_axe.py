"""The desk's screens for everybody: axe, at three widths, light and dark."""

import pytest
from playwright.async_api import Page

from tests.browser.office import Office, office, open_row, violations

__all__ = ["office"]
pytestmark = pytest.mark.browser
SIZES = {"phone": (320, 720), "tablet": (768, 1024), "desktop": (1280, 800)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_overflows(office: Office, scheme: str) -> None:
    """Zero A and AA violations on every screen, at 320, 768 and 1280 px; no page scrolls sideways."""
    house = office.house
    ana = await house.sign_in("Ana", "admin")
    await house.emergency(
        "my chest hurts", name="Walter Pike", level="emergency", category="cardiac", rule="chest-pain"
    )
    conversation = await house.waiting("I have a rash")
    await house.bot_says(conversation, "A draft", "suppressed")
    await house.knows(conversation, service_type="dermatology", contact="+1 555 010 0100")
    await ana.act(conversation, "claim", epoch=2)
    await ana.act(conversation, "reply", text="Hello", epoch=3, client_message_id="a")
    await ana.act(conversation, "note", text="A note", client_message_id="b")
    for name, (width, height) in SIZES.items():
        page = await office.sit(ana, viewport={"width": width, "height": height}, color_scheme=scheme)

        async def check(screen: str, page: Page = page, name: str = name) -> None:
            assert await violations(page) == [], (name, screen)
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (name, screen)

        await check("lists")
        await open_row(page, "Rosa Quill", "Mine")
        await check("conversation")
        if width < 1088:
            await page.get_by_role("button", name="Patient", exact=True).click()
            await check("patient")
            await page.get_by_role("button", name="Close", exact=True).last.click()
        for button in ("Return to assistant", "Transfer", "Close", "Settings"):
            await page.get_by_role("button", name=button, exact=True).first.click()
            await check(button)
            await page.keyboard.press("Escape")
        for path in ("people", "audit?verify=1", "account", "account/second-factor"):
            await page.goto(f"{house.base}/{path}")
            await check(path)
        await page.context.clear_cookies()
        for path in ("login", "welcome"):
            await page.goto(f"{house.base}/{path}")
            await check(path)
