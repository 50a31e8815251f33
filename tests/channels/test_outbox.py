"""Delivery: first in, first out; nothing twice; nothing lost without a word about it."""

import uuid
from typing import Any

import pytest

from frontdoor.channels import send
from frontdoor.conversations import outbox
from frontdoor.conversations.outbox import Bucket
from tests.channels.platform import Says
from tests.channels.scene import FAST, Scene
from tests.channels.telegram.case import TelegramCase
from tests.channels.twilio.case import TwilioCase
from tests.channels.words import words
from tests.gateway.serving import until

REFUSED, GONE, DEAD = (
    Says(500),
    Says(403, {"ok": False, "error_code": 403}),
    Says(401, {"ok": False, "error_code": 401}),
)
TAKEN = Says(200, {"ok": True, "result": {"message_id": 1}})


def bot_messages(scene: Scene, person: str) -> list[Any]:
    """Return what the bot said to *person*, sent or not."""
    return [message for message in scene.messages(person) if message["author"] != "patient"]


def statuses(scene: Scene, person: str) -> list[str]:
    """Return how far each of our messages has come."""
    return [message["status"] for message in bot_messages(scene, person)]


def queue(scene: Scene, person: str, text: str, author: str = "bot") -> None:
    """Put a message of ours into the conversation with *person*."""
    scene.house.sql(
        """
        WITH c AS (
            UPDATE conversations.conversation SET last_seq = last_seq + 1 WHERE address = $1
            RETURNING id, last_seq, epoch
        )
        INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status, due_at)
        SELECT id, last_seq, $2, $3, epoch, $4, 'queued', now() FROM c
        """,
        person, uuid.uuid4(), author, text,
    )  # fmt: skip


def paused(scene: Scene) -> bool:
    """Tell whether the channel rests."""
    return bool(scene.house.sql("SELECT 1 FROM channels.standing WHERE paused_at IS NOT NULL"))


def known(scene: Scene) -> str:
    """Return somebody with whom we have talked."""
    person = scene.person()
    scene.says(person, words())
    scene.wait_status(person, "sent")
    scene.platform.heard.clear()
    return person


