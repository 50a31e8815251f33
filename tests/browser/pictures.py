"""Pictures for people to look at.

`python -m tests.browser.pictures FOLDER [1280-light 390-dark …]` takes the screens of desk and chat in all these sizes;
`python -m tests.browser.pictures --docs` takes those that docs/desk.md shows.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page
from sanic import Sanic

from frontdoor.database import embedded, migrations
from frontdoor.settings import ROOT, Settings, load
from tests.browser.day import Day, busy_day
from tests.browser.office import Office, furnished, open_row, press
from tests.desk.clinic import open_clinic
from tests.gateway import serving

SIZES = {1280: 800, 768: 1024, 390: 844, 320: 640}
DIALOGS = {"return": "Return to assistant", "transfer": "Transfer", "close": "Close"}
TOP = {"search": "Search", "settings": "Settings"}
NARROW = 1088  # below it the patient's pane opens over the others
PHONE = 700


async def every(office: Office, gateway: str, folder: Path, wanted: list[str]) -> None:
    """Take all screens at all sizes, light and dark."""
    day = await busy_day(office.house, "admin")
    for scheme in ("light", "dark"):
        for width, height in SIZES.items():
            if wanted and f"{width}-{scheme}" not in wanted:
                continue
            options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
            page = await office.sit(day.ana, undo=True, **options)
            await _desk(page, f"{folder}/{width}-{scheme}", width)
            await page.context.close()
            await _chat(office, gateway, f"{folder}/{width}-{scheme}", options)


async def _desk(page: Page, name: str, width: int) -> None:
    await page.wait_for_timeout(300)
    await page.screenshot(path=f"{name}-1-queue.png")
    await open_row(page, "Amira Haddad")
    await page.screenshot(path=f"{name}-2-waiting.png")
    if width < PHONE:
        await page.get_by_role("button", name="Back").click()
    await open_row(page, "Rosa Quill", "Mine")
    await page.wait_for_timeout(200)
    await page.screenshot(path=f"{name}-3-mine.png")
    await page.locator("#text").fill("I would like a doctor to see it today.")
    await page.keyboard.press("Control+Enter")
    await page.screenshot(path=f"{name}-4-leaving.png")
    await page.get_by_role("button", name="Undo").click()
    if width < NARROW:
        await page.locator(".menu summary").click()
        await page.screenshot(path=f"{name}-5-menu.png")
        await page.keyboard.press("Escape")
        await page.locator(".about-button").click()
        await page.screenshot(path=f"{name}-5-patient.png")
        await page.locator(".about-close").click()
    for short, button in DIALOGS.items():
        await press(page, button)
        await page.wait_for_timeout(100)
        await page.screenshot(path=f"{name}-6-{short}.png")
        await page.keyboard.press("Escape")
    for short, button in TOP.items():
        await page.locator(".top").get_by_role("button", name=button, exact=True).click()
        await page.screenshot(path=f"{name}-6-{short}.png")
        await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await page.screenshot(path=f"{name}-6-shortcuts.png")


def answer(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer as the assistant would that offers visits."""
    kinds = ("Primary care", "Behavioral health", "Dermatology", "Pediatrics", "Nutrition")
    buttons = [{"title": kind, "payload": "/inform"} for kind in kinds]
    return [{"text": "What kind of visit would you like?", "buttons": buttons, "custom": None}]


async def _chat(office: Office, gateway: str, name: str, options: dict[str, Any]) -> None:
    """The patient's page: welcome, choices, an emergency, Spanish, without a connection."""
    context = await office.chromium.new_context(locale="en-US", **options)
    page = await context.new_page()
    await page.goto(gateway)
    await page.get_by_role("heading", level=2).wait_for()
    await page.screenshot(path=f"{name}-8-welcome.png")
    for text, then in (("I would like to book a visit", "What kind"), ("I have crushing chest pain", "911")):
        await page.locator("#text-input").click()
        await page.keyboard.insert_text(text)
        await page.keyboard.press("Enter")
        await page.locator("fd-message", has_text=then).first.wait_for()
        await page.wait_for_timeout(300)
        await page.screenshot(path=f"{name}-8-{then.split()[0]}.png")
    await page.locator("#languages a", has_text="Español").click()
    await context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await page.screenshot(path=f"{name}-8-spanish-offline.png")
    await context.close()


async def docs(office: Office, folder: Path) -> None:
    """Take the pictures of docs/desk.md."""
    day: Day = await busy_day(office.house)
    page = await office.sit(day.ana, undo=True, viewport={"width": 1120, "height": 680})
    await open_row(page, "Rosa Quill", "Mine")
    await page.wait_for_timeout(300)
    await page.screenshot(path=folder / "desk.png")
    await page.locator("#text").fill("I would like a doctor to see it today. Shall I book a visit for you?")
    await page.keyboard.press("Control+Enter")
    await page.locator("main").screenshot(path=folder / "desk-undo.png")
    await page.get_by_role("button", name="Undo").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await page.locator("dialog").screenshot(path=folder / "desk-search.png")
    await page.context.close()
    phone = await office.sit(day.ana, viewport={"width": 390, "height": 760})
    await open_row(phone, "Rosa Quill", "Mine")
    await phone.locator(".menu summary").click()
    await phone.wait_for_timeout(300)
    await phone.screenshot(path=folder / "desk-phone.png")


async def main(arguments: list[str]) -> None:
    """Start a desk and a gateway of its own, fill them, take the pictures."""
    Sanic.test_mode = True
    directory = Path(tempfile.mkdtemp(prefix="fd-pg-"))
    try:
        url = embedded.start(directory / "db")
        migrations.upgrade(url)
        settings: Settings = load({"DATABASE_URL": url, "FRONTDOOR_DATA_DIR": str(directory)}, dotenv=None)
        async with furnished(open_clinic(settings)) as office:
            if arguments == ["--docs"]:
                await docs(office, ROOT / "docs" / "images")
                return
            with serving.running(settings, serving.Bot(answer)) as gateway:
                await every(office, gateway.url, Path(arguments[0]), arguments[1:])
    finally:
        embedded.stop(directory / "db")
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
