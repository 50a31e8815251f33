"""What goes out: shown once, in order, and every refusal of the platform understood by its numbers."""

from typing import ClassVar

import pytest

from frontdoor.channels import send
from tests.channels.case import Case
from tests.channels.platform import Platform, Says, standing
from tests.channels.scene import Scene
from tests.channels.words import words
from tests.gateway.serving import until

SLOW_SECONDS, PATIENCE_SECONDS = 1.5, 0.4
BROKEN = {  # answers that any platform may give on a bad day, and what becomes of the message
    "500": (Says(500), "again"),
    "502 from a proxy": (Says(502, text="<html>Bad Gateway</html>"), "again"),
    "503": (Says(503, json={}), "again"),
}
UNCLEAR = {  # it may have been taken: never sent again unless the platform knows repetitions
    "time-out": Says(200, seconds=SLOW_SECONDS),
    "200 without sense": Says(200, text="<html>hello</html>"),
    "200 and nothing": Says(200),
}


class Delivery:
    """The outbox of this channel."""

    case: ClassVar[Case]

    def test_button_is_understood_when_typed(self, scene: Scene) -> None:
        """ "2" is the second button, whatever the platform shows."""
        person = scene.person()
        self._offered(scene, person)
        scene.says(person, "2")
        until(lambda: self._pressed(scene) == "deny")

    def test_button_is_understood_when_pressed(self, scene: Scene) -> None:
        """A press comes back as what the bot meant by the button."""
        person = scene.person()
        self._offered(scene, person)
        content = self.case.press(scene.calls_to(person), "Dermatology", person, scene.id())
        if content is None:
            pytest.skip("the platform has no buttons")
        scene.deliver(content)
        until(lambda: self._pressed(scene) == "book_visit")
        scene.deliver(content)  # again: taken once
        scene.wait_shown(person, "echo: Dermatology")
        assert len([text for text in scene.shown_to(person) if text == "echo: Dermatology"]) == 1

    def test_press_of_what_was_never_offered_is_nothing(self, scene: Scene) -> None:
        """A button of somebody else's conversation means nothing here."""
        person, other = scene.person(), scene.person()
        self._offered(scene, person)
        scene.says(other, words("hello"))
        scene.wait_shown(other, "echo")
        content = self.case.press(scene.calls_to(person), "Dermatology", other, scene.id())
        if content is None:
            pytest.skip("the platform has no buttons")
        scene.deliver(content)
        assert scene.turns(other) == [words("hello")]

    @pytest.mark.parametrize("name", BROKEN)
    def test_broken_platform_is_tried_again(self, scene: Scene, name: str) -> None:
        """The platform has a bad moment; the message goes out, once, after it."""
        self._hold(scene, *BROKEN[name])

    @pytest.mark.parametrize("name", UNCLEAR)
    def test_unclear_answer_is_never_sent_twice(self, scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody can tell whether it arrived: it is tried again only under a key that makes two of it one."""
        monkeypatch.setattr(send, "CALL_SECONDS", PATIENCE_SECONDS)
        self._hold(scene, UNCLEAR[name], "again" if self.case.idempotent else "unknown")

    def test_rate_limit_is_waited_for(self, scene: Scene) -> None:
        """The platform says how long to wait, and is believed."""
        person = scene.person()
        scene.platform.script.append(self.case.rate_limited)
        scene.says(person, words())
        row = scene.wait_status(person, "sent")
        waited = row["sent_at"] - row["created_at"]
        assert 0.9 < waited.total_seconds() < 8.0
        assert len(scene.shown_to(person)) == 2  # refused, then taken

    def test_troubles_are_understood(self, scene: Scene) -> None:
        """Each refusal in the channel's list becomes what it should."""
        assert {"again", "paused", "failed"} <= {trouble.becomes for trouble in self.case.troubles}
        for trouble in self.case.troubles:
            scene.platform.script.clear()
            try:
                self._hold(scene, trouble.says, trouble.becomes)
            except AssertionError as error:
                raise AssertionError(f"{trouble.name}: not {trouble.becomes}") from error

    def test_redirect_is_not_followed(self, scene: Scene) -> None:
        """A message with its token goes nowhere but to the platform."""
        with standing(Platform(lambda heard: Says(200, json={}))) as elsewhere:
            person = scene.person()
            scene.platform.script.append(Says(307, headers={"Location": f"{elsewhere.url}/taken"}))
            scene.says(person, words())
            until(lambda: self._status(scene, person) in ("failed", "unknown", "sent"))
            assert elsewhere.heard == []

    def _hold(self, scene: Scene, says: Says, becomes: str) -> None:
        """Have the next message answered with *says*; it becomes what it should."""
        person = scene.person()
        scene.platform.script.append(says)
        scene.says(person, words())
        status = {"again": "sent", "sent": "sent", "paused": "queued", "expired": "expired", "unknown": "unknown"}.get(
            becomes, "failed"
        )
        if becomes == "paused":
            until(lambda: scene.house.sql("SELECT 1 FROM channels.standing WHERE paused_at IS NOT NULL"))
            until(lambda: self._status(scene, person) == "queued")
            scene.resume()
            status = "sent"
        scene.wait_status(person, status)
        assert len(scene.shown_to(person)) == (2 if becomes in ("again", "paused") else 1)
        assert (scene.conversation(person)["stopped_at"] is not None) == (becomes == "stopped")

    def _status(self, scene: Scene, person: str) -> str | None:
        found = [message["status"] for message in scene.messages(person) if message["author"] == "bot"]
        return found[-1] if found else None

    def _offered(self, scene: Scene, person: str) -> None:
        scene.says(person, "choices")
        scene.wait_shown(person, "echo: choices")
        scene.wait_status(person, "sent")

    def _pressed(self, scene: Scene) -> str | None:
        press = scene.house.bot.turns[-1]["press"]
        return press["intent"] if press else None
