"""Pictures, recordings, places, stickers: kept for people; the bot, which reads words only, says so."""

from typing import Any

from frontdoor.conversations.wording import wording
from tests.channels.scene import Scene
from tests.channels.whatsapp.case import WhatsAppCase
from tests.channels.words import words
from tests.gateway.serving import until


class TestWordless:
    """WhatsApp."""

    case = WhatsAppCase()

    def test_a_picture_is_no_answer_to_the_bot(self, scene: Scene) -> None:
        """It is stored for staff and never reaches the bot; of three at once the bot speaks once."""
        person = scene.person()
        for _ in range(3):
            scene.deliver(self._shown(scene, person, image={"id": "77", "mime_type": "image/jpeg"}))
        only = wording("words_only", "en", **scene.house.worker.reception.facts)
        scene.wait_shown(person, only)
        scene.says(person, words())
        scene.wait_shown(person, "echo")
        assert scene.turns(person) == [words()]
        assert scene.shown_to(person) == [only, f"echo: {words()}"]
        texts = [message["text"] for message in scene.messages(person) if message["author"] == "patient"]
        assert texts == ["[image]"] * 3 + [words()]

    def test_words_under_a_picture_are_words(self, scene: Scene) -> None:
        """A caption is read as if it had been written alone."""
        person = scene.person()
        scene.deliver(self._shown(scene, person, image={"id": "77", "caption": words("what is this?")}))
        scene.wait_shown(person, "echo")
        assert scene.turns(person) == [words("what is this?")]

    def test_staff_get_it_without_a_word_of_ours(self, scene: Scene) -> None:
        """While a person is awaited or answers, nobody else comments on what is sent."""
        person = scene.person()
        scene.says(person, words())
        scene.wait_shown(person, "echo")
        scene.deliver(self.case.echo(person, words("this is Ana"), scene.id()))
        until(lambda: scene.conversation(person)["state"] == "waiting")
        scene.deliver(self._shown(scene, person, location={"latitude": 40.7, "longitude": -74.0}))
        assert [m["text"] for m in scene.messages(person)][-1] == "[location]"
        assert len(scene.shown_to(person)) == 1

    def _shown(self, scene: Scene, person: str, **part: Any) -> Any:
        content = self.case.text(person, "", scene.id())
        message = content["entry"][0]["changes"][0]["value"]["messages"][0]
        del message["text"]
        message |= {"type": next(iter(part)), **part}
        return content
