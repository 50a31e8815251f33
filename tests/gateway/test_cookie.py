"""The same chat for our own page: the token in a cookie that scripts and other sites cannot use."""

import pytest
import requests

from tests.gateway.serving import House

OURS = {"Sec-Fetch-Site": "same-origin"}


def page_session(shared: House) -> requests.Session:
    """Open a session as the page does."""
    browser = requests.Session()
    answer = browser.post(f"{shared.url}/chat/sessions", json={"cookie": True}, headers=OURS, timeout=10)
    assert answer.status_code == 201
    assert set(answer.json()) == {"conversation"}
    return browser


def test_the_cookie_is_out_of_reach(shared: House) -> None:
    """HttpOnly, SameSite, for the chat's paths only; and it works."""
    answer = requests.post(f"{shared.url}/chat/sessions", json={"cookie": True}, headers=OURS, timeout=10)
    words = {word.strip() for word in answer.headers["Set-Cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/chat", "Max-Age=2592000"} <= words
    browser = page_session(shared)
    body = {"client_message_id": "1", "text": "hi"}
    assert browser.post(f"{shared.url}/chat/messages", json=body, headers=OURS, timeout=10).status_code == 202
    assert browser.get(f"{shared.url}/chat/messages", timeout=10).json()["messages"][0]["text"] == "hi"


def test_a_second_tab_joins_the_conversation(shared: House) -> None:
    """A browser that has a session gets the same one again, not a new one."""
    browser = page_session(shared)
    before = shared.sql("SELECT count(*) FROM conversations.conversation")
    first = browser.post(f"{shared.url}/chat/sessions", json={"cookie": True}, headers=OURS, timeout=10)
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers
    assert shared.sql("SELECT count(*) FROM conversations.conversation") == before


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_cannot_write(shared: House, headers: dict[str, str]) -> None:
    """With the cookie alone, what does not come from our own page is 403 and changes nothing."""
    browser = page_session(shared)
    body = {"client_message_id": "1", "text": "forged"}
    answer = browser.post(f"{shared.url}/chat/messages", json=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")
    answer = browser.post(f"{shared.url}/chat/sessions", json={"cookie": True}, headers=headers, timeout=10)
    assert answer.status_code == 403
    assert browser.get(f"{shared.url}/chat/messages", timeout=10).json()["messages"] == []


def test_an_older_browser_says_where_it_is_by_origin(shared: House) -> None:
    """Without Sec-Fetch-Site our own Origin is enough."""
    browser = page_session(shared)
    body = {"client_message_id": "1", "text": "hi"}
    answer = browser.post(f"{shared.url}/chat/messages", json=body, headers={"Origin": shared.url}, timeout=10)
    assert answer.status_code == 202
