"""The pages of links and campaigns in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from frontdoor.settings import Settings, load
from tests.browser.conftest import chromium
from tests.channels.linked import answer, link_for
from tests.channels.platform import Platform, standing
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.gateway.serving import Bot, running

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    """Telegram, on plain http as in development."""
    case = TelegramCase()
    with standing(Platform(case.usual)) as platform:
        values = {**case.values(platform.url), "TELEGRAM_BOT_NAME": "ClinicBot"}
        del values["FRONTDOOR_PUBLIC_URL"]
        with running(load({**settings.values, **values}, dotenv=None), Bot(answer)) as house:
            yield Scene(case, house, platform)


def test_the_button_opens_the_chat(scene: Scene, chromium: Browser) -> None:
    """The page's button leads into the conversation; typing goes on there; the link itself is dead then."""
    person = scene.person()
    path = link_for(scene, person)
    page = chromium.new_page()
    page.goto(f"{scene.house.url}{path}")
    page.get_by_role("button", name="Open secure chat").click()
    expect(page.locator("fd-message", has_text="allow: book_visit")).to_be_visible(timeout=20_000)
    assert "/c/" not in page.url
    page.get_by_role("textbox").fill("in private")
    page.keyboard.press("Enter")
    expect(page.locator("fd-message", has_text="allow: in private")).to_be_visible(timeout=20_000)
    page.reload()
    expect(page.locator("fd-message", has_text="allow: in private")).to_be_visible(timeout=20_000)
    page.goto(f"{scene.house.url}{path}")
    expect(page.get_by_role("heading")).to_have_text("This link does not work any more")
    page.get_by_role("link", name="Go to the chat").click()
    expect(page.locator("fd-message", has_text="allow: in private")).to_be_visible(timeout=20_000)


def test_a_campaigns_page_leads_to_each_channel(scene: Scene, chromium: Browser) -> None:
    """The choices can be pressed, the code is shown, and nothing on the page is refused by its own policy."""
    page = chromium.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{scene.house.url}/go/poster?via=telegram")
    expect(page.get_by_role("link", name="Go on in Telegram")).to_have_attribute(
        "href", "https://t.me/ClinicBot?start=poster"
    )
    expect(page.get_by_role("img", name="QR code of this page")).to_be_visible()
    assert page.evaluate("document.images[1].naturalWidth") > 0
    assert refused == []
