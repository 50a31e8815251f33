"""What a person in danger reads: short, the number first, honest about the bot."""

import re
from datetime import datetime, timedelta, timezone

import pytest
import yaml

from frontdoor.safety.replies import (
    HUMAN,
    MAX_CHARS,
    NO,
    NUMBERS,
    SAFE_NOW,
    YES,
    afterwards,
    confirmed,
    numbers_of,
    reply,
)
from frontdoor.safety.verdict import CATEGORIES, HELP, LANGUAGES, OR, Verdict, lines_of

REGIONS = (*yaml.safe_load(NUMBERS.read_text("utf-8")), "ZZ")
ALL = [
    (level, category, language, region)
    for level in ("emergency", "check")
    for category in CATEGORIES
    for language in LANGUAGES
    for region in REGIONS
]
PAIRS = [
    (first, second)
    for first in CATEGORIES
    for second in CATEGORIES
    if not lines_of(second) <= lines_of(first) and HELP[first] != HELP[second]
]
MAX_GRADE = 5.0  # Flesch-Kincaid, telephone numbers left out
VERIFIED_WITHIN = timedelta(days=366)


def verdict(level: str, category: str, language: str = "en") -> Verdict:
    """A verdict as the screen gives it."""
    return Verdict(level, category, f"{language}.{category}.x", language)  # type: ignore[arg-type]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade, with groups of vowels as syllables and no silent e."""
    words = re.findall(r"[a-z']+", text.lower())
    sentences = max(1, len(re.findall(r"[.?!]+", text)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word)))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize(("level", "category", "language", "region"), ALL)
def test_every_reply_is_short_and_says_that_it_is_a_bot(level: str, category: str, language: str, region: str) -> None:
    """In every category, language and country."""
    text = reply(verdict(level, category), language, region).text
    assert len(text) <= MAX_CHARS
    assert "{" not in text
    assert ("I am a bot" if language == "en" else "Soy un bot") in text


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_emergency_names_the_number_before_anything_long(category: str) -> None:
    """The number or the life-saving act stands in the first words."""
    text = reply(verdict("emergency", category), "en", "US").text
    assert re.search(r"911|988|epinephrine", text[:75])


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_emergency_is_easy_to_read(category: str) -> None:
    """A child of ten understands it."""
    text = re.sub(r"\+?\d[\d -]*\d", "them", reply(verdict("emergency", category), "en", "US").text)
    assert grade(text) <= MAX_GRADE


@pytest.mark.parametrize(
    ("category", "language", "region", "title", "number"),
    [
        ("cardiac", "en", "US", "Call 911", "tel:911"),
        ("self_harm", "en", "US", "Call 988", "tel:988"),
        ("self_harm", "es", "ES", "Llamar al 024", "tel:024"),
        ("cardiac", "es", "ES", "Llamar al 112", "tel:112"),
        ("self_harm", "es", "MX", "Llamar al 800-911-2000", "tel:8009112000"),
        ("violence", "en", "us", "Call 911", "tel:911"),
    ],
)
def test_the_first_button_calls_the_number_of_the_country(
    category: str, language: str, region: str, title: str, number: str
) -> None:
    """Then come "I'm safe now" and "Talk to a person"."""
    buttons = reply(verdict("emergency", category), language, region).buttons
    assert buttons[0] == (title, number)
    assert [payload for _, payload in buttons[1:]] == [SAFE_NOW, HUMAN]


def in_doubt(first: str, second: str, language: str) -> Verdict:
    """A verdict between two categories."""
    return Verdict("emergency", first, f"head.{first}{OR}{second}", language)


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_doubt_both_lines_are_named(first: str, second: str, language: str) -> None:
    """The likeliest first, each with a button, short enough and as easy to read; before and after the question."""
    for region in REGIONS:
        alone = reply(verdict("emergency", first, language), language, region)
        both = reply(in_doubt(first, second, language), language, region)
        (kind,) = lines_of(second) - lines_of(first)
        number = numbers_of(region).get(kind)
        assert len(both.text) <= MAX_CHARS
        assert "{" not in both.text
        assert both.text.startswith(re.split("I am a bot|Soy un bot", alone.text)[0])
        assert both == alone if number is None else number.dial in both.text
        assert both.buttons[0] == alone.buttons[0]
        called = [payload for _, payload in both.buttons if payload.startswith("tel:")]
        assert number is None or called[1:] == [f"tel:{re.sub('[^0-9+]', '', number.dial)}"]
        if language == "en":
            assert grade(re.sub(r"\+?\d[\d -]*\d", "them", both.text)) <= MAX_GRADE
    asked = Verdict("check", first, f"head.{first}{OR}{second}", language)
    assert reply(confirmed(asked), language, "US").text == reply(in_doubt(first, second, language), language, "US").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_named_beside_another_gives_no_abuse_away(language: str) -> None:
    """Where somebody may read along, a second line is as neutral as a first."""
    for first, second in PAIRS:
        if second in ("violence", "child_abuse"):
            text = reply(in_doubt(first, second, language), language, "US").text.lower()
            assert not re.search(r"abus|violen|hotline|domestic|maltrat|línea", text)


def test_an_unknown_country_gets_no_guessed_number() -> None:
    """The words name the local emergency number, and no button calls."""
    answer = reply(verdict("emergency", "cardiac"), "en", "ZZ")
    assert "your local emergency number" in answer.text
    assert not re.search(r"\d{3}", answer.text)
    assert [payload for _, payload in answer.buttons] == [SAFE_NOW, HUMAN]
    assert numbers_of("ZZ") == {}


def test_a_check_is_one_question_with_two_buttons() -> None:
    """Yes leads to the emergency reply of the same rule."""
    asked = verdict("check", "breathing")
    answer = reply(asked, "en", "US")
    assert answer.text.count("?") == 1
    assert [payload for _, payload in answer.buttons] == [YES, NO]
    assert confirmed(asked) == verdict("emergency", "breathing")


def test_the_question_about_violence_reads_the_other_way_round() -> None:
    """ "Are you safe?" answered "No" means danger."""
    assert reply(verdict("check", "violence"), "en", "US").buttons == (("No", YES), ("I'm safe now", NO))


@pytest.mark.parametrize("category", ["violence", "child_abuse"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_abuse_is_not_named_where_somebody_may_read_along(category: str, language: str) -> None:
    """The words stay neutral: a preview on a shared telephone gives nothing away."""
    text = reply(verdict("emergency", category), language, "US").text.lower()
    assert not re.search(r"abus|violen|hotline|domestic|maltrat|línea", text)


@pytest.mark.parametrize("what", ["safe", "no", "reminder"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_follows_names_the_number_again(what: str, language: str) -> None:
    """After "I'm safe now", "No" and silence."""
    assert "911" in afterwards(what, language, "US").text  # type: ignore[arg-type]


def test_a_quiet_verdict_has_no_reply() -> None:
    """Asking for one is a mistake of the caller."""
    with pytest.raises(ValueError, match="none"):
        reply(Verdict("none", None, None, "en"), "en", "US")


def test_every_number_was_verified_within_a_year() -> None:
    """Telephone numbers change: an old one stops the build."""
    today = datetime.now(timezone.utc).date()
    stale = [
        (region, kind)
        for region in REGIONS
        for kind, number in numbers_of(region).items()
        if not number.source or today - number.verified_on > VERIFIED_WITHIN
    ]
    assert stale == []
