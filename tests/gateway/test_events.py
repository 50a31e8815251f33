"""The stream of events: everything once, in order, whatever breaks in between."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
import requests

from frontdoor.gateway import sessions
from frontdoor.settings import Settings
from tests.gateway.serving import Bot, House, echo, running, until

LOCKS = 3  # of the gateway, of the worker, and that no other worker is at work


def test_what_was_said_and_what_is_said_next(house: House) -> None:
    """A stream begins with what there is and goes on with what comes, each with its seq as id."""
    patient = house.patient()
    patient.write("one")
    patient.wait_for("echo: one")
    with patient.stream() as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        assert stream.answer.headers["X-Accel-Buffering"] == "no"
        assert [stream.next().id for _ in range(2)] == ["1", "2"]
        patient.write("two")
        _, message, identifier = stream.next()
        assert (identifier, message["text"], message["seq"]) == ("3", "two", 3)
        assert stream.next()[1]["text"] == "echo: two"


def test_last_event_id_and_after_skip_what_is_known(house: House) -> None:
    """A client that comes back says what it has, by header or by query; the header is the newer one."""
    patient = house.patient()
    patient.write("one")
    patient.wait_for("echo: one")
    for options in ({"headers": {"Last-Event-ID": "1"}}, {"params": {"after": "1"}},
                    {"params": {"after": "0"}, "headers": {"Last-Event-ID": "1"}}):  # fmt: skip
        with patient.stream(**options) as stream:
            assert stream.next().id == "2"


def test_a_stream_of_one_shows_nothing_of_another(house: House) -> None:
    """What one patient writes wakes nobody else's stream."""
    one, other = house.patient(), house.patient()
    with one.stream() as stream:
        other.write("private")
        one.write("mine")
        assert stream.next()[1]["text"] == "mine"


def test_typing_while_the_bot_thinks(settings: Settings) -> None:
    """Typing is said of a turn that takes a while, and when it ends."""
    with running(settings, Bot(echo, pause=1.0)) as house:
        patient = house.patient()
        with patient.stream() as stream:
            patient.write("think")
            assert stream.next("typing")[1] == {"typing": True}
            assert stream.next("typing")[1] == {"typing": False}


def test_who_answers_is_said(house: House) -> None:
    """A change of who may speak reaches the page."""
    patient = house.patient()
    with patient.stream() as stream:
        assert stream.next("state")[1] == {"state": "bot", "name": None}
        house.sql("UPDATE conversations.conversation SET state = 'staff', owner_name = 'Ana'")
        assert stream.next("state")[1] == {"state": "staff", "name": "Ana"}


def test_notes_and_drafts_are_not_for_the_patient(house: House) -> None:
    """Neither the list nor the stream shows what staff wrote for staff, nor what was kept from the patient."""
    patient = house.patient()
    patient.write("hello")
    patient.wait_for("echo: hello")
    for seq, author, status in ((3, "note", "sent"), (4, "bot", "suppressed"), (5, "staff", "sent")):
        house.sql(
            "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
            "VALUES ($1::uuid, $2, gen_random_uuid(), $3, 1, $4, $5)",
            patient.conversation, seq, author, f"{author} {status}", status,
        )  # fmt: skip
    assert patient.texts(after=2) == [("staff", "staff sent")]
    with patient.stream(params={"after": "2"}) as stream:
        assert stream.next()[1]["text"] == "staff sent"


def test_a_lost_notice_is_caught_by_the_poll(house: House) -> None:
    """A change that nobody was told of still arrives within the poll's two seconds, and a little."""
    patient = house.patient()
    with patient.stream() as stream:
        stream.next("state")
        began = time.monotonic()
        _silently(house, patient.conversation)
        assert stream.next()[1]["text"] == "unheard"
        assert time.monotonic() - began < 6


def _silently(house: House, conversation: str) -> None:
    """Write a message as a process whose notice is lost would have."""
    house.sql("ALTER TABLE conversations.conversation DISABLE TRIGGER touch")
    house.sql(
        "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
        "VALUES ($1::uuid, 1, gen_random_uuid(), 'staff', 1, 'unheard', 'sent')",
        conversation,
    )
    house.sql("UPDATE conversations.conversation SET last_seq = 1, changed_xid = pg_current_xact_id()")


