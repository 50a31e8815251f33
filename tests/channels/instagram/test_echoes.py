"""Echoes on Instagram carry no mark of ours: they are told apart by what we sent."""

from tests.channels.instagram.case import InstagramCase
from tests.channels.scene import Scene
from tests.channels.words import words


class TestEchoes:
    """One gateway, one account."""

    case = InstagramCase()

    def test_echo_of_what_we_sent_changes_nothing(self, scene: Scene) -> None:
        """Instagram repeats our own message to us: the bot goes on."""
        person = scene.person()
        scene.says(person, words())
        sent = scene.wait_status(person, "sent")
        scene.deliver(self.case.echo(person, sent["text"], sent["platform_ids"][0]))
        assert scene.conversation(person)["state"] == "bot"

    def test_echo_that_is_faster_than_the_answer_is_ours(self, scene: Scene) -> None:
        """The echo may come before the call that it is of has returned."""
        person = scene.person()
        scene.says(person, words())
        sent = scene.wait_status(person, "sent")
        scene.house.sql(
            "UPDATE conversations.message SET status = 'sending', platform_ids = '{}' WHERE id = $1", sent["id"]
        )
        scene.deliver(self.case.echo(person, sent["text"], "m_fast"))
        scene.house.sql("UPDATE conversations.message SET status = 'sent' WHERE id = $1", sent["id"])
        assert scene.conversation(person)["state"] == "bot"

    def test_deleted_message_loses_its_text(self, scene: Scene) -> None:
        """What a person takes back is not kept."""
        person, id_ = scene.person(), scene.id()
        scene.deliver(self.case.text(person, words(), id_))
        scene.wait_shown(person, "echo")
        content = self.case.text(person, "", id_)
        content["entry"][0]["messaging"][0]["message"] = {"mid": id_, "is_deleted": True}
        scene.deliver(content)
        assert [m["text"] for m in scene.messages(person) if m["author"] == "patient"] == [""]