class TestQueue:
    """Messages on Telegram."""

    case = TelegramCase()

    def test_order_holds_through_a_retry(self, scene: Scene) -> None:
        """A message waits for the one before it, however often that one is tried."""
        person = known(scene)
        scene.platform.script += [REFUSED, REFUSED]
        for text in ("one", "two", "three"):
            queue(scene, person, text)
        until(lambda: statuses(scene, person)[1:] == ["sent"] * 3)
        assert scene.shown_to(person) == ["one", "one", "one", "two", "three"]

    def test_other_conversations_do_not_wait(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody else's trouble is not mine."""
        monkeypatch.setattr(outbox, "AGAIN_SECONDS", (3.0,) * 4)
        held, free = known(scene), known(scene)
        scene.platform.script.append(REFUSED)
        queue(scene, held, "held")
        until(lambda: scene.shown_to(held))
        queue(scene, free, "free")
        scene.wait_shown(free, "free")
        assert statuses(scene, held)[-1] == "queued"

    def test_tries_end(self, scene: Scene) -> None:
        """After the last try the message has failed, and the next one goes."""
        person = known(scene)
        scene.platform.script += [REFUSED] * (len(outbox.AGAIN_SECONDS) + 1)
        queue(scene, person, "never")
        queue(scene, person, "next")
        until(lambda: statuses(scene, person)[1:] == ["failed", "sent"])
        assert scene.shown_to(person) == ["never"] * (len(outbox.AGAIN_SECONDS) + 1) + ["next"]
        assert bot_messages(scene, person)[1]["fail_reason"] == "retry 500"

    def test_parts_that_arrived_are_not_sent_again(self, scene: Scene) -> None:
        """A long message goes on where it was interrupted."""
        person = known(scene)
        scene.platform.script += [TAKEN, REFUSED]
        queue(scene, person, "a" * 4096 + " " + "b" * 100)
        until(lambda: statuses(scene, person)[-1] == "sent")
        assert [text[0] for text in scene.shown_to(person)] == ["a", "b", "b"]

    def test_dead_token_pauses_the_channel_and_keeps_the_queue(self, scene: Scene) -> None:
        """Nothing is lost or tried in vain until somebody renews the token."""
        one, two = known(scene), known(scene)
        scene.platform.script.append(DEAD)
        queue(scene, one, "first")
        until(lambda: paused(scene))
        queue(scene, one, "second")
        queue(scene, two, "other")
        scene.house.worker.sender.wake()
        (row,) = scene.house.sql("SELECT error_class, error_code FROM channels.standing")
        assert (row["error_class"], row["error_code"]) == ("token", "401")
        until(lambda: (statuses(scene, one)[1:], statuses(scene, two)[1:]) == (["queued", "queued"], ["queued"]))
        assert scene.shown_to(two) == []
        scene.resume()
        until(lambda: statuses(scene, one)[1:] == ["sent", "sent"] and statuses(scene, two)[-1] == "sent")
        assert scene.shown_to(one) == ["first", "first", "second"]

    def test_unknown_is_not_sent_again_and_does_not_block(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        """What may have arrived stays as it is; what follows goes out."""
        monkeypatch.setattr(send, "CALL_SECONDS", 0.3)
        person = known(scene)
        scene.platform.script.append(Says(200, seconds=1.0))
        queue(scene, person, "perhaps")
        queue(scene, person, "surely")
        until(lambda: statuses(scene, person)[1:] == ["unknown", "sent"])
        assert scene.shown_to(person) == ["perhaps", "surely"]

    def test_unreachable_platform_is_tried_again(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where no connection came about, nothing can have arrived."""
        person = known(scene)
        monkeypatch.setattr(outbox, "AGAIN_SECONDS", (0.2,) * 4)
        api = scene.house.worker.channels["telegram"].api
        object.__setattr__(api, "base", "http://127.0.0.1:9")  # nobody listens there
        queue(scene, person, "hello")
        until(lambda: bot_messages(scene, person)[-1]["fail_reason"] == "retry connect")
        object.__setattr__(api, "base", scene.platform.url)
        until(lambda: statuses(scene, person)[-1] == "sent")
        assert scene.shown_to(person) == ["hello"]

    def test_crash_between_sending_and_writing_it_down(self, scene: Scene) -> None:
        """What a dead process had in its hands may have arrived: it is never sent by another."""
        person = known(scene)
        scene.pause()
        queue(scene, person, "in its hands")
        scene.house.sql(
            "UPDATE conversations.message SET status = 'sending', sender_instance = $1 WHERE text = 'in its hands'",
            uuid.uuid4(),
        )
        scene.resume()
        until(lambda: statuses(scene, person)[-1] == "unknown")
        queue(scene, person, "after it")
        until(lambda: statuses(scene, person)[-1] == "sent")
        assert scene.shown_to(person) == ["after it"]

    def test_who_blocked_us_gets_nothing_more_until_they_write(self, scene: Scene) -> None:
        """What waits is cancelled, and noted; whoever writes again is answered again."""
        person = known(scene)
        scene.platform.script.append(GONE)
        for text in ("one", "two", "three"):
            queue(scene, person, text)
        until(lambda: statuses(scene, person)[1:] == ["failed"] * 3)
        assert scene.shown_to(person) == ["one"]
        assert [message["fail_reason"] for message in bot_messages(scene, person)[1:]] == [
            "stopped 403", "stopped", "stopped",
        ]  # fmt: skip
        assert scene.conversation(person)["stopped_by"] == "delivery"
        scene.says(person, words("back again"))
        scene.wait_shown(person, words("back again"))
        assert scene.conversation(person)["stopped_at"] is None

    def test_keyword_stop_is_not_undone_by_writing(self, scene: Scene) -> None:
        """STOP holds until START, whatever is written in between."""
        person = known(scene)
        scene.says(person, "stop")
        until(lambda: scene.conversation(person)["stopped_by"] == "keyword")
        scene.says(person, words("something"))
        assert scene.conversation(person)["stopped_at"] is not None

    def test_gate_is_checked_again_before_sending(self, scene: Scene) -> None:
        """What the bot had queued before a person took over is kept for them; what staff wrote goes."""
        person = known(scene)
        scene.pause()
        queue(scene, person, "of the bot")
        scene.house.sql(
            "UPDATE conversations.conversation SET state = 'waiting', waiting_since = now(), epoch = epoch + 1 "
            "WHERE address = $1",
            person,
        )
        queue(scene, person, "of staff", author="staff")
        queue(scene, person, "of the product", author="system")
        scene.resume()
        until(lambda: statuses(scene, person)[1:] == ["suppressed", "sent", "sent"])
        assert scene.shown_to(person) == ["of staff", "of the product"]

    def test_calls_are_spread_over_time(self, scene: Scene) -> None:
        """A channel's limit is kept over all its conversations."""
        people = [known(scene) for _ in range(4)]
        scene.house.worker.sender.buckets["telegram"] = Bucket(4.0, tokens=1.0)
        try:
            for person in people:
                queue(scene, person, "hello")
            until(lambda: all(statuses(scene, person)[-1] == "sent" for person in people))
        finally:
            scene.house.worker.sender.buckets["telegram"] = Bucket(FAST)
        sent = sorted(bot_messages(scene, person)[-1]["sent_at"] for person in people)
        assert (sent[-1] - sent[0]).total_seconds() > 0.5  # three quarters of a second, less some jitter


class TestReports:
    """Delivery reports, on Twilio."""

    case = TwilioCase()

    @pytest.mark.parametrize(
        ("reports", "status", "reason"),
        [
            (["sent", "delivered", "read"], "read", None),
            (["delivered", "sent"], "delivered", None),
            (["read", "delivered", "sent"], "read", None),
            (["undelivered"], "failed", "content 30003"),
            (["sent", "undelivered"], "failed", "content 30003"),
            (["delivered", "undelivered"], "failed", "content 30003"),
            (["read", "undelivered"], "read", None),
            (["delivered", "delivered"], "delivered", None),
            (["queued", "sending"], "sent", None),
        ],
    )
    def test_status_only_rises_and_a_late_failure_shows(
        self, scene: Scene, reports: list[str], status: str, reason: str | None
    ) -> None:
        """Reports come in any order and more than once."""
        person = known(scene)
        (number,) = bot_messages(scene, person)[-1]["platform_ids"]
        for report in reports:
            form = {"MessageSid": number, "AccountSid": self.case.settings["TWILIO_ACCOUNT_SID"]}
            code = {"ErrorCode": "30003"} if report == "undelivered" else {}
            scene.deliver(form | {"MessageStatus": report, "To": person, "From": "+15550009999"} | code)
        last = bot_messages(scene, person)[-1]
        assert (last["status"], last["fail_reason"]) == (status, reason)

    def test_report_about_somebody_elses_message_is_nothing(self, scene: Scene) -> None:
        """A number that we never had changes nothing, and is no error."""
        before = scene.counts()
        form = {"MessageSid": "SMunknown", "AccountSid": self.case.settings["TWILIO_ACCOUNT_SID"]}
        scene.deliver(form | {"MessageStatus": "delivered", "To": scene.person()})
        assert scene.counts() == before


@pytest.mark.parametrize(
    ("per_second", "at", "waits"),
    [
        (1.0, [0, 0, 0], [0, 1, 2]),
        (2.0, [0, 0, 0], [0, 0.5, 1]),
        (1.0, [0, 1, 2], [0, 0, 0]),
        (0.5, [0, 0, 6], [0, 2, 0]),
        (4.0, [10, 10, 10, 10, 10], [0, 0, 0, 0, 0.25]),
    ],
)
def test_bucket_gives_its_rate(per_second: float, at: list[float], waits: list[float]) -> None:
    """After a pause as many calls as a second allows go at once; then they are spread."""
    bucket = Bucket(per_second, tokens=1.0, at=0.0)
    assert [round(bucket.wait_seconds(now), 3) for now in at] == waits
