"""For how long a platform takes what we write: a day after the person's words, a week after they came by an ad."""

import copy
import time
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest

from frontdoor.channels.contract import Limits
from frontdoor.channels.registry import CHANNELS
from tests.channels.instagram.case import InstagramCase
from tests.channels.messenger.case import MessengerCase
from tests.channels.meta_case import InboxCase
from tests.channels.scene import Scene
from tests.channels.test_end_to_end import _case
from tests.channels.test_outbox import queue

AD = {"source": "ADS", "type": "OPEN_THREAD", "ad_id": "612"}
LINK = {"ref": "poster", "source": "SHORTLINK", "type": "OPEN_THREAD"}


class ByAd:
    """An advertisement that clicks to a conversation."""

    case: ClassVar[InboxCase]

    @pytest.mark.parametrize("shape", ["message", "postback", "referral"])
    def test_an_ad_opens_a_week(self, scene: Scene, shape: str) -> None:
        """In the message, in "Get started", or by itself before the first words; counted from the click."""
        person = self._comes(scene, shape, AD, days_ago=1)
        scene.says(person, "hello")
        row = scene.conversation(person)
        assert _near(row["window_expires_at"], timedelta(days=1))
        assert _near(row["ad_window_ends_at"], timedelta(days=6))

    def test_a_link_opens_none(self, scene: Scene) -> None:
        """Who came by a link of ours has the usual day."""
        person = self._comes(scene, "message", LINK, days_ago=0)
        assert scene.conversation(person)["ad_window_ends_at"] is None

    def test_the_bot_may_write_until_it_ends(self, scene: Scene) -> None:
        """After the day and within the week it is an answer like any other; after the week nothing is sent."""
        person = self._comes(scene, "message", AD, days_ago=0)
        scene.wait_status(person, "sent")
        scene.house.sql(
            "UPDATE conversations.conversation SET window_expires_at = now() - interval '2 days' WHERE address = $1",
            person,
        )
        queue(scene, person, "still here", author="bot")
        scene.wait_shown(person, "still here")
        assert scene.calls_to(person)[-1].body["messaging_type"] == "RESPONSE"
        scene.wait_status(person, "sent")
        scene.house.sql(
            "UPDATE conversations.conversation SET ad_window_ends_at = now() - interval '1 minute' WHERE address = $1",
            person,
        )
        queue(scene, person, "too late", author="bot")
        scene.wait_status(person, "expired")
        assert "too late" not in scene.shown_to(person)

    def _comes(self, scene: Scene, shape: str, referral: dict[str, str], *, days_ago: int) -> str:
        person, id_ = scene.person(), scene.id()
        kinds: dict[str, Any] = {
            "message": {"message": {"mid": id_, "text": "hi", "referral": referral}},
            "postback": {"postback": {"mid": id_, "title": "Begin", "payload": "get_started", "referral": referral}},
            "referral": {"referral": referral},
        }
        item = self.case._item(person, kinds[shape]) | {"timestamp": int((time.time() - days_ago * 86_400) * 1000)}
        scene.deliver(self.case._webhook([copy.deepcopy(item)]))
        return person


class TestMessenger(ByAd):
    """A page."""

    case = MessengerCase()


class TestInstagram(ByAd):
    """A professional account."""

    case = InstagramCase()


def test_only_meta_s_inboxes_have_a_week() -> None:
    """Nobody else says so."""
    limits: dict[str, Limits] = {name: _case(name).channel().limits for name in CHANNELS}
    weeks = {name: one.ad_window_hours for name, one in limits.items() if one.ad_window_hours is not None}
    assert weeks == {"messenger": 168, "instagram": 168}


def _near(at: datetime, after: timedelta) -> bool:
    return abs(at - datetime.now(timezone.utc) - after) < timedelta(minutes=5)
