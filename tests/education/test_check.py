"""What `frontdoor library check` finds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from frontdoor.education import reading
from frontdoor.education.article import LANGUAGES, REQUIRED_SECTIONS, Article, Source, render
from frontdoor.education.check import check, check_library, links_to_open
from frontdoor.education.library import Library
from tests.education.conftest import LIBRARY, TODAY, write

Make = Callable[..., Article]
HARD = (
    "Involuntary diaphragmatic contractions characteristically precipitate instantaneous glottic closure, "
    "consequently generating unmistakable vocalisations intermittently."
)
HARD_ES = "Las manifestaciones gastrointestinales necesitan evaluaciones integrales especializadas."
SECTIONS = dict.fromkeys(REQUIRED_SECTIONS, "Drink some cold water.")
_TOPICS = """
    diabetes high_blood_pressure high_cholesterol asthma copd flu common_cold covid19 allergies migraine
    depression anxiety insomnia back_pain arthritis acid_reflux uti sinus_infection sore_throat ear_infection
    pink_eye acne eczema stomach_flu constipation ibs anemia thyroid obesity quit_smoking pregnancy
    birth_control sti menopause vaccines fever_children heart_disease stroke kidney_stones adhd
"""
TOPICS = set(_TOPICS.split())


def _sources(library: Library) -> list[Source]:
    return [source for language in LANGUAGES for article in library.in_language(language) for source in article.sources]


def test_the_shipped_library_has_no_faults(library: Library) -> None:
    """Everything that the format asks for holds for every article, from the day that the last source was read."""
    read_last = max(source.accessed for source in _sources(library) if source.accessed)
    assert check_library(LIBRARY, read_last) == {}


def test_the_shipped_library_has_the_forty_topics_in_both_languages(library: Library) -> None:
    """No topic is missing and none is there in one language only."""
    for language in LANGUAGES:
        assert {article.topic for article in library.in_language(language)} == TOPICS


def test_no_number_of_a_country_stands_in_an_article() -> None:
    """Articles write {emergency} and {crisis}; the clinic's country fills them in."""
    for path in LIBRARY.glob("*/*.md"):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        assert not {"911", "988", "112", "024"} & set(body.replace(".", " ").split()), path.name


def test_every_emergency_section_says_whom_to_call(library: Library) -> None:
    """With the clinic's number in it, except where no number helps."""
    without = {a.path for a in library.articles.values() if "911" not in a.sections["emergency"]}
    assert without <= {"en/pink_eye", "es/pink_eye"}


def test_an_article_without_faults_passes(article: Make) -> None:
    """The article that the other tests spoil is right."""
    assert check(article(), TODAY) == []


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("a section is missing", {"sections": {k: SECTIONS[k] for k in SECTIONS if k != "see"}}, "When to see"),
        ("a section is too long", {"sections": {**SECTIONS, "home": "Rest. " * 120}}, "720 characters"),
        ("a section is unwritten", {"sections": {**SECTIONS, "home": "TODO"}}, "draft"),
        (
            "hard to read",
            {"sections": {**SECTIONS, "what": HARD}},
            "school grade",
        ),
        ("few aliases", {"aliases": ("hic", "Hic", "hiccup")}, "2 different aliases"),
        ("one source", {"sources": (Source("NHS", "Hiccups", "https://nhs.uk/x", TODAY),)}, "1 of at least 2"),
        (
            "two sources, one of which nobody has read",
            {"sources": (Source("A", "B", "https://a", TODAY), Source("C", "D", "https://d", None))},
            "“pending” does not count",
        ),
        (
            "one page twice",
            {"sources": (Source("A", "B", "https://a", TODAY), Source("A", "C", "https://a", TODAY, "2016"))},
            "1 of at least 2",
        ),
        (
            "an address without https",
            {"sources": (Source("A", "B", "http://a", None), Source("C", "D", "https://d", None))},
            "https",
        ),
        ("review overdue", {"last_reviewed": date(2025, 11, 1), "next_review_due": date(2026, 11, 22)}, "not shown"),
        ("reviewed in the future", {"last_reviewed": TODAY + timedelta(days=1)}, "not come yet"),
        ("review in two years", {"next_review_due": date(2028, 11, 23)}, "12 months"),
    ],
)  # fmt: skip
def test_a_fault_is_named(article: Make, name: str, changes: dict[str, object], said: str) -> None:
    """One sentence that says what to correct."""
    assert any(said in sentence for sentence in check(article(**changes), TODAY)), name


def test_faults_between_articles_are_named(article: Make, tmp_path: Path) -> None:
    """A missing language, one alias in two topics, and a file that cannot be read."""
    first, second = article(), article(topic="burping")
    write(tmp_path, first, render(first))
    write(tmp_path, second, render(second))
    (tmp_path / "en" / "broken.md").write_text("Hello", encoding="utf-8")
    problems = check_library(tmp_path, TODAY)
    assert any("no es article" in sentence for sentence in problems["en/hiccups.md"])
    assert any("also belongs to" in sentence for sentence in problems["en/hiccups.md"])
    assert problems["en/broken.md"][0].startswith("The file must begin")


def test_a_spanish_article_says_which_of_its_sources_are_in_english(article: Make, tmp_path: Path) -> None:
    """A page that the English article names too is one."""
    first, second = article(), article(language="es", title="Hipo")
    write(tmp_path, first, render(first))
    write(tmp_path, second, render(second))
    assert check_library(tmp_path, TODAY) == {}
    unmarked = tuple(replace(source, title="Hiccups") for source in second.sources)
    write(tmp_path, second, render(replace(second, sources=unmarked)))
    assert len([one for one in check_library(tmp_path, TODAY)["es/hiccups.md"] if "(en inglés)" in one]) == 3


def test_every_shipped_source_was_read(library: Library) -> None:
    """None is pending, and each was read in a copy that says of when it is, or live."""
    assert [source.url for source in _sources(library) if source.accessed is None] == []


def test_links_that_nobody_opened_are_listed(article: Make) -> None:
    """So that they are opened before patients see them: what is pending, and what was read in a copy."""
    unopened = ["https://www.cdc.gov/hiccups/", "https://www.nhs.uk/conditions/hiccups/"]
    assert links_to_open([article()]) == [("en/hiccups", url) for url in unopened]


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        ("en", "Drink water. Rest. Call us if it hurts.", HARD),
        ("es", "Tome agua. Descanse. Llame si le duele.", HARD_ES),
    ],
)  # fmt: skip
def test_hard_words_and_long_sentences_raise_the_grade(language: str, easy: str, hard: str) -> None:
    """Easy text is below grade 6, the other above the limit."""
    assert reading.grade(easy, language) < 6
    assert reading.grade(hard, language) > 8


def test_the_grade_follows_the_published_formula() -> None:
    """Flesch-Kincaid of ten words, one sentence, eleven syllables: 0.39·10 + 11.8·1.1 − 15.59."""
    assert reading.grade("The dog ran to the open door and sat down.", "en") == pytest.approx(1.29, abs=0.01)
