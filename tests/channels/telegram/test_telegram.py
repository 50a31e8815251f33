"""What only Telegram does: pressed buttons that wait, edits, a person who blocks the bot."""

from tests.channels.platform import Says
from tests.channels.scene import Scene
from tests.channels.telegram.case import TelegramCase
from tests.channels.words import words
from tests.gateway.serving import until

BLOCKED, MEMBER = "kicked", "member"


class TestBot:
    """A bot of its own."""

    case = TelegramCase()

    def test_press_is_answered(self, scene: Scene) -> None:
        """A pressed button stops spinning, also one that means nothing any more."""
        person = scene.person()
        for data in ("never-offered", "-"):
            id_ = scene.id()
            query = {"id": f"callback-{id_}", "from": {"id": int(person)}, "data": data}
            scene.deliver({"update_id": int(id_), "callback_query": query})
            until(
                lambda id_=id_: [
                    call
                    for call in scene.platform.calls("/answerCallbackQuery")
                    if call.body == {"callback_query_id": f"callback-{id_}"}
                ]
            )

    def test_typing_is_shown_and_may_fail(self, scene: Scene) -> None:
        """The sign comes before the answer; the answer comes also where the sign is refused."""
        person = scene.person()
        usual = scene.platform.usual
        scene.platform.usual = lambda heard: Says(500) if "/sendChatAction" in heard.path else usual(heard)
        try:
            scene.says(person, words())
            scene.wait_shown(person, "echo")
            until(lambda: [c for c in scene.platform.calls("/sendChatAction") if str(c.body["chat_id"]) == person])
        finally:
            scene.platform.usual = usual

    def test_edit_is_kept(self, scene: Scene) -> None:
        """The newest words count, and are no new turn."""
        person = scene.person()
        content = self.case.text(person, words("I need a doctor"), scene.id())
        scene.deliver(content)
        scene.wait_shown(person, "echo")
        edited = {**content["message"], "edit_date": 1700000060, "text": words("I need a dentist")}
        scene.deliver({"update_id": int(scene.id()), "edited_message": edited})
        texts = [message["text"] for message in scene.messages(person) if message["author"] == "patient"]
        assert texts == [words("I need a dentist")]
        assert len(scene.turns(person)) == 1

    def test_block_and_return(self, scene: Scene) -> None:
        """Who blocks the bot is not written to; who unblocks it is."""
        person = scene.person()
        for status, stopped in ((BLOCKED, True), (MEMBER, False)):
            chat = {"id": int(person), "type": "private"}
            change = {"chat": chat, "from": {"id": int(person)}, "new_chat_member": {"status": status}}
            scene.deliver({"update_id": int(scene.id()), "my_chat_member": change})
            assert (scene.conversation(person)["stopped_at"] is not None) is stopped
        sources = scene.house.sql(
            "SELECT kind, source FROM conversations.consent k JOIN conversations.conversation c "
            "ON c.id = k.conversation_id WHERE c.address = $1 ORDER BY k.id",
            person,
        )
        assert [tuple(row) for row in sources] == [("stop", "platform"), ("start", "platform")]

    def test_start_keeps_the_campaign(self, scene: Scene) -> None:
        """Where a person came from stays with the conversation; the first time counts."""
        person = scene.person()
        scene.says(person, "/start flu-2026")
        scene.says(person, "/start other")
        assert scene.conversation(person)["campaign"] == "flu-2026"
