"""The page while its gateway is away."""

import pytest
from playwright.sync_api import Browser

from frontdoor.settings import Settings
from tests.browser.conftest import Visitor
from tests.gateway.serving import Bot, echo, running

pytestmark = pytest.mark.browser


def test_a_restart_loses_nothing(chromium: Browser, settings: Settings) -> None:
    """Written while the gateway was away, said while the page was away: all there afterwards, once, in order."""
    with running(settings) as house:
        port = house.served.port
        context = chromium.new_context(locale="en-US")
        patient = Visitor(context, context.new_page(), house.url).open()
        patient.type("before")
        patient.sees("echo: before")
    patient.page.locator("#notice", has_text="Reconnecting").wait_for()
    patient.type("meanwhile")
    house.sql(
        "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
        "SELECT id, 3, gen_random_uuid(), 'staff', 1, 'from the team', 'sent' FROM conversations.conversation"
    )
    house.sql("UPDATE conversations.conversation SET last_seq = 3")
    with running(settings, Bot(echo), port=port) as house:
        patient.sees("from the team", seconds=30)
        patient.sees("echo: meanwhile", seconds=30)
        assert sorted(patient.bubbles()) == sorted(
            ["before", "echo: before", "from the team", "meanwhile", "echo: meanwhile"]
        )
        patient.page.reload()
        patient.sees("echo: meanwhile")
        assert patient.bubbles() == ["before", "echo: before", "from the team", "meanwhile", "echo: meanwhile"]
        context.close()
