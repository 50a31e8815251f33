"""Two staff and three patients, each in a browser of their own, over a real desk and a real gateway."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from frontdoor.settings import Settings
from tests.browser.office import Office, claim_at_once, furnished, violations
from tests.desk.house import House, open_house, running
from tests.gateway import serving

pytestmark = pytest.mark.browser


def helpful(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """Say that a person is asked for."""
    return [{"text": "I am asking a person.", "buttons": [], "custom": None}]


@pytest.fixture
def gateway(settings: Settings) -> Iterator[serving.House]:
    """The patients' side, with a bot that hands everything to a person."""
    bot = serving.Bot(helpful, handoff={"reason": "asked", "priority": 3})
    with serving.running(settings, bot, chat_messages_per_minute=100) as made:
        yield made


@pytest_asyncio.fixture
async def office(settings: Settings, gateway: serving.House) -> AsyncIterator[Office]:
    """The staff's side."""
    async with furnished(open_house(settings)) as office:
        yield office


@dataclass
class Chat:
    """A patient at the web chat."""

    page: Page
    conversation: str = ""

    async def type(self, text: str) -> None:
        await self.page.locator("#text-input").click()
        await self.page.keyboard.insert_text(text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str) -> None:
        await expect(self.page.locator("fd-message", has_text=text).first).to_be_visible(timeout=15_000)


async def patient(office: Office, gateway: serving.House, first: str) -> Chat:
    """Open the chat and write *first*, which nobody else has written."""
    context = await office.chromium.new_context(locale="en-US")
    office.stack.push_async_callback(context.close)
    chat = Chat(await context.new_page())
    await chat.page.goto(gateway.url)
    await chat.page.locator("#text-input").wait_for()
    await chat.type(first)
    found = "SELECT conversation_id::text FROM conversations.message WHERE text = $1"
    while not chat.conversation:
        chat.conversation = await office.house.pool.fetchval(found, first) or ""
        await asyncio.sleep(0.05)
    return chat


async def open_chat(page: Page, chat: Chat) -> None:
    """Open the conversation of a patient, who has no name here, whoever has it."""
    await page.locator(".tabs button", has_text="All").click()
    await page.locator(f'.row[data-id="{chat.conversation}"]').first.click()
    await expect(page.locator(".message").first).to_be_visible()


async def waits(house: House, chat: Chat) -> None:
    """Wait until the conversation waits for a person."""
    while (await house.row(chat.conversation))["state"] != "waiting":
        await asyncio.sleep(0.05)


async def test_a_morning_of_two_staff_and_three_patients(
    office: Office, gateway: serving.House, settings: Settings
) -> None:
    """Claim race, typing, taken back, offline, restart, an emergency, send and close, logoff: nobody is lost."""
    house = office.house
    async with contextlib.AsyncExitStack() as first:
        base = await first.enter_async_context(running(settings, house.clock))
        port, house.base = int(base.rpartition(":")[2]), base
        ana, ben = await house.sign_in("Ana Field"), await house.sign_in("Ben Okoye")
        chats = [await patient(office, gateway, f"a person please, {number}") for number in range(3)]
        for chat in chats:
            await waits(house, chat)
        pages = {"Ana Field": await office.sit(ana, undo=True), "Ben Okoye": await office.sit(ben, undo=True)}
        owner, other = await _race(house, pages, chats[0])
        await _talk(pages[owner], chats[0], owner)
        await _offline(pages[owner], chats[0])
        await _emergency(pages, other, chats[2])
        await open_chat(pages[owner], chats[0])
    for page in pages.values():
        await expect(page.locator(".live")).to_have_class(re.compile("lost"), timeout=15_000)
    await chats[0].type("are you there?")
    async with running(settings, house.clock, port):
        for page in pages.values():
            await expect(page.locator(".live")).not_to_have_class(re.compile("lost"), timeout=15_000)
        await expect(pages[owner].locator(".message.patient .text").last).to_have_text("are you there?", timeout=15_000)
        await _send_and_close(house, pages[owner], chats[0], chats[1])
        gone = ana if owner == "Ana Field" else ben
        await gone.http.post(f"{house.base}/logout", data={"csrf": gone.csrf}, allow_redirects=False)
        await expect(pages[owner]).to_have_url(re.compile("/login$"), timeout=8_000)
        await expect(pages[other].locator(".live")).not_to_have_class(re.compile("lost"))


