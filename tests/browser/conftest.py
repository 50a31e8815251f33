"""Chromium on the patient's page, with a gateway of the test's own behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from frontdoor.settings import ROOT, Settings
from tests.gateway.serving import Bot, House, running

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--no-first-run", "--disable-sync",
]  # fmt: skip
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def answer(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer as a bot would that knows a visit, a file and a link."""
    title = turn["press"]["title"] if turn["press"] else turn["text"]
    buttons: list[dict[str, str]] = []
    custom = None
    if title == "Book a visit":
        buttons = [{"title": name, "payload": "/inform"} for name in ("Primary care", "Dermatology", "Nutrition")]
    if title == "file":
        custom = {"attachment": {"url": "/i/x.ics", "filename": "visit.ics", "mime": "text/calendar"}}
    if title == "link":
        title = "see https://clinic.example/flu. or javascript:alert(1)"
    return [{"text": f"echo: {title}", "buttons": buttons, "custom": custom}]


@pytest.fixture
def chromium(settings: Settings) -> Iterator[Browser]:
    """A browser for one test: while it is there, this thread has a running loop, which no other test may meet.

    It asks for the settings because these must be made before and cleared away after it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def bot() -> Bot:
    """The bot behind the gateway, for tests to change."""
    return Bot(answer)


@pytest.fixture
def house(settings: Settings, bot: Bot) -> Iterator[House]:
    """A gateway on a fresh database."""
    with running(settings, bot) as made:
        yield made


@dataclass
class Visitor:
    """A patient with a browser. *complaints* is what the browser itself complained about."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> "Visitor":
        """Open the page and wait for the composer."""
        self.page.goto(self.url + path)
        self.page.locator("#text-input").wait_for()
        self.page.get_by_role("heading", level=2).or_(self.page.locator("fd-message").first).first.wait_for()
        return self

    def type(self, text: str) -> None:
        """Write into the composer and send with Enter."""
        self.page.locator("#text-input").click()
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")

    def sees(self, text: str, seconds: float = 10) -> None:
        """Wait until *text* is shown in the conversation."""
        self.page.locator("fd-message", has_text=text).first.wait_for(timeout=seconds * 1000)

    def bubbles(self) -> list[str]:
        """Return the texts in the conversation, in order."""
        return [text.strip() for text in self.page.locator("fd-message .text").all_inner_texts()]

    def violations(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 A and AA."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        return [
            f"{item['id']}: {node['html'][:150]} {node['any'][:1] and node['any'][0]['message']}"
            for item in found["violations"]
            for node in item["nodes"]
        ]


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(house: House, chromium: Browser) -> Iterator[Visit]:
    """Give a browser at the page: `visit(width=320, scheme="dark")`. No test ends with complaints of a browser."""
    made: list[Visitor] = []

    def make(*, width: int = 1280, height: int = 900, scheme: str = "light", path: str = "/", **more: Any) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US", **more
        )
        context.set_default_timeout(10_000)
        visitor = Visitor(context, context.new_page(), house.url)
        visitor.page.on("console", lambda said: _note(visitor, said.type, said.text))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("request", lambda request: _watch(visitor, request))
        made.append(visitor)
        return visitor.open(path)

    yield make
    for visitor in made:
        visitor.context.close()
        assert visitor.complaints == []
        assert visitor.foreign == []


def _note(visitor: Visitor, kind: str, text: str) -> None:
    """Keep what the page's own code or policy got wrong; a request that fails in a test is no such thing."""
    if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
        visitor.complaints.append(text)


def _watch(visitor: Visitor, request: Request) -> None:
    if not request.url.startswith((visitor.url, "data:", "blob:")):
        visitor.foreign.append(request.url)
