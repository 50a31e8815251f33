"""The articles that may be shown, and the names of what has no article."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from frontdoor.education.article import Article, ArticleError, read

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NotCovered:
    """What patients ask for that no article answers: other health topics, and everything else they write."""

    health: tuple[str, ...]
    clinic: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """All articles that can be read, by (language, topic). Ask `get` for one to show: it knows the review date."""

    articles: Mapping[tuple[str, str], Article]
    not_covered: Mapping[str, NotCovered]

    def get(self, language: str, topic: str, today: date) -> Article | None:
        """Return the article to show on *today*; None when there is none or its review is overdue."""
        article = self.articles.get((language, topic))
        return article if article and article.next_review_due >= today else None

    def in_language(self, language: str) -> list[Article]:
        """Return every article in *language*, by topic."""
        return [article for (spoken, _), article in sorted(self.articles.items()) if spoken == language]


def load(directory: Path, numbers: Mapping[str, Mapping[str, str]] | None = None) -> Library:
    """Read the library. Drafts are left out; so is a file that is no article, named in the log.

    *numbers*, by language, fills in what articles write as {emergency} and {crisis}; see `numbers.region_numbers`.
    """
    articles = {}
    for path in sorted(directory.glob("*/*.md")):
        try:
            article = read(path)
        except ArticleError as error:
            log.error("%s/%s is not shown: %s", path.parent.name, path.name, error)
            continue
        if article.is_draft:
            continue
        articles[article.language, article.topic] = _with_numbers(article, (numbers or {}).get(article.language, {}))
    not_covered = {path.stem: _not_covered(path) for path in sorted((directory / "not_covered").glob("*.yml"))}
    return Library(articles, not_covered)


def _with_numbers(article: Article, numbers: Mapping[str, str]) -> Article:
    sections = {}
    for key, text in article.sections.items():
        for name, number in numbers.items():
            text = text.replace("{" + name + "}", number)
        sections[key] = text
    return replace(article, sections=sections)


def _not_covered(path: Path) -> NotCovered:
    read_in = yaml.safe_load(path.read_text(encoding="utf-8"))
    return NotCovered(tuple(map(str, read_in["health"])), tuple(map(str, read_in["clinic"])))
