"""The web chat over HTTP: what clients may rely on (docs/web-chat.md)."""

import concurrent.futures
import hashlib
import uuid
from typing import Any

import pytest
import requests

from frontdoor.gateway.errors import TooMany
from frontdoor.settings import Settings
from tests.gateway.serving import House, Patient, running


def test_a_conversation_by_token(shared: House) -> None:
    """A message is stored, answered by the bot, and read back with everything the agreement promises."""
    patient = shared.patient()
    assert patient.write("hello") == 1
    answer = patient.wait_for("echo: hello")
    assert (answer["author"], answer["seq"], answer["buttons"]) == ("bot", 2, [])
    assert answer["at"].endswith("Z")
    assert patient.messages(after=answer["seq"]) == []
    assert patient.messages(after=10_000) == []


def test_only_a_digest_of_the_token_is_stored(shared: House) -> None:
    """The database holds the SHA-256 of a token of 256 bits, and that it ends after thirty days."""
    patient = shared.patient()
    token = patient.http.headers["Authorization"].partition(" ")[2]
    (row,) = shared.sql(
        "SELECT token_sha256, expires_at - created_at AS lasts FROM conversations.web_session "
        "WHERE conversation_id = $1::uuid", patient.conversation,
    )  # fmt: skip
    assert bytes(row["token_sha256"]) == hashlib.sha256(token.encode()).digest()
    assert 29 <= row["lasts"].days <= 30
    assert len(token) >= 43


def test_an_expired_token_is_no_session(shared: House) -> None:
    """After its end a token opens nothing."""
    patient = shared.patient()
    shared.sql(
        "UPDATE conversations.web_session SET expires_at = now() - interval '1 second' "
        "WHERE conversation_id = $1::uuid",
        patient.conversation,
    )
    answer = patient.http.get(f"{shared.url}/chat/messages", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, "no_session")


def test_a_repeated_id_is_one_message(shared: House) -> None:
    """The same client_message_id, also ten at once, gives one message, one number and one turn."""
    patient = shared.patient()

    def send(_: int) -> int:
        return patient.write("just once", "same-id")

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(10))) == {1}
    patient.wait_for("echo: just once")
    assert patient.write("something else", "same-id") == 1
    assert [turn["conversation"] for turn in shared.bot.turns].count(patient.conversation) == 1
    assert patient.texts() == [("patient", "just once"), ("bot", "echo: just once")]


