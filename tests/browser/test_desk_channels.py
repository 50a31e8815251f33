"""A channel that delivers nothing, as everybody at the desk sees it."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from frontdoor.channels.store import Standings
from tests.browser.office import Office, office

__all__ = ["office"]
pytestmark = pytest.mark.browser


async def test_a_refused_token_is_on_every_page(office: Office, tmp_path: Path) -> None:
    """The band comes by itself, is told to a screen reader, fits a phone, and goes when the channel goes again."""
    wide = await office.sit(await office.house.sign_in("Ana"))
    narrow = await office.sit(await office.house.sign_in("Ben"), viewport={"width": 390, "height": 800})
    standings = Standings(office.house.pool)
    await standings.failed("telegram", "1", "token", "401", pause=True)
    await standings.failed("whatsapp", "1", "config", "131042", pause=False)
    for page in (wide, narrow):
        band = page.locator(".channel-banner")
        await expect(band).to_contain_text("Telegram does not deliver messages.")
        await expect(band).to_contain_text("WhatsApp refused a message.")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.screenshot(path=tmp_path / f"{await page.evaluate('innerWidth')}.png")
    await expect(wide.locator("[role=alert]").filter(has_text="Telegram")).to_have_count(1)
    await standings.resume("telegram", "1")
    await standings.went_out("whatsapp", "1")
    await expect(wide.locator(".channel-banner")).to_have_count(0)