async def _race(house: House, pages: dict[str, Page], chat: Chat) -> tuple[str, str]:
    """Let both claim at once; return who has it and who has not."""
    for page in pages.values():
        await expect(page.locator(".row")).to_have_count(3)
        await open_chat(page, chat)
    await claim_at_once(*pages.values())
    for page in pages.values():
        await expect(page.locator(".banner")).to_contain_text(re.compile("(You are|Field is|Okoye is) answering"))
    owner = str((await house.row(chat.conversation))["owner_name"])
    other = next(name for name in pages if name != owner)
    await expect(pages[other].locator(".toast")).to_contain_text(owner)
    await chat.sees(f"{owner} from our team joined")
    return owner, other


async def _talk(page: Page, chat: Chat, owner: str) -> None:
    """Typing shows on both sides; a reply is taken back, changed, and goes out."""
    box = page.locator("#text")
    await box.press_sequentially("Hello, wrogn")
    await expect(chat.page.locator(".typing")).to_contain_text(f"{owner} is writing")
    await chat.page.locator("#text-input").click()
    await chat.page.keyboard.type("my arm")
    await expect(page.locator(".writes")).to_contain_text("is typing")
    await chat.page.keyboard.press("Enter")
    await expect(page.locator(".message.patient .text").last).to_have_text("my arm")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".leaving")).to_contain_text("Goes out in")
    await expect(box).to_have_value("")
    assert await violations(page) == []
    await page.get_by_role("button", name="Undo").click()
    await expect(box).to_have_value("Hello, wrogn")
    await box.fill("Hello, how are you?")
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("button", name="Send now").click()
    await chat.sees("Hello, how are you?")
    await expect(chat.page.locator(".typing")).to_be_hidden()
    assert "wrogn" not in await chat.page.locator("#chat").inner_text()


async def _offline(page: Page, chat: Chat) -> None:
    """What the patient writes meanwhile comes when the desk is back, once and in order."""
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    for number in range(20):
        await chat.type(f"line {number}")
    await chat.sees("line 19")
    await page.context.set_offline(False)
    await expect(page.locator(".message.patient .text").last).to_have_text("line 19", timeout=20_000)
    said = await page.locator(".message.patient .text").all_inner_texts()
    assert said[-20:] == [f"line {number}" for number in range(20)]
    assert len(said) == 22


async def _emergency(pages: dict[str, Page], other: str, chat: Chat) -> None:
    """Both pages alarm; a claim by one ends it on both."""
    await chat.type("I have crushing chest pain and cannot breathe")
    await chat.sees("911")
    for page in pages.values():
        await expect(page.locator(".emergency-banner")).to_be_visible(timeout=15_000)
    await pages[other].locator(".emergency-banner button").click()
    await pages[other].get_by_role("button", name="Claim").click()
    for page in pages.values():
        await expect(page.locator(".emergency-banner")).to_be_hidden()


async def _send_and_close(house: House, page: Page, chat: Chat, following: Chat) -> None:
    """The last words go out, it is closed, and the page is at the next patient at once."""
    await page.locator("#text").fill("Good bye, and write any time.")
    await page.keyboard.press("Control+Shift+Enter")
    await page.get_by_label("Answered", exact=True).check()
    await page.locator("dialog").get_by_role("button", name="Send and close").click()
    row = page.locator(f'.row[data-id="{following.conversation}"]')
    await expect(row).to_have_attribute("aria-current", "true")
    await expect(page.locator(".away")).to_contain_text("goes out in a moment")
    await chat.sees("Good bye, and write any time.")
    await expect(chat.page.locator("#status")).to_contain_text("closed", timeout=15_000)
    assert (await house.row(chat.conversation))["disposition"] == "answered"
