"""A person on WhatsApp has a phone number, an id of the business, or both."""

from typing import Any

from tests.channels.scene import Scene
from tests.channels.whatsapp.case import WhatsAppCase
from tests.channels.words import words
from tests.gateway.serving import until


class TestAddresses:
    """One gateway, one number."""

    case = WhatsAppCase()

    def test_conversation_of_a_number_goes_on_under_the_id(self, scene: Scene) -> None:
        """Who was known by a number and now has an id is the same person."""
        phone, id_ = scene.person(), f"US.{next(scene.numbers)}"
        scene.says(phone, words())
        scene.wait_shown(phone, "echo")
        scene.deliver(self._with_id(phone, id_, words("again"), scene.id()))
        scene.wait_shown(id_, words("again"))
        assert scene.conversation(phone) is None
        assert len([m for m in scene.messages(id_) if m["author"] == "patient"]) == 2

    def test_echo_to_the_number_is_about_the_id(self, scene: Scene) -> None:
        """What staff write in the app to a number silences the bot where it talks to the id."""
        phone, id_ = scene.person(), f"US.{next(scene.numbers)}"
        scene.deliver(self._with_id(phone, id_, words(), scene.id()))
        scene.wait_shown(id_, "echo")
        scene.deliver(self.case.echo(phone, words("this is Ana"), scene.id()))
        until(lambda: scene.conversation(id_)["state"] == "waiting")
        assert scene.conversation(phone) is None

    def test_changed_number_starts_a_new_session(self, scene: Scene) -> None:
        """A number that changed may be another person's: nothing is taken as known."""
        old, new = scene.person(), scene.person()
        scene.says(old, words())
        scene.wait_shown(old, "echo")
        session = scene.conversation(old)["session"]
        system = {"type": "user_changed_number", "wa_id": new}
        content = self.case.text(old, "", scene.id())
        message = content["entry"][0]["changes"][0]["value"]["messages"][0]
        message |= {"type": "system", "system": system}
        scene.deliver(content)
        assert scene.conversation(new)["session"] == session + 1
        assert scene.conversation(old) is None
        assert [m["text"][:27] for m in scene.messages(new) if m["author"] == "note"] == ["This person's number or id "]

    def test_changed_number_of_who_is_known_by_an_id(self, scene: Scene) -> None:
        """WhatsApp names the old number only; the conversation is under the id: it is found, and known no more."""
        phone, id_, new = scene.person(), f"US.{next(scene.numbers)}", f"US.{next(scene.numbers)}"
        scene.deliver(self._with_id(phone, id_, words(), scene.id()))
        scene.wait_shown(id_, "echo")
        scene.house.sql('UPDATE conversations.conversation SET slots = \'{"reason": "x"}\' WHERE address = $1', id_)
        content = self.case.text(phone, "", scene.id())
        message = content["entry"][0]["changes"][0]["value"]["messages"][0]
        message |= {"type": "system", "system": {"type": "user_changed_user_id", "user_id": new}}
        scene.deliver(content)
        assert scene.conversation(id_) is None
        assert scene.conversation(new)["slots"] == "{}"

    def test_a_number_alone_is_who_it_was_with_its_id(self, scene: Scene) -> None:
        """A webhook that has the number only is no second person."""
        phone, id_ = scene.person(), f"US.{next(scene.numbers)}"
        scene.deliver(self._with_id(phone, id_, words(), scene.id()))
        scene.wait_shown(id_, "echo")
        scene.says(phone, words("again"))
        scene.wait_shown(id_, words("again"))
        assert scene.conversation(phone) is None

    def test_late_failure_is_shown(self, scene: Scene) -> None:
        """A failure that WhatsApp reports after it took the message is not lost."""
        person = scene.person()
        scene.says(person, words())
        sent = scene.wait_status(person, "sent")
        content = self.case.text(person, "", scene.id())
        value = content["entry"][0]["changes"][0]["value"]
        status = {"id": sent["platform_ids"][0], "status": "failed", "recipient_id": person}
        value |= {"messages": [], "statuses": [status | {"errors": [{"code": 131047}]}]}
        scene.deliver(content)
        assert scene.wait_status(person, "failed")["fail_reason"] == "window 131047"

    def _with_id(self, phone: str, id_: str, text: str, event: str) -> Any:
        content = self.case.text(phone, text, event)
        value = content["entry"][0]["changes"][0]["value"]
        value["contacts"] = [{"profile": {"name": "Nora"}, "wa_id": phone, "user_id": id_}]
        value["messages"][0]["from_user_id"] = id_
        return content
