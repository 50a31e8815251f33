"""Pages beside the chat: what they are served with."""

import re
from dataclasses import replace

import pytest
import requests
from sanic import Sanic

from frontdoor.gateway.app import create_app
from frontdoor.settings import Settings, SettingsError
from tests.gateway.serving import House, running


def page(house: House, path: str = "/", **headers: str) -> requests.Response:
    """Get a page as a browser would."""
    return requests.get(house.url + path, headers=headers, timeout=10)


def test_the_page_allows_nothing_from_elsewhere(shared: House) -> None:
    """A strict policy: no inline script or style, no other origin, no frames, and nothing kept."""
    answer = page(shared)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert "unsafe" not in policy
    assert policy.endswith("frame-ancestors 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(src|href)="(https?:)?//(?!harborlight)', answer.text)


def test_it_says_what_must_be_said_without_a_script(shared: House) -> None:
    """The emergency number and that a bot answers are in the page itself."""
    text = page(shared).text
    assert "Call 911 now" in text
    assert "Lumen is a bot" in text
    assert "Harbor Light Telehealth" in text


LANGUAGES = [
    ("/", "", "en"),
    ("/", "es-MX,es;q=0.9,en;q=0.8", "es"),
    ("/", "fr,de;q=0.5", "en"),
    ("/?language=es", "en", "es"),
    ("/?language=xx", "es", "es"),
    ("/?language=%22%3E%3Cscript%3E", "", "en"),
]


@pytest.mark.parametrize(("path", "accepted", "language"), LANGUAGES)
def test_the_language_of_the_page(shared: House, path: str, accepted: str, language: str) -> None:
    """The address decides, then the browser, then the clinic."""
    assert f'<html lang="{language}"' in page(shared, path, **{"Accept-Language": accepted}).text


def test_a_campaign_cannot_break_out(shared: House) -> None:
    """What a link says comes back without anything that means something in HTML."""
    assert "<b>" not in page(shared, "/?ref=%22%3E%3Cb%3Ex").text


def test_files_are_kept_forever_under_their_content(shared: House) -> None:
    """A file's address changes with it, so browsers may keep it; it comes packed; other addresses are 404."""
    address = re.search(r'"(/static/[0-9a-f]{16})/page.js"', page(shared).text)
    assert address
    answer = page(shared, f"{address[1]}/deepChat.bundle.js", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert int(answer.headers["Content-Length"]) < 150_000
    plain = page(shared, f"{address[1]}/page.css", **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for missing in ("/static/0123456789abcdef/page.js", f"{address[1]}/../app.py", f"{address[1]}/app.py"):
        assert page(shared, missing).status_code == 404


def test_nobody_frames_the_page_unless_the_clinic_says_so(settings: Settings, shared: House) -> None:
    """Without the setting there is no embed script; with it, only the named sites may show the chat."""
    assert page(shared, "/embed.js").status_code == 404
    own = replace(settings, values={"FRONTDOOR_EMBED_ORIGINS": "https://clinic.example"})
    with running(own) as house:
        assert page(house).headers["Content-Security-Policy"].endswith("frame-ancestors https://clinic.example")
        script = page(house, "/embed.js")
        assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "iframe" in script.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRONTDOOR_EMBED_ORIGINS", "http://clinic.example"),
        ("FRONTDOOR_EMBED_ORIGINS", "https://clinic.example; script-src *"),
        ("FRONTDOOR_EMBED_ORIGINS", "*"),
        ("FRONTDOOR_PROXIES", "many"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(settings: Settings, name: str, value: str) -> None:
    """The message names the variable."""
    assert Sanic.test_mode
    with pytest.raises(SettingsError, match=name):
        create_app(replace(settings, values={name: value}))


def test_an_article(shared: House) -> None:
    """A topic of the library is a page without scripts; what is not there is 404."""
    answer = page(shared, "/library/en/flu")
    assert answer.status_code == 200
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "<h1>" in answer.text
    for missing in ("/library/en/nothing", "/library/xx/flu", "/library/en/..%2f..%2fpyproject.toml"):
        assert page(shared, missing).status_code == 404


def test_an_unknown_visit_says_nothing(shared: House) -> None:
    """A link that is no link tells nobody anything, and no search engine keeps it."""
    answer = page(shared, "/v/" + "x" * 43)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_callers_address_is_the_proxys_word_only_when_told(settings: Settings) -> None:
    """X-Forwarded-For counts only behind the number of proxies that were named."""
    forged = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(3)]
    for proxies, expected in (("", [201, 201, 429]), ("1", [201, 201, 201])):
        own = replace(settings, chat_sessions_per_minute=2, values={"FRONTDOOR_PROXIES": proxies})
        with running(own) as house:
            codes = [requests.post(f"{house.url}/chat/sessions", headers=h, timeout=10).status_code for h in forged]
            assert codes == expected
