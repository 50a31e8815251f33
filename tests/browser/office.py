"""A desk with people at it: each in a browser of their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Route, async_playwright, expect

from frontdoor.settings import ROOT, Settings
from tests.desk.house import Browser, House, open_house

CHROMIUM, ARGUMENTS = "/usr/bin/chromium", ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AT_ONCE = """localStorage.getItem('desk-preferences') ?? localStorage.setItem('desk-preferences', '{"undo": false}')"""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Office:
    """A running desk, a browser, and the people who sit at it."""

    house: House
    chromium: Chromium
    stack: contextlib.AsyncExitStack
    errors: list[str] = field(default_factory=list)

    async def sit(self, person: Browser, *, undo: bool = False, **options: Any) -> Page:
        """Open the desk for somebody in a browser of their own; anything that goes wrong in the page fails the test.

        *undo*: whether a reply waits some seconds in which it can be taken back, as it does for everybody at first.
        """
        context: BrowserContext = await self.chromium.new_context(
            **{"viewport": {"width": 1280, "height": 800}, **options}
        )
        self.stack.push_async_callback(context.close)
        await context.add_cookies([{"name": "desk", "value": person.cookies["desk"], "url": self.house.base}])
        if not undo:
            await context.add_init_script(AT_ONCE)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._console(message))
        await page.goto(f"{self.house.base}/desk")
        await expect(page.locator(".queue")).to_be_visible()
        return page

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)


@pytest_asyncio.fixture
async def office(settings: Settings) -> AsyncIterator[Office]:
    """A desk and a browser."""
    async with furnished(open_house(settings)) as office:
        yield office


@contextlib.asynccontextmanager
async def furnished(opening: contextlib.AbstractAsyncContextManager[House]) -> AsyncIterator[Office]:
    """Put a browser into a house; at the end nothing may have gone wrong in any page."""
    async with contextlib.AsyncExitStack() as stack:
        house = await stack.enter_async_context(opening)
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        stack.push_async_callback(chromium.close)
        office = Office(house, chromium, stack)
        yield office
        assert not office.errors, office.errors


async def open_row(page: Page, name: str, tab: str | None = None) -> None:
    """Open the conversation of the patient called *name*."""
    if tab:
        await page.locator(".tabs button", has_text=tab).click()
    await page.locator(".row", has_text=name).first.click()
    await expect(page.locator(".message").first).to_be_visible()


async def claim_at_once(*pages: Page) -> None:
    """Press Claim on all pages; no request goes on before all of them are there."""
    there, together = 0, asyncio.Event()

    async def hold(route: Route) -> None:
        nonlocal there
        there += 1
        if there == len(pages):
            together.set()
        await together.wait()
        await route.continue_()

    for page in pages:
        await page.route("**/claim", hold)
    await asyncio.gather(*(page.get_by_role("button", name="Claim", exact=True).click() for page in pages))
    await together.wait()


async def press(page: Page, name: str) -> None:
    """Press a button of the conversation's head, which stands in a menu where there is no room."""
    if await page.locator(".menu").is_visible():
        await page.locator(".menu summary").click()
    await page.locator(".head").get_by_role("button", name=name, exact=True).click()


async def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", rules)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
