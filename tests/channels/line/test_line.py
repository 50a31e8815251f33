"""What only LINE does: reply tokens, unsending, a conversation that a person has in LINE's own tool."""

import json
from typing import Any

from tests.channels.line.case import LineCase, _event
from tests.channels.platform import Heard, Says
from tests.channels.scene import Scene
from tests.channels.words import words
from tests.gateway.serving import until

LATE = Says(400, {"message": "Invalid reply token"})


def said(scene: Scene, person: str, text: str, **more: Any) -> str:
    """Have *person* write *text* with a reply token; return the message's id on LINE."""
    id_ = scene.id()
    message = {"id": f"m{id_}", "type": "text", "text": text}
    event = _event(person, id_, type="message", message=message, replyToken=f"token-{id_}", **more)
    scene.deliver({"destination": "Uours", "events": [event]})
    return message["id"]


def sent(scene: Scene) -> list[Heard]:
    """Return the calls that carried messages."""
    return scene.platform.calls("/v2/bot/message/")


def wait_sent(scene: Scene, person: str, count: int) -> None:
    """Wait until *count* of our messages to *person* are out."""

    def look() -> bool:
        return [m["status"] for m in scene.messages(person) if m["author"] != "patient"] == ["sent"] * count

    until(look)


class TestReplyToken:
    """Answers that cost nothing."""

    case = LineCase()

    def test_answer_goes_out_on_the_token(self, scene: Scene) -> None:
        """A fresh token is used, once; it is not kept."""
        person = scene.person()
        scene.platform.heard.clear()
        said(scene, person, words())
        wait_sent(scene, person, 1)
        (call,) = sent(scene)
        assert (call.path, call.body["replyToken"][:6]) == ("/v2/bot/message/reply", "token-")
        assert "x-line-retry-key" not in call.headers
        assert [message["reply_token"] for message in scene.messages(person)] == [None, None]

    def test_late_token_is_followed_by_a_push(self, scene: Scene) -> None:
        """The token was too old for LINE: the message is pushed, under its own key."""
        person = scene.person()
        scene.platform.heard.clear()
        scene.platform.script.append(LATE)
        said(scene, person, words())
        wait_sent(scene, person, 1)
        first, second = sent(scene)
        assert (first.path, second.path) == ("/v2/bot/message/reply", "/v2/bot/message/push")
        assert second.headers["x-line-retry-key"] == str(scene.messages(person)[-1]["id"])

    def test_old_token_is_not_tried(self, scene: Scene) -> None:
        """After three quarters of a minute an answer is pushed at once."""
        person = scene.person()
        scene.pause()
        said(scene, person, words())
        until(lambda: len(scene.messages(person)) == 2)
        scene.house.sql("UPDATE conversations.message SET created_at = created_at - interval '46 s'")
        scene.platform.heard.clear()
        scene.resume()
        wait_sent(scene, person, 1)
        assert [call.path for call in sent(scene)] == ["/v2/bot/message/push"]

    def test_same_push_twice_is_one_message(self, scene: Scene) -> None:
        """After a broken connection the push is made again under the same key."""
        person = scene.person()
        scene.platform.heard.clear()
        scene.platform.script += [Says(502), Says(409, {"message": "The retry key is already accepted"})]
        scene.says(person, words())
        wait_sent(scene, person, 1)
        keys = [call.headers["x-line-retry-key"] for call in sent(scene)]
        assert len(keys) == 2
        assert len(set(keys)) == 1

    def test_unsent_text_is_gone(self, scene: Scene) -> None:
        """What a person takes back, we do not keep."""
        person = scene.person()
        number = said(scene, person, words("my secret"))
        wait_sent(scene, person, 1)
        event = _event(person, scene.id(), type="unsend", unsend={"messageId": number})
        scene.deliver({"destination": "Uours", "events": [event]})
        (mine,) = [message for message in scene.messages(person) if message["author"] == "patient"]
        assert (mine["text"], mine["fail_reason"]) == ("", "unsent")

    def test_what_was_unsent_is_gone_from_what_the_bot_remembers(self, scene: Scene) -> None:
        """Rasa keeps each message in its tracker: there the words go, too, and those of other messages stay."""
        person = scene.person()
        numbers = [said(scene, person, words(text)) for text in ("secret", "other")]
        wait_sent(scene, person, 2)
        conversation = scene.conversation(person)
        sender = f"{conversation['id']}.{conversation['session']}"
        scene.house.sql("INSERT INTO rasa.tracker (sender_id, events) VALUES ($1, 2)", sender)
        for seq, message in enumerate((m for m in scene.messages(person) if m["author"] == "patient"), 1):
            text = message["text"]
            event = {"event": "user", "text": text, "message_id": str(message["id"]), "parse_data": {
                "text": text, "intent": {"name": "inform"}, "entities": [{"value": text}]}}  # fmt: skip
            scene.house.sql(
                "INSERT INTO rasa.event (sender_id, seq, data) VALUES ($1, $2, $3)", sender, seq, json.dumps(event)
            )
        event = _event(person, scene.id(), type="unsend", unsend={"messageId": numbers[0]})
        scene.deliver({"destination": "Uours", "events": [event]})
        first, second = (json.loads(row["data"]) for row in scene.house.sql("SELECT data FROM rasa.event ORDER BY seq"))
        assert words("secret") not in str(first)
        assert (first["parse_data"]["intent"], second["text"]) == ({"name": "inform"}, words("other"))
        assert scene.conversation(person)["session_events"] == 0, "so that Rasa takes no tracker from its memory"

    def test_standby_silences_the_bot(self, scene: Scene) -> None:
        """While somebody answers in LINE's own tool, messages are kept for staff and the bot says nothing."""
        person = scene.person()
        said(scene, person, words(), mode="standby")
        until(lambda: scene.conversation(person)["state"] == "waiting")
        assert scene.turns(person) == []
        assert [message["text"] for message in scene.messages(person)] == [words()]

    def test_emergency_in_standby_is_answered(self, scene: Scene) -> None:
        """Whoever has the conversation, the number is given."""
        person = scene.person()
        said(scene, person, "I am having a heart attack right now", mode="standby")
        scene.wait_shown(person, scene.house.parts.emergency)

    def test_loading_sign_is_shown(self, scene: Scene) -> None:
        """The person sees that an answer is coming."""
        person = scene.person()
        said(scene, person, words())
        until(lambda: [c for c in scene.platform.calls("/loading/start") if c.body["chatId"] == person])
