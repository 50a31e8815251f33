"""Chatwoot when it is down, has lost something, or is not there at all."""

import re
import uuid

import pytest
import yaml

from frontdoor.gateway.app import create_app
from frontdoor.helpdesk import chatwoot
from frontdoor.helpdesk.wording import FILE
from frontdoor.settings import Settings, SettingsError, load
from tests.desk.house import House, open_house
from tests.helpdesk.chatwoot import Chatwoot
from tests.helpdesk.twin import house, opened, other, settled, state, until

__all__ = ["house", "other"]


async def test_an_outage_loses_nothing(house: House, other: Chatwoot) -> None:
    """It is told when Chatwoot is back, once, also where the first try broke off in the middle."""
    other.down = 1
    conversation = await house.waiting("one", "two")
    await until(lambda: other.down == 0)
    house.clock.forward(seconds=11)
    await settled(house)
    await house.pool.execute("DELETE FROM helpdesk.twin")  # as if we had died before we noted the pair
    await house.writes_in(conversation, "three")
    await house.pool.execute(
        "INSERT INTO helpdesk.delivery (webhook_id, event, conversation_id) "
        "SELECT id, 'conversation.opened', $1 FROM helpdesk.webhook",
        uuid.UUID(conversation),
    )
    await settled(house)
    assert len(other.contacts) == 1
    assert [text for kind, text in other.said(2) if kind == "incoming"] == ["one", "two", "three"]


async def test_what_was_deleted_there_is_opened_anew(house: House, other: Chatwoot) -> None:
    """With what was said before; an agent's reply then finds it again."""
    conversation = await opened(house, other)
    other.conversations[2] = other.conversations.pop(1)  # its number is gone
    await house.writes_in(conversation, "hello?")
    await settled(house)
    assert [text for kind, text in other.said(3) if kind == "incoming"] == ["I have a rash", "hello?"]
    assert await other.writes("Here I am.", conversation=3) == 200
    assert await state(house, conversation) == ("staff", "Ines Agent")


@pytest.mark.parametrize(
    ("name", "value"),
    [("CHATWOOT_TOKEN", ""), ("CHATWOOT_INBOX_ID", "seven"), ("CHATWOOT_RESOLVED", "forget"),
     ("CHATWOOT_LEASE_MINUTES", "1")],
)  # fmt: skip
def test_settings_that_cannot_be_used_stop_the_start(name: str, value: str) -> None:
    """The message names the variable; without any of them it is off."""
    good = Chatwoot("http://127.0.0.1:9").settings
    assert chatwoot.from_settings(load(good, dotenv=None))
    assert chatwoot.from_settings(load({}, dotenv=None)) is None
    with pytest.raises(SettingsError, match=name):
        chatwoot.from_settings(load({**good, name: value}, dotenv=None))


async def test_sentences_for_agents_are_there_in_both_languages() -> None:
    """The same keys with the same places."""
    sentences = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert sentences["en"].keys() == sentences["es"].keys()
    for key, english in sentences["en"].items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", sentences["es"][key])), key


def test_the_gateway_listens_for_it(settings: Settings) -> None:
    """Beside the platforms' webhooks; without its settings it does not."""
    given = load({**settings.values, **Chatwoot("http://127.0.0.1:9").settings}, dotenv=None)
    assert "webhooks/chatwoot" in {route.path for route in create_app(given).router.routes}
    assert "webhooks/chatwoot" not in {route.path for route in create_app(settings).router.routes}


async def test_when_it_is_switched_off_nothing_waits_for_it(house: House, other: Chatwoot, settings: Settings) -> None:
    """The next start without its settings ends what would be told."""
    async with open_house(settings) as alone:
        await alone.waiting("hello")
        assert await alone.pool.fetchval("SELECT count(*) FROM helpdesk.delivery WHERE event LIKE '%opened'") == 0
