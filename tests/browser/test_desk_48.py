"""Lines 35 to 48 of the desk's list of tests, in real browsers, each named so; 44 is in tests/desk/test_stream.py."""

import asyncio
import contextlib
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from frontdoor.settings import Settings
from tests.browser.day import busy_day
from tests.browser.office import Office, claim_at_once, office, open_row, press, violations
from tests.desk.house import Browser, running
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


async def claimed(office: Office, person: Browser, *texts: str, **more: Any) -> tuple[str, Page]:
    """Let a patient write and *person* claim it on their page; return the conversation and the page."""
    conversation = await office.house.waiting(*texts, **more)
    page = await office.sit(person)
    await open_row(page, more.get("name", "Rosa Quill"))
    await page.get_by_role("button", name="Claim", exact=True).click()
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    return conversation, page


async def test_35_both_claim_and_one_owns(office: Office) -> None:
    """Both click Claim at once: one owns, the other sees the name and keeps what they had written."""
    house = office.house
    ana, ben = await house.sign_in("Ana"), await house.sign_in("Ben")
    conversation = await house.waiting("I would like a person")
    pages = [await office.sit(ana), await office.sit(ben)]
    for page in pages:
        await open_row(page, "Rosa Quill")
        await page.keyboard.press("n")
        await page.get_by_label("Note about Rosa Quill").fill("my draft")
    await claim_at_once(*pages)
    await expect(pages[0].locator(".banner")).to_contain_text("answering")
    await expect(pages[0].locator(".banner")).not_to_contain_text("Nobody")
    owner = (await house.row(conversation))["owner_name"]
    winner, loser = pages if owner == "Ana" else pages[::-1]
    await expect(winner.locator(".banner")).to_contain_text("You are answering")
    await expect(loser.locator(".banner")).to_contain_text(f"{owner} is answering")
    await expect(loser.locator(".toast")).to_contain_text(owner)
    await expect(loser.get_by_label("Note about Rosa Quill")).to_have_value("my draft")
    await loser.locator(".modes").get_by_role("button", name="Reply").click()
    await expect(loser.locator("#locked")).to_contain_text(f"{owner} has this conversation")


async def test_36_nothing_is_lost_while_offline(office: Office) -> None:
    """Twenty messages come in the half minute (by the desk's clock) that the page is offline: each once, in order."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("message 0")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    for number in range(1, 21):
        await house.writes_in(conversation, f"message {number}")
        house.clock.forward(seconds=1.5)
    await asyncio.sleep(1)
    await page.context.set_offline(False)
    await expect(page.locator(".message.patient")).to_have_count(21, timeout=20_000)
    assert await page.locator(".message.patient .text").all_inner_texts() == [
        f"message {number}" for number in range(21)
    ]


async def test_37_the_server_restarts_mid_stream(office: Office, settings: Settings) -> None:
    """The server goes and comes back while the page is open: it says so, and then shows what happened meanwhile."""
    house = office.house
    async with contextlib.AsyncExitStack() as first:
        base = await first.enter_async_context(running(settings, house.clock))
        port, house.base = int(base.rpartition(":")[2]), base
        ana = await house.sign_in("Ana")
        conversation = await house.waiting("one")
        page = await office.sit(ana)
        await open_row(page, "Rosa Quill")
        await page.keyboard.press("n")
        await page.get_by_label("Note about Rosa Quill").fill("half a note")
    await expect(page.locator(".live")).to_have_class(re.compile("lost"), timeout=15_000)
    await house.writes_in(conversation, "two")
    async with running(settings, house.clock, port):
        await expect(page.locator(".message.patient .text").last).to_have_text("two", timeout=20_000)
        await expect(page.locator(".live")).not_to_have_class(re.compile("lost"))
        await expect(page.get_by_label("Note about Rosa Quill")).to_have_value("half a note")


@pytest.mark.parametrize("how", ["logout", "demoted"])
async def test_38_losing_the_session_ends_the_stream(office: Office, how: str) -> None:
    """Within five seconds of a logoff elsewhere, or of losing the rights, the page shows no patient any more."""
    house = office.house
    ana, boss = await house.sign_in("Ana"), await house.sign_in("Boss", "admin")
    await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    if how == "logout":
        await ana.http.post(f"{house.base}/logout", data={"csrf": ana.csrf}, allow_redirects=False)
    else:
        form = {"csrf": boss.csrf, "role": "auditor"}
        await boss.http.post(f"{house.base}/people/{ana.id}", data=form, allow_redirects=False)
    await expect(page).to_have_url(re.compile("/login$"), timeout=5_000)
    assert "Rosa" not in await page.content()


async def test_39_a_quiet_page_is_logged_off_while_it_streams(office: Office) -> None:
    """The stream is no activity: a warning with a minute to go, one key keeps it, and then the sign-in instead."""
    house = office.house
    ana = await house.sign_in("Ana")
    await house.waiting("one")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    house.clock.forward(minutes=14, seconds=20)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("alertdialog")).to_be_visible(timeout=10_000)
    await expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    house.clock.forward(minutes=15, seconds=1)
    await expect(page).to_have_url(re.compile("/login$"), timeout=15_000)
    assert "Rosa" not in await page.content()


async def test_40_the_window_closes_while_typing(office: Office) -> None:
    """The count goes from green over amber to red; then the composer locks and keeps the draft, on the server too."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation, page = await claimed(office, ana, "one")
    composer, tag = page.get_by_label("Reply to Rosa Quill"), page.locator(".banner > .tag")
    for left, tone in ((timedelta(hours=5), "on"), (timedelta(hours=3), "warn"), (timedelta(seconds=6), "alarm")):
        await house.pool.execute(
            "UPDATE conversations.conversation SET channel = 'whatsapp', window_expires_at = $2 WHERE id = $1",
            uuid.UUID(conversation), house.clock() + left,
        )  # fmt: skip
        await expect(tag).to_have_class(re.compile(tone))
    await composer.fill("I was about to say")
    await expect(page.locator("#locked")).to_contain_text("no more free text", timeout=15_000)
    await expect(composer).to_have_value("I was about to say")
    await expect(composer).not_to_be_editable()
    epoch = (await house.row(conversation))["epoch"]
    assert await ana.act(conversation, "reply", text="x", epoch=epoch, client_message_id="x") == (
        409, {"error": "window_closed", "holder": ""}
    )  # fmt: skip
    await page.locator(".modes").get_by_role("button", name="Note").click()
    await expect(page.get_by_label("Note about Rosa Quill")).to_be_editable()


