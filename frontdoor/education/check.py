"""What is wrong with an article, in sentences for the clinician who edits it."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from frontdoor.education import reading
from frontdoor.education.article import HEADINGS, LANGUAGES, REQUIRED_SECTIONS, UNWRITTEN, Article, ArticleError, read

LEAST_ALIASES = 10
LEAST_SOURCES = 2  # that somebody has read
IN_ENGLISH = {"es": "(en inglés)"}  # what stands after the title of a source that is a page in English
SECTION_MAX_CHARS = 600  # one answer in a chat
HIGHEST_GRADE = 8.0
LONGEST_BETWEEN_REVIEWS = timedelta(days=366)


def check_library(directory: Path, today: date) -> dict[str, list[str]]:
    """Return what is wrong, by file (`en/flu.md`); a file without problems is not there."""
    problems: dict[str, list[str]] = {}
    found: list[Article] = []
    for path in sorted(directory.glob("*/*.md")):
        name = f"{path.parent.name}/{path.name}"
        try:
            article = read(path)
        except ArticleError as error:
            problems[name] = [str(error)]
            continue
        found.append(article)
        if wrong := check(article, today):
            problems[name] = wrong
    for name, wrong in _across(found).items():
        problems.setdefault(name, []).extend(wrong)
    return problems


def check(article: Article, today: date) -> list[str]:
    """Return what is wrong with *article* on the day *today*, as sentences."""
    return [*_wording(article), *_aliases(article), *_sources(article, today), *_dates(article, today)]


def links_to_open(articles: Iterable[Article]) -> list[tuple[str, str]]:
    """Return (article, url) of every source whose live page nobody has opened yet: work to do before going live."""
    return [(a.path, s.url) for a in articles for s in a.sources if s.accessed is None or s.copy]


def _wording(article: Article) -> list[str]:
    wrong = []
    for key in REQUIRED_SECTIONS:
        if not article.sections.get(key):
            wrong.append(f"The section “## {HEADINGS[key][article.language]}” is missing or empty.")
    for key, text in article.sections.items():
        if UNWRITTEN in text:
            wrong.append(
                f"“{HEADINGS[key][article.language]}” still says {UNWRITTEN}: a draft is not shown to patients."
            )
        if len(text) > SECTION_MAX_CHARS:
            heading = HEADINGS[key][article.language]
            wrong.append(f"“{heading}” has {len(text)} characters; a chat answer holds {SECTION_MAX_CHARS}.")
    grade = reading.grade("\n".join(article.sections.values()), article.language)
    if grade > HIGHEST_GRADE:
        wrong.append(f"It reads at school grade {grade:.1f}; the limit is {HIGHEST_GRADE:.0f}. Use shorter sentences.")
    return wrong


def _aliases(article: Article) -> list[str]:
    wrong = []
    distinct = {alias.lower() for alias in article.aliases}
    if len(distinct) < LEAST_ALIASES:
        wrong.append(f"It has {len(distinct)} different aliases; give at least {LEAST_ALIASES} that patients use.")
    if "" in distinct:
        wrong.append("An alias is empty.")
    return wrong


def _sources(article: Article, today: date) -> list[str]:
    wrong = []
    read = {source.url for source in article.sources if source.accessed}
    if len(read) < LEAST_SOURCES:
        wrong.append(
            f"It has {len(read)} of at least {LEAST_SOURCES} different sources that somebody has read. Read one more "
            "page, check the article against it, and write the day into “accessed:”. “pending” does not count."
        )
    for source in article.sources:
        if not source.url.startswith("https://"):
            wrong.append(f"The source “{source.title}” needs an address that begins with https://.")
        if source.accessed and source.accessed > today:
            wrong.append(f"The source “{source.title}” was accessed on a day that has not come yet.")
    return wrong


def _dates(article: Article, today: date) -> list[str]:
    wrong = []
    if article.last_reviewed > today:
        wrong.append("“last_reviewed” is a day that has not come yet.")
    if article.next_review_due < today:
        wrong.append(f"Its review was due on {article.next_review_due}: it is not shown to patients until reviewed.")
    if not timedelta(0) < article.next_review_due - article.last_reviewed <= LONGEST_BETWEEN_REVIEWS:
        wrong.append("“next_review_due” must be after “last_reviewed”, at most 12 months later.")
    return wrong


def _across(articles: list[Article]) -> dict[str, list[str]]:
    """Return what only all articles show: a missing language, one alias for two topics, an unmarked page in English."""
    problems: dict[str, list[str]] = {}
    by_alias: dict[tuple[str, str], Article] = {}
    there = {(article.language, article.topic) for article in articles}
    in_english = {source.url for article in articles if article.language == "en" for source in article.sources}
    for article in articles:
        wrong = problems.setdefault(f"{article.path}.md", [])
        wrong += [
            f"There is no {language} article for this topic: write {language}/{article.topic}.md."
            for language in LANGUAGES
            if (language, article.topic) not in there
        ]
        mark = IN_ENGLISH.get(article.language, "")
        wrong += [
            f"The source “{source.title}” is a page in English: write “{mark}” after its title."
            for source in article.sources
            if source.url in in_english and mark not in source.title
        ]
        for alias in {alias.lower() for alias in article.aliases}:
            other = by_alias.setdefault((article.language, alias), article)
            if other.topic != article.topic:
                wrong.append(f"The alias “{alias}” also belongs to {other.path}.md: keep it in one of them.")
    return {name: wrong for name, wrong in problems.items() if wrong}
