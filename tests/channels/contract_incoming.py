"""What comes in: signed or nothing, whole or nothing, once, in order."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
import requests

from frontdoor.settings import load
from tests.channels.case import Case
from tests.channels.rows import inbound
from tests.channels.scene import Scene
from tests.channels.words import words
from tests.gateway.serving import running, until

AT_ONCE = 10
HUGE_CHARS = 600_000
REFUSED, UNREADABLE = (401, 403), (400,)
WRONG = {  # what is done to a right signature
    "empty": lambda value: "",
    "backwards": lambda value: value[::-1],
    "shorter": lambda value: value[:-1],
    "longer": lambda value: f"{value}A",
    "of no letters we know": lambda value: "é" * len(value),
}
MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "white space": b" \n",
    "cut short": b'{"events": [',
    "a list": b"[]",
    "a number": b"17",
    "no Unicode": b'{"text": "\xff\xfe"}',
    "UTF-16": '{"text": "hello"}'.encode("utf-16"),
    "half a pair": b'{"text": "\\ud83d"}',
    "nested deeply": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "lists in lists": b'{"a":' + b"[" * 400 + b"]" * 400 + b"}",
    "huge": b'{"text": "' + b"a" * HUGE_CHARS + b'"}',
}


class Incoming:
    """The webhook."""

    case: ClassVar[Case]

    def test_text_reaches_the_bot_and_is_answered(self, scene: Scene) -> None:
        """A signed message is answered on its own channel."""
        person = scene.person()
        scene.says(person, words())
        assert scene.wait_shown(person, "echo") == f"echo: {words()}"
        assert scene.turns(person) == [words()]

    def test_unsigned_is_refused(self, scene: Scene) -> None:
        """Without a signature nothing is read, and nothing is said."""
        before = scene.counts()
        answer = scene.post(self._body(scene), headers={})
        assert (answer.status_code in REFUSED, answer.text) == (True, "")
        assert scene.counts() == before

    @pytest.mark.parametrize("how", WRONG)
    def test_wrongly_signed_is_refused(self, scene: Scene, how: str) -> None:
        """A signature that is nearly right is wrong."""
        before, body = scene.counts(), self._body(scene)
        signed = self.case.sign(body, self.case.url)
        spoiled = {name: WRONG[how](value).encode("utf-8").decode("latin-1") for name, value in signed.items()}
        answer = scene.post(body, headers=spoiled)
        assert (answer.status_code in REFUSED, answer.text) == (True, "")
        assert scene.counts() == before

    def test_signature_covers_the_body(self, scene: Scene) -> None:
        """A body under another body's signature is refused."""
        mine, other = self._body(scene), self._body(scene)
        if self.case.sign(mine, self.case.url) == self.case.sign(other, self.case.url):
            pytest.skip("the platform sends a fixed secret")
        before = scene.counts()
        assert scene.post(mine, headers=self.case.sign(other, self.case.url)).status_code in REFUSED
        assert scene.counts() == before

    @pytest.mark.parametrize("name", MALFORMED)
    def test_malformed_is_refused(self, scene: Scene, name: str) -> None:
        """What is signed but unreadable is a clear refusal, and nothing else happens."""
        before = scene.counts()
        answer = scene.post(MALFORMED[name])
        assert (answer.status_code in UNREADABLE, answer.text) == (True, "")
        assert scene.counts() == before

    def test_unsigned_and_huge_is_refused_as_unsigned(self, scene: Scene) -> None:
        """Who proves nothing learns nothing, also not how much we read."""
        answer = scene.post(MALFORMED["huge"], headers={})
        assert (answer.status_code in REFUSED, answer.text) == (True, "")

    def test_wrong_content_type_is_refused(self, scene: Scene) -> None:
        """A right body that says to be something else is not read."""
        before = scene.counts()
        answer = scene.post(self._body(scene), content_type="text/plain")
        assert (answer.status_code, answer.text) == (400, "")
        assert scene.counts() == before

    def test_wrong_encoding_is_refused(self, scene: Scene) -> None:
        """A right body in another encoding is not read."""
        before = scene.counts()
        body = self._body(scene).decode().encode("utf-16")
        assert scene.post(body).status_code == 400
        assert scene.counts() == before

    def test_redelivery_is_one_message(self, scene: Scene) -> None:
        """What the platform sends again is taken once, with 200 each time."""
        person = scene.person()
        content = self.case.text(person, words(), scene.id())
        for _ in range(3):
            scene.deliver(content)
        scene.wait_shown(person, "echo")
        assert len([m for m in scene.messages(person) if m["author"] == "patient"]) == 1
        assert scene.turns(person) == [words()]

    def test_parallel_redelivery_is_one_message(self, scene: Scene) -> None:
        """The same event ten times at once is taken once."""
        person = scene.person()
        content = self.case.text(person, words(), scene.id())
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda _: scene.deliver(content), range(AT_ONCE)))
        scene.wait_shown(person, "echo")
        assert len([m for m in scene.messages(person) if m["author"] == "patient"]) == 1
        assert scene.turns(person) == [words()]
        assert len(scene.shown_to(person)) == 1

    def test_same_words_twice_are_two_messages(self, scene: Scene) -> None:
        """Ids decide what is a repetition, not words."""
        person = scene.person()
        scene.says(person, words("yes"))
        scene.says(person, words("yes"))
        until(lambda: len(scene.shown_to(person)) == 2)

    def test_order_is_kept(self, scene: Scene) -> None:
        """What one person writes in a row is answered in that row."""
        person = scene.person()
        texts = [words(f"number {number}") for number in range(5)]
        items = [(person, text, scene.id()) for text in texts]
        batch = self.case.batch(items)
        for content in [batch] if batch is not None else [self.case.text(*item) for item in items]:
            scene.deliver(content)
        until(lambda: len(scene.shown_to(person)) == len(texts))
        assert scene.turns(person) == texts
        assert scene.shown_to(person) == [f"echo: {text}" for text in texts]

    def test_bad_item_does_not_cost_the_others(self, scene: Scene) -> None:
        """One item of a batch that makes no sense is left out, alone."""
        person = scene.person()
        before, after = ((person, words(text), scene.id()) for text in ("before", "after"))
        content = self.case.with_a_bad_item(before, after)
        if content is None:
            pytest.skip("the platform sends one event at a time")
        scene.deliver(content)
        until(lambda: len(scene.shown_to(person)) == 2)
        assert scene.turns(person) == [words("before"), words("after")]

    def test_unknown_kinds_are_taken_and_ignored(self, scene: Scene) -> None:
        """Signed content that means nothing to us is 200, or the platform would send it for ever."""
        ignored = [
            row for row in inbound(self.case.folder)
            if row["events"] and all(event["kind"] == "ignored" for event in row["events"])
        ]  # fmt: skip
        assert ignored, "the table has no ignored event"
        before = scene.counts()
        for row in ignored:
            scene.deliver(row["content"])
        assert scene.counts() == before

    def test_null_character_is_no_obstacle(self, scene: Scene) -> None:
        """A character that PostgreSQL cannot keep does not make a message come back for ever."""
        person = scene.person()
        scene.says(person, words("a\x00b"))
        scene.wait_shown(person, "echo")
        assert scene.turns(person) == [words("ab")]

    def test_stop_is_heeded_and_start_undoes_it(self, scene: Scene) -> None:
        """After STOP the bot is silent; one confirmation, no more; START lets it speak again."""
        person = scene.person()
        scene.says(person, "STOP")
        scene.wait_status(person, "sent", "system")
        assert scene.conversation(person)["stopped_at"] is not None
        scene.says(person, words("still there?"))
        assert scene.turns(person) == []
        scene.says(person, "START")
        until(lambda: scene.conversation(person)["stopped_at"] is None)
        scene.says(person, words("again"))
        scene.wait_shown(person, words("again"))

    def test_somebody_elsewhere_silences_the_bot(self, scene: Scene) -> None:
        """Who answers in the platform's own inbox has the conversation."""
        person = scene.person()
        content = self.case.echo(person, words("this is Ana"), scene.id())
        if content is None:
            pytest.skip("the platform reports no echoes")
        scene.says(person, words("hello"))
        scene.wait_shown(person, "echo")
        scene.deliver(content)
        until(lambda: scene.conversation(person)["state"] == "waiting")
        scene.says(person, words("thanks"))
        assert scene.turns(person) == [words("hello")]

    def test_emergency_is_answered_with_the_bot_down(self, scene: Scene) -> None:
        """The fixed reply needs nobody but us."""
        person = scene.person()
        scene.house.bot.down = True
        scene.says(person, "I am having a heart attack right now")
        scene.wait_shown(person, scene.house.parts.emergency)
        assert scene.conversation(person)["priority"] == 0

    def test_without_its_settings_the_channel_is_off(self, database_url: str, tmp_path: Path) -> None:
        """A channel that is not set up has no address."""
        settings = load({"DATABASE_URL": database_url, "FRONTDOOR_DATA_DIR": str(tmp_path)}, dotenv=None)
        with running(settings) as house:
            for method in ("GET", "POST"):
                answer = requests.request(method, f"{house.url}/webhooks/{self.case.name}", timeout=10)
                assert answer.status_code == 404

    def _body(self, scene: Scene) -> bytes:
        return self.case.encode(self.case.text(scene.person(), words(), scene.id()))
