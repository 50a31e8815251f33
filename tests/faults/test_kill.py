"""Any process may die at any moment: nothing a patient wrote is lost, and nothing is answered twice."""

import asyncio
import random
import threading
import time
import uuid
from collections.abc import Iterator

import asyncpg
import pytest
import requests

from frontdoor.database import database
from tests.product import Product

KILLS = 30
KILLED = ("gateway", "worker", "rasa", "actions", "scheduling", "postgres", "desk")
SCRIPT = (
    "hello", "what are your hours", "how much does a visit cost", "what is asthma", "do you take aetna",
    "are you a robot", "thanks", "i want to book a visit", "dermatology", "never mind",
)  # fmt: skip
PATIENTS = 3
PATIENCE_SECONDS = 90.0
UNLIMITED = {"FRONTDOOR_CHAT_MESSAGES_PER_MINUTE": "100000", "FRONTDOOR_CHAT_SESSIONS_PER_MINUTE": "100000"}


@pytest.fixture(scope="module")
def fragile() -> Iterator[Product]:
    """A product of this file's own, to be killed piece by piece."""
    product = Product(UNLIMITED).start()
    yield product
    product.stop()


class Writer(threading.Thread):
    """A patient who writes the script again and again, each message until it is taken, with the page's own id."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.url, self.stop = url, stop
        self.written: list[tuple[str, str]] = []  # id, text; every one of them was taken
        self.token = self.conversation = ""

    def run(self) -> None:
        session = self._insist("/chat/sessions", {}, 201)
        self.token, self.conversation = session["token"], session["conversation"]
        while not self.stop.is_set():
            for text in SCRIPT:
                if self.stop.is_set():
                    return
                identifier = uuid.uuid4().hex
                self._insist("/chat/messages", {"client_message_id": identifier, "text": text}, 202)
                self.written.append((identifier, text))
                time.sleep(0.4)

    def _insist(self, path: str, body: dict[str, str], status: int) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = requests.post(self.url + path, json=body, headers=headers, timeout=15)
                if answer.status_code == status:
                    return dict(answer.json())
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"{path} was not taken"
            time.sleep(0.2)

    def seen(self) -> list[dict[str, str]]:
        """Return everything that the patient sees."""
        found: list[dict[str, str]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = requests.get(f"{self.url}/chat/messages?after={after}", headers=headers, timeout=15)
            page = answer.json()["messages"]
            if not page:
                return found
            found += page


def test_kill_at_thirty_random_moments(fragile: Product) -> None:
    """Thirty times one process is killed while three patients write; all is taken, all is answered, once."""
    chance = random.Random(20261123)
    stop = threading.Event()
    writers = [Writer(fragile.gateway_url, stop) for _ in range(PATIENTS)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 2.0))
        fragile.kill(chance.choice(KILLED))
        fragile.wait_ready()
    stop.set()
    for writer in writers:
        writer.join(PATIENCE_SECONDS)
        assert not writer.is_alive(), "a message was never taken"
    for writer in writers:
        with database(fragile.settings) as url:
            _wait_until_answered(url, writer.conversation)
        _nothing_lost_nothing_twice(writer)


def _nothing_lost_nothing_twice(writer: Writer) -> None:
    seen = writer.seen()
    texts = [(message["client_message_id"], message["text"]) for message in seen if message["author"] == "patient"]
    assert texts == writer.written, "what was written is there once, in order"
    assert not [message for message in seen if message["author"] == "staff"]
    bot = [message["text"] for message in seen if message["author"] == "bot"]
    hours = sum(text == "what are your hours" for _, text in writer.written)
    answered = [text for text in bot if "8:00" in text and "Monday" in text]
    assert len(answered) == hours, "every question about the hours has one answer"


def _wait_until_answered(url: str, conversation: str) -> None:
    async def unanswered() -> list[tuple[int, int]]:
        connection = await asyncpg.connect(url)
        try:
            found = await connection.fetch(
                """
                SELECT p.seq, count(b.seq) FILTER (WHERE b.part = 0) AS answers FROM conversations.message p
                LEFT JOIN conversations.message b ON b.conversation_id = p.conversation_id AND b.answers = p.seq
                WHERE p.conversation_id = $1 AND p.author = 'patient' GROUP BY p.seq
                HAVING count(b.seq) FILTER (WHERE b.part = 0) <> 1
                """,
                uuid.UUID(conversation),
            )
            return [tuple(row) for row in found]
        finally:
            await connection.close()

    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := asyncio.run(unanswered()):
        assert time.monotonic() < deadline, f"answered not once: {left}"
        time.sleep(0.5)