async def test_41_a_failed_delivery_shows_and_is_sent_again(office: Office) -> None:
    """What is under way is never drawn as sent; what failed says why, and Retry queues it again."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.pool.execute("UPDATE conversations.conversation SET channel = 'telegram'")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await page.get_by_role("button", name="Claim", exact=True).click()
    await page.get_by_label("Reply to Rosa Quill").fill("Hello")
    await page.keyboard.press("Control+Enter")
    delivery = page.locator(".message.staff .delivery")
    await expect(delivery).to_contain_text("waiting to be sent")
    for status, reason, words in (("sending", None, "being sent"), ("failed", "content 400", "does not take this")):
        await house.pool.execute(
            "UPDATE conversations.message SET status = $1, fail_reason = $2 WHERE author = 'staff'", status, reason
        )
        await house.pool.execute("UPDATE conversations.conversation SET epoch = epoch")  # wakes the page
        await expect(delivery).to_contain_text(words)
        await expect(delivery).not_to_have_class(re.compile("sent|delivered"))
    await page.get_by_role("button", name="Retry").click()
    await expect(delivery).to_contain_text("waiting to be sent")
    assert await house.said(conversation, "staff") == ["Hello"]


async def test_42_a_masked_field_is_revealed_with_an_audit_row(office: Office) -> None:
    """Date of birth is dots until asked for; then there is one more audit row, without what it said."""
    house = office.house
    ana = await house.sign_in("Ana")
    conversation = await house.waiting("one")
    await house.knows(conversation, birth_date="1988-04-02")
    page = await office.sit(ana)
    await open_row(page, "Rosa Quill")
    await expect(page.locator(".about")).to_contain_text("Date of birth")
    assert "1988" not in await page.content()
    assert await house.audited("conversation.reveal") == 0
    await page.get_by_role("button", name="Show Date of birth").click()
    await expect(page.locator(".about")).to_contain_text("1988-04-02")
    assert await house.audited("conversation.reveal", f"conversation:{conversation}") == 1
    rows = await house.pool.fetch("SELECT after::text FROM privacy.audit WHERE after IS NOT NULL")
    assert not any("1988" in row["after"] for row in rows)


async def test_43_everything_works_by_keyboard(office: Office) -> None:
    """Choose, claim, reply, note, transfer, take back, return, resolve: without a mouse."""
    house = office.house
    ana, ben = await house.sign_in("Ana", "supervisor"), await house.sign_in("Ben")
    conversation = await house.waiting("one")
    await office.sit(ben)
    page = await office.sit(ana)
    key = page.keyboard.press
    await key("j")
    await expect(page.locator(".message").first).to_be_visible()
    await expect(page.locator(".row")).to_be_focused()
    await key("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await expect(page.locator("#conversation")).to_be_focused()  # its row has left the list
    await key("r")
    await expect(page.get_by_label("Reply to Rosa Quill")).to_be_focused()
    await page.keyboard.type("Typed by hand: c, j, k")
    await key("Control+Enter")
    await expect(page.locator(".message.staff .text")).to_have_text("Typed by hand: c, j, k")
    await key("Escape")
    await key("n")
    await expect(page.get_by_label("Note about Rosa Quill")).to_be_focused()
    await page.keyboard.type("A note")
    await key("Control+Enter")
    await expect(page.locator(".message.note .text")).to_have_text("A note")
    await key("Escape")
    await key("m")
    await expect(page.locator(".log")).to_be_focused()

    await key("?")
    await expect(page.locator("dialog")).to_contain_text("Next conversation")
    await key("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await key("t")
    await expect(page.get_by_label("To", exact=True).locator("option", has_text="Ben (")).to_be_attached()
    await page.get_by_label("To", exact=True).focus()
    await page.keyboard.type("Ben")
    await key("Tab")
    await page.keyboard.type("Please go on")
    await key("Tab")
    await key("Tab")
    await key("Enter")
    await expect(page.locator(".banner")).to_contain_text("Ben is answering")
    await key("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await key("b")
    await expect(page.locator("dialog")).to_be_visible()
    await page.get_by_label("In one line").focus()
    await key("Enter")
    await expect(page.locator(".banner")).to_contain_text("Going back")
    assert (await house.row(conversation))["state"] == "returning"

    await house.waiting("two", name="Walter Pike")
    await key("Escape")
    await key("1")
    await expect(page.locator(".row", has_text="Walter Pike")).to_be_visible()
    await key("j")
    await key("c")
    await expect(page.locator(".banner")).to_contain_text("You are answering")
    await key("e")
    await expect(page.locator("dialog")).to_be_visible()
    await page.get_by_label("Answered", exact=True).focus()
    await key("Space")
    await key("Enter")
    await expect(page.locator(".banner")).to_contain_text("Closed")


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
