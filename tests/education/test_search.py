"""Which article is found: figures on the held-out half of the evaluation questions, and what must always hold."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from frontdoor.education.library import Library
from frontdoor.education.search import NOTHING, Search

EVALUATION = Path(__file__).parent / "evaluation"


@pytest.fixture(scope="module", params=[("en", False), ("es", False), ("en", True)], ids=["en words", "es", "en"])
def search(request: pytest.FixtureRequest, library: Library) -> Search:
    """The search in each language, in English also with the encoder."""
    language, with_encoder = request.param
    if not with_encoder:
        return Search(library, language)
    directory = request.getfixturevalue("encoder_dir")
    return Search(library, language, request.getfixturevalue("encoder"), directory)


def asked(name: str) -> list[tuple[str, str]]:
    """Return the held-out (message, topic or kind) of a file."""
    groups = yaml.safe_load((EVALUATION / f"{name}.yml").read_text(encoding="utf-8"))
    return [(text, topic) for topic, texts in groups.items() for text in texts[1::2]]


def share(true: list[bool]) -> float:
    """Return how many of them are true, from 0 to 1."""
    return sum(true) / len(true)


def test_the_right_topic_is_found(search: Search) -> None:
    """Floors on 120 held-out questions: first 88 %, among three 95 %, precision when answered 96 %."""
    found = [(search.find(text), topic) for text, topic in asked(search.language)]
    answered = [(one.topic, topic) for one, topic in found if one.topic]
    assert share([one.topics[:1] == (topic,) for one, topic in found]) >= 0.88
    assert share([topic in one.topics for one, topic in found]) >= 0.95
    assert share([given == topic for given, topic in answered]) >= 0.96
    assert len(answered) / len(found) >= 0.75


def test_nothing_is_answered_where_nothing_was_asked(search: Search) -> None:
    """At most 6 % of 80 held-out messages get an article. The goal is 4 %: docs/library.md has the figures."""
    found = [search.find(text) for text, _ in asked(f"none_{search.language}")]
    assert share([one.topic is not None for one in found]) <= 0.06


@pytest.mark.parametrize("message", ["", "   ", "?!", "🤒🤒", "the of and", "el de la"])
def test_a_message_without_words_finds_nothing(search: Search, message: str) -> None:
    """No words that tell anything, no article."""
    assert search.find(message).decision == "none"


def test_the_same_message_gives_the_same_answer(search: Search) -> None:
    """There is no state between messages."""
    first = search.find("asthma")
    search.find("something else entirely")
    assert search.find("asthma") == first


def test_an_overdue_article_is_never_found(library: Library) -> None:
    """After its review is due an article is not there; the others are."""
    search = Search(library, "en")
    assert search.find("what is asthma", date(2026, 11, 23)).topic == "asthma"
    assert search.find("what is asthma", date(2030, 1, 1)) == NOTHING


@pytest.mark.parametrize(
    ("language", "message", "topic"),
    [
        ("en", "whats hte best thing for a migrian", "migraine"),
        ("en", "my bllod presure", "high_blood_pressure"),
        ("en", "ECZEMA!!!", "eczema"),
        ("es", "tengo diabetis", "diabetes"),
        ("es", "¿Qué es la presión alta?", "high_blood_pressure"),
        ("es", "MIGRAÑA", "migraine"),
        ("es", "migrana", "migraine"),
    ],
)
def test_slips_capitals_and_accents_do_not_matter(library: Library, language: str, message: str, topic: str) -> None:
    """As people type on a phone."""
    assert Search(library, language).find(message).topics[0] == topic


@pytest.mark.parametrize(
    ("language", "message", "name"), [("en", "what is lupus", "lupus"), ("es", "qué es la psoriasis", "psoriasis")]
)
def test_what_the_library_lacks_is_named(library: Library, language: str, message: str, name: str) -> None:
    """So that the link to MedlinePlus searches for it, in our own word and not the patient's."""
    found = Search(library, language).find(message)
    assert (found.topic, found.lacking) == (None, name)


@pytest.mark.parametrize(
    ("message", "topic"),
    [("la del día después, hasta cuándo sirve", "birth_control"), ("no puedo hacer del dos", "constipation")],
)
def test_words_that_tell_something_together_are_one(library: Library, message: str, topic: str) -> None:
    """One by one they are left out as words that tell nothing."""
    assert Search(library, "es", None).find(message).topics[:1] == (topic,)