def test_a_broken_listener_comes_back(house: House) -> None:
    """After PostgreSQL cut every connection, messages flow and the locks of gateway and worker are held again."""
    patient = house.patient()
    house.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
              "AND datname = current_database()")  # fmt: skip
    held = (house.parts.holding, house.worker.background.holding)
    until(lambda: all(one.is_set() for one in held) and _locks(house) == LOCKS)
    with patient.stream() as stream:
        patient.write("still here")
        assert stream.next()[1]["text"] == "still here"


def _locks(house: House) -> int:
    found = house.sql("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                      "WHERE locktype = 'advisory' AND datname = current_database()")  # fmt: skip
    return int(found[0]["count"])


def test_long_histories_come_whole(house: House) -> None:
    """More messages than one reading gives are all there, by pages and by stream."""
    patient = house.patient()
    house.sql(
        "INSERT INTO conversations.message (conversation_id, seq, id, author, epoch, text, status) "
        "SELECT $1::uuid, n, gen_random_uuid(), 'staff', 1, n::text, 'sent' FROM generate_series(1, 450) n",
        patient.conversation,
    )
    first = patient.messages()
    assert len(first) == 200
    assert patient.messages(after=first[-1]["seq"])[0]["seq"] == 201
    with patient.stream() as stream:
        assert [stream.next().id for _ in range(450)] == [str(n) for n in range(1, 451)]


def test_streams_of_one_session_are_counted(house: House) -> None:
    """One session cannot hold more than a handful of streams, and gets its places back."""
    patient = house.patient()
    held = [patient.stream() for _ in range(8)]
    streams = [stream.__enter__() for stream in held]
    for stream in streams:
        stream.next("state")
    answer = patient.http.get(f"{house.url}/chat/events", timeout=10)
    assert answer.status_code == 429
    for stream in held:
        stream.__exit__(None, None, None)
    del streams
    # The heartbeat or the next change finds out that they left.
    patient.write("anybody there?")
    patient.write("anybody still there?")
    until(lambda: house.parts.hub.count(patient.conversation) < 8)


def test_an_erased_conversation_ends_its_stream(house: House) -> None:
    """When a conversation is erased, nobody follows it any longer."""
    patient = house.patient()
    with patient.stream() as stream:
        stream.next("state")
        house.sql("DELETE FROM conversations.conversation")
        with pytest.raises(AssertionError, match="the stream ended"):
            stream.next()
    assert patient.http.get(f"{house.url}/chat/messages", timeout=10).status_code == 401


def test_an_erased_conversation_is_not_followed_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who follows it again is signed out at once, though the session was just known; that costs no look more."""
    monkeypatch.setattr(sessions, "KNOWN_SECONDS", 3600.0)
    patient, other = house.patient(), house.patient()
    for one in (patient, other):
        assert one.messages() == []
    house.sql("DELETE FROM conversations.conversation WHERE id = $1::uuid", patient.conversation)
    asked: list[str] = []
    for name in ("session", "view"):
        monkeypatch.setattr(house.parts.web, name, _noting(asked, name, getattr(house.parts.web, name)))
    answer = patient.http.get(f"{house.url}/chat/events", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, "no_session")
    with other.stream() as stream:
        assert stream.next("state").data == {"state": "bot", "name": None}
    assert asked == ["view", "view"]


def _noting(asked: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    async def noted(*arguments: Any) -> Any:
        asked.append(name)
        return await real(*arguments)

    return noted


def test_an_erased_conversation_is_not_begun_again(house: House) -> None:
    """A page that was open at the erasure is signed out when it writes, though its session was just known."""
    patient, other = house.patient(), house.patient()
    patient.write("hello")
    house.sql("DELETE FROM conversations.conversation WHERE id = $1::uuid", patient.conversation)
    for text in ("anybody there?", "chest pain, right now"):
        answer = patient.post({"client_message_id": text, "text": text})
        assert (answer.status_code, answer.json()["error"]) == (401, "no_session")
    other.write("mine goes on")
    assert [row["id"] for row in house.sql("SELECT id::text FROM conversations.conversation")] == [other.conversation]


def test_turns_in_flight_end_before_the_gateway_does(settings: Settings) -> None:
    """Told to stop, the gateway finishes what the bot is answering, and lets streams go."""
    ended = threading.Event()
    with running(settings, Bot(echo, pause=1.0)) as house:
        patient = house.patient()

        def follow() -> None:
            with patient.stream() as stream, pytest.raises((AssertionError, requests.RequestException)):
                stream.next("nothing")
            ended.set()

        threading.Thread(target=follow, daemon=True).start()
        patient.write("last words")
        until(lambda: house.bot.turns)
    assert ended.wait(5)
    found = house.sql("SELECT author, text FROM conversations.message ORDER BY seq")
    assert [tuple(row) for row in found] == [("patient", "last words"), ("bot", "echo: last words")]


def test_a_gateway_that_comes_back_takes_up_what_was_left(settings: Settings) -> None:
    """A message that was stored and not answered is answered by the next process, once."""
    with running(settings) as house:
        patient = house.patient()
        house.parts.dispatcher.start = lambda turn: None  # as if it had died right after the commit
        patient.write("anyone?")
        house.sql("SELECT 1")
    with running(settings) as house:
        patient.url = house.url
        patient.wait_for("echo: anyone?")
        assert patient.texts() == [("patient", "anyone?"), ("bot", "echo: anyone?")]


def test_a_person_s_typing_shows_with_their_name(house: House) -> None:
    """While the owner types the stream says who; a colleague's typing is not the patient's business."""
    patient = house.patient()
    patient.write("hello")
    patient.wait_for("echo: hello")
    staff, other = uuid.uuid4(), uuid.uuid4()
    for person, name in ((staff, "Ana"), (other, "Ben")):
        house.sql(
            "INSERT INTO desk.staff (id, name, login, role, password_hash, created_at) "
            "VALUES ($1, $2, $2, 'staff', '', now())", person, name,
        )  # fmt: skip
    house.sql("UPDATE conversations.conversation SET state = 'staff', owner_id = $1, owner_name = 'Ana'", staff)
    with patient.stream() as stream:
        while stream.next("state")[1]["state"] != "staff":
            pass
        for person in (other, staff):
            house.sql(
                "WITH typed AS (INSERT INTO desk.viewing VALUES ($1, $2, true, now())) "
                "SELECT pg_notify('frontdoor', 'viewing ' || $2)", person, uuid.UUID(patient.conversation),
            )  # fmt: skip
        assert stream.next("typing")[1] == {"typing": True, "name": "Ana"}


def test_a_patient_s_typing_is_told_and_not_kept(house: House) -> None:
    """204 always; the desk hears of it only where a person could be looking."""
    patient = house.patient()
    heard: list[str] = []

    def listen() -> None:
        async def run() -> None:
            connection = await asyncpg.connect(house.settings.database_url)
            await connection.add_listener("frontdoor", lambda *told: heard.append(str(told[-1])))
            ready.set()
            while not done.is_set():
                await asyncio.sleep(0.02)
            await connection.close()

        asyncio.run(run())

    ready, done = threading.Event(), threading.Event()
    listening = threading.Thread(target=listen)
    listening.start()
    assert ready.wait(10)
    url = f"{house.url}/chat/typing"
    assert patient.http.post(url, json={}, timeout=10).status_code == 204  # with the bot: nobody is told
    house.sql("UPDATE conversations.conversation SET state = 'waiting'")
    assert patient.http.post(url, json={}, timeout=10).status_code == 204
    until(lambda: f"writing {patient.conversation}" in heard)
    done.set()
    listening.join()
    assert heard.count(f"writing {patient.conversation}") == 1
    assert requests.post(url, json={}, timeout=10).status_code == 401
