"""How fast: no channel waits for another, no person gets too much at once, and who has had enough is left alone."""

import time
from datetime import timedelta
from importlib import import_module

import pytest

from frontdoor.channels import send
from frontdoor.channels.contract import Limits
from frontdoor.channels.registry import CHANNELS
from frontdoor.conversations import outbox
from frontdoor.conversations.outbox import Bucket
from tests.channels.platform import Says
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.channels.test_outbox import bot_messages, known, queue, statuses
from tests.channels.twilio.case import TwilioCase
from tests.channels.whatsapp.case import WhatsAppCase
from tests.channels.x.case import XCase
from tests.gateway.serving import until

TAKEN = Says(200, {"ok": True, "result": {"message_id": 1}})


class TestPace:
    """Telegram."""

    case = TelegramCase()

    def test_a_slow_call_holds_nobody_else(self, scene: Scene) -> None:
        """While the platform thinks about one message, those of others go."""
        slow, quick = known(scene), known(scene)
        scene.platform.script.append(Says(TAKEN.status, TAKEN.json, seconds=3.0))
        queue(scene, slow, "slow")
        until(lambda: scene.shown_to(slow))
        queue(scene, quick, "quick")
        until(lambda: statuses(scene, quick)[-1] == "sent")
        assert statuses(scene, slow)[-1] == "sending"

    def test_one_person_gets_a_message_a_second(self, scene: Scene) -> None:
        """After a handful at once; it is no failure, and nobody else waits."""
        busy, free = known(scene), known(scene)
        burst = scene.case.channel().limits.person_burst
        for number in range(burst + 2):
            queue(scene, busy, f"{number}")
        until(lambda: len(scene.shown_to(busy)) >= burst - 1)  # one was used by `known`
        queue(scene, free, "free")
        until(lambda: statuses(scene, free)[-1] == "sent")
        until(lambda: statuses(scene, busy)[1:] == ["sent"] * (burst + 2))
        sent = [message["sent_at"] for message in bot_messages(scene, busy)[1:]]
        assert timedelta(seconds=1) < sent[-1] - sent[0] < timedelta(seconds=8)
        assert {message["tries"] for message in bot_messages(scene, busy)} == {1}


class TestParts:
    """Twilio, which reports on every part."""

    case = TwilioCase()

    def test_a_report_that_comes_before_the_last_part_is_kept(self, scene: Scene) -> None:
        """The first part is delivered while the second is being sent: that is tried again, and nothing is forgotten."""
        person = known(scene)
        scene.platform.script += [Says(201, {"sid": "SMfirst"}), Says(500, seconds=2.0), Says(201, {"sid": "SMsecond"})]
        queue(scene, person, "a" * 1600 + " " + "b" * 10)
        until(lambda: len(scene.shown_to(person)) == 2)
        self._report(scene, "SMfirst", "delivered")
        assert statuses(scene, person)[-1] == "sending"
        until(lambda: statuses(scene, person)[-1] == "sent")
        assert [text[0] for text in scene.shown_to(person)] == ["a", "b", "b"]
        self._report(scene, "SMsecond", "delivered")
        assert statuses(scene, person)[-1] == "delivered"

    def test_a_report_that_overtakes_the_answer_is_kept(self, scene: Scene) -> None:
        """All parts are taken; the report of the first one came before the answer about the second."""
        person = known(scene)
        scene.platform.script += [Says(201, {"sid": "SMone"}), Says(201, {"sid": "SMtwo"}, seconds=1.0)]
        queue(scene, person, "a" * 1600 + " " + "b" * 10)
        until(lambda: len(scene.shown_to(person)) == 2)
        self._report(scene, "SMone", "delivered")
        self._report(scene, "SMone", "sent")
        until(lambda: statuses(scene, person)[-1] != "sending")
        assert statuses(scene, person)[-1] == "delivered"

    def test_a_late_stop_is_heeded(self, scene: Scene) -> None:
        """The carrier tells after the fact that the person said STOP: nothing more is sent, until they write."""
        person = known(scene)
        scene.platform.script.append(Says(201, {"sid": "SMlate"}))
        queue(scene, person, "hello")
        until(lambda: statuses(scene, person)[-1] == "sent")
        self._report(scene, "SMlate", "undelivered", ErrorCode="21610")
        assert bot_messages(scene, person)[-1]["fail_reason"] == "stopped 21610"
        assert scene.conversation(person)["stopped_by"] == "delivery"

    def _report(self, scene: Scene, number: str, status: str, **more: str) -> None:
        own = {"MessageSid": number, "AccountSid": self.case.settings["TWILIO_ACCOUNT_SID"], "MessageStatus": status}
        scene.deliver(own | {"From": "+15550009999"} | more)


