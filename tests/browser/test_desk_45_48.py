"""The desk's list of tests in real browsers, lines 45 to 48: what holds on every page."""

import uuid

import pytest
from playwright.async_api import Page, expect

from tests.browser.day import busy_day
from tests.browser.office import Office, office, open_row, press, violations
from tests.desk.test_guard import page as page_of

__all__ = ["office"]
pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="document.title=1">'
SENTINEL = "sentinel chest pain"
GUARDED = ("prove", "break-glass", "break-glass/review", "outside")  # beside the desk
SIZES = {320: 640, 768: 1024, 1280: 800}
WATCHED = """
    window.shown = [];
    window.Notification = class { constructor(title, more) { window.shown.push(`${title} ${more?.body}`); } };
    window.Notification.permission = "granted";
    localStorage.setItem("desk-preferences", '{"undo": false, "notifications": true}');
    Object.defineProperty(document, "hidden", { get: () => window.away ?? false });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_45_axe_finds_nothing_on_any_screen(office: Office, scheme: str) -> None:
    """Zero A and AA violations on a full desk, at 320, 768 and 1280 px; no page scrolls sideways."""
    house = office.house
    day = await busy_day(house, "admin")
    conversation = await house.waiting("hello", name="Ines Sand")
    await page_of(day.ana, "/break-glass", wanted=conversation, reason="A reason of ten characters")
    await page_of(day.ana, "/outside/tokens", name="Zen desk", **{"messages:read": "yes"})
    await page_of(day.ana, "/outside/webhooks", url="http://127.0.0.1:9/", **{"conversation.opened": "yes"})
    for width, height in SIZES.items():
        page = await office.sit(day.ana, viewport={"width": width, "height": height}, color_scheme=scheme)
        await _every_screen(page, house.base, width)
        await page.context.close()


async def _every_screen(page: Page, base: str, width: int) -> None:
    async def check(screen: str) -> None:
        assert await violations(page) == [], (width, screen)
        wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (width, screen)

    await page.locator(".filter summary").click()
    await check("lists")
    await page.locator(".filter summary").click()
    await open_row(page, "Rosa Quill", "Mine")
    await expect(page.locator(".about .fact").first).to_be_attached()
    await check("conversation")
    if width < 1088:
        await page.locator(".about-button").click()
        await check("patient")
        await page.locator(".about-close").click()
        await page.locator(".menu summary").click()
        await check("menu")
        await page.keyboard.press("Escape")
    for button in ("Return to assistant", "Transfer", "Close", "Release"):
        await press(page, button)
        await check(button)
        await page.keyboard.press("Escape")
    for button in ("Search", "Settings"):
        await page.locator(".top").get_by_role("button", name=button, exact=True).click()
        await check(button)
        await page.keyboard.press("Escape")
    for path in ("board", "replies", "people", "audit?verify=1", "account", "account/second-factor", *GUARDED):
        await page.goto(f"{base}/{path}")
        await check(path)
    await page.context.clear_cookies()
    for path in ("login", "welcome"):
        await page.goto(f"{base}/{path}")
        await check(path)


async def test_46_no_patient_text_in_notification_or_title(office: Office) -> None:
    """A hidden page notifies and changes its title: of what kind, never of whom or what was written."""
    house = office.house
    ana = await house.sign_in("Ana")
    page = await office.sit(ana)
    await page.add_init_script(WATCHED)
    await page.reload()
    await expect(page.locator(".queue")).to_be_visible()
    await page.evaluate("window.away = true")
    titles = [await page.title()]
    await house.waiting(SENTINEL, name="Walter Sentinel")
    await page.wait_for_function("() => window.shown.length === 1")
    titles.append(await page.title())
    await house.emergency(SENTINEL, name="Rosa Sentinel", level="emergency", category="cardiac", rule="chest-pain")
    await page.wait_for_function("() => window.shown.length === 2")
    titles.append(await page.title())
    shown = await page.evaluate("window.shown")
    assert shown == ["Desk A patient is waiting for a person.", "Desk A patient may be in danger."]
    assert "(1)" in titles[1]
    assert "Emergency" in titles[2]
    assert "entinel" not in " ".join(titles + shown) + page.url


async def test_47_what_patients_write_is_never_a_page(office: Office) -> None:
    """A name and a message that look like HTML stay text in the desk, the title, the notification and the exports."""
    house = office.house
    ana = await house.sign_in("Ana", "admin")
    page = await office.sit(ana)
    await page.add_init_script(WATCHED)
    await page.reload()
    await expect(page.locator(".queue")).to_be_visible()
    await page.evaluate("window.away = true")
    conversation = await house.waiting(EVIL, name=EVIL)
    await page.wait_for_function("() => window.shown.length === 1")
    await page.locator(".row").click()
    await expect(page.locator(".message.patient .text")).to_have_text(EVIL)
    await expect(page.locator("h1")).to_have_text(EVIL)
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.keyboard.press("r")
    await expect(page.get_by_label(f"Reply to {EVIL}")).to_be_focused()
    assert await page.locator("img[src=x]").count() == 0
    assert await page.title() != "1"
    assert EVIL not in str(await page.evaluate("window.shown"))
    for path in ("audit.csv", "audit.json", "board.csv"):
        async with ana.http.get(f"{house.base}/{path}") as response:
            assert response.status == 200, path
            assert "html" not in response.content_type, path
            assert "<img" not in await response.text(), path
    assert conversation in str(await ana.get("/desk/state"))


async def test_48_another_team_s_conversation_is_nowhere(office: Office) -> None:
    """Staff of one queue cannot open, list, search, stream, act on or download what is in another, the id guessed."""
    house = office.house
    ana, bea = await house.sign_in("Ana", "staff", "general"), await house.sign_in("Bea", "supervisor", "general")
    hidden = await house.waiting(SENTINEL, name="Walter Sentinel", queue="billing")
    await house.waiting("one")
    page = await office.sit(ana)
    await expect(page.locator(".row")).to_have_count(1)
    await house.writes_in(hidden, f"{SENTINEL} again")
    await house.waiting("two", name="Amira Haddad")
    await expect(page.locator(".row")).to_have_count(2)  # so the news of the other one came, and was not for this page
    assert "entinel" not in await page.content()
    await page.keyboard.press("/")
    await page.get_by_label("Words, or a name").fill("sentinel")
    await page.locator("dialog").get_by_role("button", name="Search").click()
    await expect(page.locator("dialog [role=status]")).to_contain_text("Nothing found")

    assert (await ana.post("/desk/search", {"queue": "billing"}))[1] == {"found": []}
    assert hidden not in str(await ana.get("/desk/state"))
    for path in ("", "/messages?after=0"):
        assert (await ana.get(f"/desk/conversations/{hidden}{path}"))[0] == 404
    for action, body in (
        ("claim", {"epoch": 2}), ("takeover", {}), ("note", {"text": "x", "client_message_id": "x"}),
        ("reply", {"text": "x", "epoch": 2, "client_message_id": "y"}), ("reveal", {"name": "contact"}),
        ("close", {"disposition": "spam", "seen": 9}), ("priority", {"priority": 0, "reason": "x"}),
    ):  # fmt: skip
        assert (await ana.act(hidden, action, **body))[0] == 404, action
    await ana.post("/desk/presence", {"viewing": hidden})
    looking = "SELECT count(*) FROM desk.viewing WHERE conversation_id = $1"
    assert await house.pool.fetchval(looking, uuid.UUID(hidden)) == 0
    async with bea.http.get(f"{house.base}/board.csv") as response:
        assert response.status == 200
        assert "billing" not in await response.text()
