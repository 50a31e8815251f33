"""Webhooks: answered only once they are safe, and not at all when that fails."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
import requests

from frontdoor.channels.signatures import hex_hmac
from frontdoor.settings import Settings, load
from tests.gateway.serving import House, running, until

SECRET, PAGE = "a-secret", "1"
MESSENGER = {
    "MESSENGER_APP_SECRET": SECRET, "MESSENGER_VERIFY_TOKEN": "verify", "MESSENGER_PAGE_ID": PAGE,
    "MESSENGER_PAGE_TOKEN": "token", "MESSENGER_API_BASE": "http://127.0.0.1:9",
}  # fmt: skip


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A gateway with Messenger on."""
    assert settings.database_url is not None
    own = {"DATABASE_URL": settings.database_url, "FRONTDOOR_DATA_DIR": str(settings.data_dir), **MESSENGER}
    with running(load(own, dotenv=None)) as made:
        yield made


def test_answer_waits_for_the_commit(house: House) -> None:
    """While the database cannot store it nothing is said; then 200, and it is there."""
    with ThreadPoolExecutor(1) as thread:
        with _locked(house):
            answer = thread.submit(_deliver, house, "one")
            until(lambda: house.sql("SELECT 1 FROM pg_locks WHERE NOT granted"))
            assert not answer.done()
        assert answer.result(30) == 200
    until(lambda: house.sql("SELECT 1 FROM conversations.received WHERE event_id = 'one'"))
    assert len(house.sql("SELECT 1 FROM conversations.message WHERE author = 'patient'")) == 1


def test_what_could_not_be_stored_is_to_come_again(house: House) -> None:
    """Without its table the gateway says 503, and the platform delivers again; what is to be ignored needs no table."""
    _in_loop(house, house.worker.close())
    house.sql("ALTER TABLE conversations.inbox RENAME TO gone")
    assert _deliver(house, "one") == 503
    assert _post(house, {"object": "page", "entry": [{"id": "another"}]}) == 200
    house.sql("ALTER TABLE conversations.gone RENAME TO inbox")
    assert _deliver(house, "one") == 200
    assert len(house.sql("SELECT 1 FROM conversations.inbox")) == 1


def _deliver(house: House, id_: str) -> int:
    message = {"mid": id_, "text": "hello"}
    item = {"sender": {"id": "7"}, "recipient": {"id": PAGE}, "timestamp": 1795430000000, "message": message}
    return _post(house, {"object": "page", "entry": [{"id": PAGE, "messaging": [item]}]})


def _post(house: House, content: Any) -> int:
    body = json.dumps(content).encode()
    signed = {"X-Hub-Signature-256": f"sha256={hex_hmac(SECRET, body)}", "Content-Type": "application/json"}
    return requests.post(f"{house.url}/webhooks/messenger", data=body, headers=signed, timeout=30).status_code


@contextmanager
def _locked(house: House) -> Iterator[None]:
    """Let nobody write into the inbox meanwhile; reading goes on."""
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(house.settings.database_url))
    loop.run_until_complete(connection.execute("BEGIN; LOCK TABLE conversations.inbox IN SHARE MODE"))
    try:
        yield
    finally:
        loop.run_until_complete(connection.close())
        loop.close()


def _in_loop(house: House, work: Any) -> None:
    asyncio.run_coroutine_threadsafe(work, house.served.loop).result(20)
