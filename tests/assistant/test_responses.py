"""What the assistant says: every sentence in both languages, with the same places to fill, and every payload known."""

import json
import re
from pathlib import Path

import pytest
import yaml

from frontdoor.settings import ROOT
from frontdoor.wording import Wording, language_of

RESPONSES = Wording.load(ROOT / "data" / "responses").responses
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
LANGUAGES = ["en", "es"]
PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_stands_in_every_language(name: str) -> None:
    """English first and without a condition, then the others, once each; never bound to a channel."""
    variations = RESPONSES[name]
    assert [language_of(one) for one in variations] == LANGUAGES
    assert "condition" not in variations[0]
    assert not any("channel" in one for one in variations)


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_languages_say_the_same_thing(name: str) -> None:
    """The same facts are filled in, and the same buttons do the same things."""
    english, spanish = RESPONSES[name]
    assert set(PLACES.findall(english.get("text") or "")) == set(PLACES.findall(spanish.get("text") or ""))
    payloads = [[button["payload"] for button in one.get("buttons") or ()] for one in (english, spanish)]
    assert payloads[0] == payloads[1]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_button_means_something(name: str) -> None:
    """Its payload is an intent of the domain, with JSON entities of the domain; its title fits on a phone."""
    for variation in RESPONSES[name]:
        for button in variation.get("buttons") or ():
            if button["payload"].startswith(("tel:", "https:")) or "{" in button["payload"].partition("{")[0]:
                continue
            intent, brace, rest = button["payload"].removeprefix("/").partition("{")
            assert intent in DOMAIN["intents"]
            assert not brace or set(json.loads(brace + rest)) <= set(DOMAIN["entities"])
            assert len(button["title"]) <= 40


def test_no_response_is_written_twice() -> None:
    """The same key in two files does not merge: the last one would win in silence."""
    seen: dict[str, Path] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        for name in yaml.safe_load(path.read_text("utf-8")).get("responses") or {}:
            assert name not in seen, f"{name} is in {seen.get(name)} and in {path}"
            seen[name] = path


def test_the_domain_has_no_sentences() -> None:
    """Everything said is under data/responses/."""
    assert "responses" not in DOMAIN