def test_nothing_is_said_to_be_stored_before_it_is_on_disk(shared: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk does not take it, the patient's page hears so, sends it again, and it is there once."""
    patient = shared.patient()

    async def settle() -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(shared.parts.intake.store, "settle", settle)
        assert patient.post({"client_message_id": "again", "text": "safe?"}).status_code == 503
    assert patient.write("safe?", "again") == 1
    patient.wait_for("echo: safe?")
    assert patient.texts() == [("patient", "safe?"), ("bot", "echo: safe?")]


def test_ids_of_one_patient_do_not_touch_those_of_another(shared: House) -> None:
    """Two patients may use the same client_message_id."""
    one, other = shared.patient(), shared.patient()
    one.write("from one", "1")
    other.write("from another", "1")
    assert ("patient", "from another") in other.texts()
    assert other.wait_for("echo: from another")
    assert one.messages()[0]["client_message_id"] == "1"


def test_a_session_sees_only_its_own_conversation(shared: House) -> None:
    """Nothing of one conversation is read, or pressed, from another."""
    one, other = shared.patient(), shared.patient()
    one.write("choices")
    offered = one.wait_for("echo: choices")["buttons"][0]["payload"]
    assert other.messages() == []
    assert other.press(offered).json()["error"] == "not_offered"


def test_a_press_enters_as_what_was_offered(shared: House) -> None:
    """The payload on the page is opaque; the bot gets the intent and entities that stood behind it."""
    patient = shared.patient()
    patient.write("choices")
    buttons = patient.wait_for("echo: choices")["buttons"]
    assert [button["title"] for button in buttons] == ["Dermatology", "No, thanks"]
    assert "dermatology" not in str([button["payload"] for button in buttons])
    assert patient.press(buttons[0]["payload"]).status_code == 202
    patient.wait_for("echo: Dermatology")
    press = shared.bot.turns[-1]["press"]
    assert press == {"intent": "book_visit", "entities": {"service_type": "dermatology"}, "title": "Dermatology"}


@pytest.mark.parametrize("payload", ["/book_visit", "/restart", "x", '/deny{"a": 1}', "/" + "a" * 199])
def test_what_was_not_offered_is_refused(shared: House, payload: str) -> None:
    """A payload that this conversation was not offered is 400, and reaches nobody."""
    patient = shared.patient()
    answer = patient.press(payload)
    assert (answer.status_code, answer.json()["error"]) == (400, "not_offered")
    assert shared.bot.turns == []


def test_a_leading_slash_is_text(shared: House) -> None:
    """A patient who types a command of Rasa has typed a text."""
    patient = shared.patient()
    patient.write("/restart")
    patient.wait_for("echo")
    assert shared.bot.turns[0]["press"] is None


BAD = [  # name, body, status, error
    ("no json", b"hello", 400, "bad_json"),
    ("a list", b"[1]", 400, "bad_json"),
    ("no utf-8", b'{"client_message_id": "1", "text": "\xff"}', 400, "bad_json"),
    ("very deep", b"[" * 50_000, 400, "bad_json"),
    ("no id", b'{"text": "hi"}', 400, "bad_client_message_id"),
    ("an id that is a number", b'{"client_message_id": 1, "text": "hi"}', 400, "bad_client_message_id"),
    ("an empty id", b'{"client_message_id": "", "text": "hi"}', 400, "bad_client_message_id"),
    ("a long id", b'{"client_message_id": "%s", "text": "hi"}' % (b"x" * 101), 400, "bad_client_message_id"),
    ("an id with a NUL", b'{"client_message_id": "a\\u0000", "text": "hi"}', 400, "bad_client_message_id"),
    ("no text", b'{"client_message_id": "1"}', 400, "bad_text"),
    ("null", b'{"client_message_id": "1", "text": null}', 400, "bad_text"),
    ("an object", b'{"client_message_id": "1", "text": {}}', 400, "bad_text"),
    ("empty", b'{"client_message_id": "1", "text": ""}', 400, "empty"),
    ("blanks", b'{"client_message_id": "1", "text": " \\n\\t "}', 400, "empty"),
    ("only a NUL", b'{"client_message_id": "1", "text": "\\u0000"}', 400, "empty"),
    ("too long", b'{"client_message_id": "1", "text": "%s"}' % (b"x" * 2001), 413, "too_long"),
    ("far too long", b'{"client_message_id": "1", "text": "%s"}' % (b"x" * 200_000), 413, "too_long"),
    ("both", b'{"client_message_id": "1", "text": "a", "payload": "b"}', 400, "bad_payload"),
    ("a payload that is a list", b'{"client_message_id": "1", "payload": []}', 400, "not_offered"),
    ("a payload with a NUL", b'{"client_message_id": "1", "payload": "a\\u0000"}', 400, "not_offered"),
]


def test_what_cannot_be_read_is_refused_clearly(shared: House) -> None:
    """Each bad body gets its status and its code, nothing of what was sent, and leaves no message behind."""
    patient = shared.patient()
    for name, body, status, error in BAD:
        answer = patient.http.post(
            f"{shared.url}/chat/messages", data=body, headers={"Content-Type": "application/json"}, timeout=10
        )
        assert (answer.status_code, answer.json()["error"]) == (status, error), name
        assert set(answer.json()) == {"error", "message"}, name
    assert patient.messages() == []
    assert "2000" in answer_to(patient, "x" * 2001).json()["message"]


def answer_to(patient: Patient, text: str) -> requests.Response:
    """Send *text* without expecting that it is taken."""
    return patient.post({"client_message_id": uuid.uuid4().hex, "text": text})


KEPT = [  # name, sent, stored
    ("a NUL inside", "a\x00b", "ab"),
    ("control characters", "a\x07\x1bb\x85c", "abc"),
    ("lines", "one\r\ntwo\rthree\nfour\tfive", "one\ntwo\nthree\nfour\tfive"),
    ("half an emoji", "hi \ud83d", "hi \ufffd"),
    ("an emoji in two halves", "hi \ud83d\ude00", "hi 😀"),
    ("markup", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ("Spanish", "¿Qué tal, señora?", "¿Qué tal, señora?"),
    ("the limit itself, in emoji", "😀" * 2000, "😀" * 2000),
]


@pytest.mark.parametrize(("name", "sent", "stored"), KEPT, ids=[row[0] for row in KEPT])
def test_what_is_odd_is_kept_as_people_can_read_it(shared: House, name: str, sent: str, stored: str) -> None:
    """Odd characters lose no message: what PostgreSQL cannot hold is taken out, the rest is as it was."""
    patient = shared.patient()
    patient.write(sent)
    assert patient.texts()[0] == ("patient", stored)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_anything_but_json_is_415(shared: House, kind: str | None) -> None:
    """A form on somebody else's page cannot post a message."""
    patient = shared.patient()
    answer = patient.http.post(
        f"{shared.url}/chat/messages", data=b'{"client_message_id": "1", "text": "x"}',
        headers={"Content-Type": kind} if kind else {}, timeout=10,
    )  # fmt: skip
    assert (answer.status_code, answer.json()["error"]) == (415, "not_json")


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer x", "Basic abc", "Bearer " + "x" * 5000, "\x80"])
def test_no_token_no_conversation(shared: House, authorization: str | None) -> None:
    """Reading, writing and following need a session."""
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in (("GET", "messages"), ("POST", "messages"), ("GET", "events"), ("PATCH", "sessions")):
        body = {"json": {"client_message_id": "1", "text": "x"}} if method != "GET" else {}
        answer: Any = requests.request(method, f"{shared.url}/chat/{path}", headers=headers, timeout=10, **body)
        assert (answer.status_code, answer.json()["error"]) == (401, "no_session"), path


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "٣"])
def test_after_takes_a_number(shared: House, after: str) -> None:
    """A mark that is no seq is 400."""
    answer = shared.patient().http.get(f"{shared.url}/chat/messages", params={"after": after}, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_after")


def test_language_and_campaign_are_kept(shared: House) -> None:
    """What a link to the chat said is with the conversation, for the bot and for figures."""
    patient = shared.patient(language="es", campaign="flu-2026 <b>")
    patient.write("hola")
    patient.wait_for("echo")
    (row,) = shared.sql(
        "SELECT language, campaign FROM conversations.conversation WHERE id = $1::uuid", patient.conversation
    )
    assert (shared.bot.turns[0]["language"], row["campaign"]) == ("es", "flu-2026b")


def test_a_chosen_language_stays(shared: House) -> None:
    """The patient's choice outlasts what the bot makes of the next message."""
    patient = shared.patient()
    answer = patient.http.patch(f"{shared.url}/chat/sessions", json={"language": "es"}, timeout=10)
    assert answer.json() == {"language": "es"}
    patient.write("hello")
    patient.wait_for("echo")
    (row,) = shared.sql("SELECT language FROM conversations.conversation WHERE id = $1::uuid", patient.conversation)
    assert row["language"] == "es"


@pytest.mark.parametrize("body", [{"language": "fr"}, {"language": 1}, {"campaign": []}, [], "x"])
def test_a_session_that_cannot_be(shared: House, body: Any) -> None:
    """Wishes for a session that make no sense are 400."""
    assert requests.post(f"{shared.url}/chat/sessions", json=body, timeout=10).status_code == 400


def test_too_many_messages_are_told_when_to_come_back(settings: Settings) -> None:
    """Past the limit of a session: 429 with Retry-After, and another patient is not held up."""
    with running(settings, chat_messages_per_minute=3) as house:
        patient = house.patient()
        answers = [answer_to(patient, "again") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert answers[-1].json()["error"] == "too_many"
        house.patient().write("me too")


def test_too_many_sessions_from_one_address(settings: Settings) -> None:
    """Past the limit of an address: 429 with Retry-After."""
    with running(settings, chat_sessions_per_minute=2) as house:
        codes = [requests.post(f"{house.url}/chat/sessions", timeout=10).status_code for _ in range(3)]
        assert codes == [201, 201, 429]


def test_a_body_beyond_reason(shared: House) -> None:
    """More than the gateway reads at all is 413."""
    answer = shared.patient().post({"client_message_id": "1", "text": "x" * 3_000_000})
    assert (answer.status_code, answer.json()) == (413, {"error": "too_long", "message": "The request is too long."})


def test_refusals_are_sentences(shared: House) -> None:
    """What the web framework refuses is said in words, not in the names of its classes."""
    for answer, code in (
        (requests.get(f"{shared.url}/nothing", timeout=10), "not_found"),
        (requests.delete(f"{shared.url}/chat/messages", timeout=10), "method_not_allowed"),
    ):
        assert answer.json()["error"] == code
        assert answer.json()["message"].endswith(".")
        assert " " in answer.json()["message"]


@pytest.mark.parametrize(("wait", "said"), [(0.2, "in 1 second."), (1.0, "in 1 second."), (1.1, "in 2 seconds.")])
def test_how_long_to_wait_is_said_properly(wait: float, said: str) -> None:
    """One second, two seconds."""
    assert TooMany(wait).message.endswith(said)


def test_no_other_site_may_read(shared: House) -> None:
    """There are no CORS headers, and a preflight is refused."""
    patient = shared.patient()
    answer = patient.http.get(f"{shared.url}/chat/messages", headers={"Origin": "https://evil.example"}, timeout=10)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    asked = requests.options(f"{shared.url}/chat/messages", headers={"Origin": "https://evil.example"}, timeout=10)
    assert asked.status_code == 405