class TestEverybodyWaits:
    """X, which counts messages over a quarter of an hour."""

    case = XCase()

    def test_when_the_platform_has_had_enough_the_channel_rests(self, scene: Scene) -> None:
        """Until the instant that it names, not a single call is made; then all goes."""
        one, two = known(scene), known(scene)
        reset = f"{int(time.time()) + 2}"
        headers = {"x-rate-limit-limit": "15", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        scene.platform.script.append(Says(429, {"title": "Too Many Requests"}, headers=headers))
        queue(scene, one, "one")
        until(lambda: scene.shown_to(one))
        queue(scene, two, "two")
        until(lambda: statuses(scene, one)[-1] == statuses(scene, two)[-1] == "sent")
        refused = bot_messages(scene, one)[-1]
        other = bot_messages(scene, two)[-1]
        assert refused["sent_at"] - refused["created_at"] > timedelta(seconds=0.9)
        assert other["sent_at"] - other["created_at"] > timedelta(seconds=0.5)
        assert (other["tries"], scene.shown_to(two)) == (1, ["two"])


class TestOnce:
    """WhatsApp's 131000."""

    case = WhatsAppCase()

    def test_something_went_wrong_is_tried_once_more(self, scene: Scene) -> None:
        """Twice the same is enough: it fails, sooner than other troubles do."""
        person = known(scene)
        scene.platform.script += [Says(500, {"error": {"code": 131000}})] * 2
        queue(scene, person, "hello")
        until(lambda: statuses(scene, person)[-1] == "failed")
        assert scene.shown_to(person) == ["hello", "hello"]
        assert len(outbox.AGAIN_SECONDS) > 1


@pytest.mark.parametrize(
    ("name", "person_seconds", "burst", "per_second"),
    [("whatsapp", 6, 40, 60), ("telegram", 1, 10, 30), ("messenger", 0, 1, 100), ("x", 0, 1, 1)],
)
def test_figures(name: str, person_seconds: float, burst: int, per_second: float) -> None:
    """WhatsApp: 80/s, and one in six seconds to a person; Telegram 30/s, and one a second; Messenger 300/s."""
    module, _, class_name = CHANNELS[name].partition(":")
    limits: Limits = getattr(import_module(module), class_name).limits
    assert (limits.person_seconds, limits.person_burst, limits.per_second) == (person_seconds, burst, per_second)


def test_a_bucket_tells_without_taking() -> None:
    """Asking costs nothing."""
    bucket = Bucket(0.5, tokens=1.0, at=0.0, burst=2.0)
    assert [bucket.needs_seconds(0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.wait_seconds(0.0) == 0.0
    assert bucket.needs_seconds(0.0) == 2.0
    assert bucket.needs_seconds(10.0) == 0.0
    assert bucket.tokens == 2.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"x-rate-limit-reset": "1"}, 1.0),
        ({"x-rate-limit-reset": "99999999999"}, send.LONGEST_WAIT_SECONDS),
        ({"x-rate-limit-reset": "99999999999", "x-rate-limit-remaining": "3"}, None),
        ({}, None),
    ],
)
def test_how_long_a_platform_asks_us_to_wait(headers: dict[str, str], expected: float | None) -> None:
    """Seconds, a date, or X's instant; what is none of these is nothing."""
    assert send._wait_seconds(headers) == expected
