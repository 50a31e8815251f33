"""One education article: a Markdown file with YAML in front, read into a frozen value. The format: docs/library.md."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "es")
AWAITING_REVIEW = "awaiting clinical review"
UNWRITTEN = "TODO"  # stands where a section is still to be written; such an article is a draft
LINK_PENDING = "pending"  # `accessed` of a source whose page nobody has opened yet

# What a section is about, and its heading in each language. The first five must be there.
HEADINGS: dict[str, dict[str, str]] = {
    "what": {"en": "What it is", "es": "Qué es"},
    "home": {"en": "What helps at home", "es": "Qué ayuda en casa"},
    "see": {"en": "When to see someone", "es": "Cuándo consultar"},
    "emergency": {"en": "When it is an emergency", "es": "Cuándo es una emergencia"},
    "ask": {"en": "Questions to ask", "es": "Preguntas para su consulta"},
    "signs": {"en": "Signs", "es": "Señales"},
    "causes": {"en": "Causes", "es": "Causas"},
    "treatment": {"en": "Treatment", "es": "Tratamiento"},
    "duration": {"en": "How long it lasts", "es": "Cuánto dura"},
    "contagious": {"en": "Passing it on", "es": "Contagio"},
    "prevention": {"en": "Prevention", "es": "Prevención"},
    "tests": {"en": "Tests and numbers", "es": "Pruebas y cifras"},
    "food": {"en": "Food and drink", "es": "Comida y bebida"},
    "children": {"en": "Children", "es": "Niños"},
    "pregnancy": {"en": "Pregnancy", "es": "Embarazo"},
}
REQUIRED_SECTIONS = ("what", "home", "see", "emergency", "ask")
TOPIC_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


class ArticleError(ValueError):
    """A file cannot be read as an article; the message says where and what to write."""


@dataclass(frozen=True)
class Source:
    """Where the content comes from.

    *accessed* is None while nobody has read the page. *copy* says from when ("2016", "undated") the stored copy is
    that was read in its place; None when the page itself was open.
    """

    publisher: str
    title: str
    url: str
    accessed: date | None
    copy: str | None = None


@dataclass(frozen=True)
class Article:
    """What the library says of one topic in one language. *sections* is keyed by `HEADINGS`, in the file's order."""

    topic: str
    language: str
    title: str
    aliases: tuple[str, ...]
    sources: tuple[Source, ...]
    author: str
    reviewer: str
    last_reviewed: date
    next_review_due: date
    sections: dict[str, str]

    @property
    def clinically_reviewed(self) -> bool:
        """Whether a clinician has read it."""
        return self.reviewer != AWAITING_REVIEW

    @property
    def is_draft(self) -> bool:
        """Whether a section is still to be written. A draft is not shown."""
        return any(UNWRITTEN in text for text in self.sections.values())

    @property
    def path(self) -> str:
        """Where it is kept under the library and served under /library."""
        return f"{self.language}/{self.topic}"


def read(path: Path) -> Article:
    """Read the article in *path*, which is `<language>/<topic>.md`.

    Raises:
        ArticleError: The file is not an article.
    """
    return parse(path.read_text(encoding="utf-8"), topic=path.stem, language=path.parent.name)


def parse(text: str, *, topic: str, language: str) -> Article:
    """Read an article's text.

    Raises:
        ArticleError: Something is missing or cannot be read.
    """
    if language not in LANGUAGES:
        raise ArticleError(f"The folder must be one of {', '.join(LANGUAGES)}, not “{language}”.")
    if not TOPIC_NAME.fullmatch(topic):
        raise ArticleError(f"The file name “{topic}” must be small letters, digits and _ only.")
    front, body = _split(text)
    return Article(
        topic=topic,
        language=language,
        title=_words(front, "title"),
        aliases=tuple(str(alias).strip() for alias in _listed(front, "aliases")),
        sources=tuple(_source(item) for item in _listed(front, "sources")),
        author=_words(front, "author"),
        reviewer=_words(front, "reviewer"),
        last_reviewed=_day(front, "last_reviewed"),
        next_review_due=_day(front, "next_review_due"),
        sections=_sections(body, language),
    )


def render(article: Article) -> str:
    """Return the text of *article*'s file: `parse` of it is the same article."""
    front = {
        "title": article.title,
        "aliases": list(article.aliases),
        "sources": [_plain(source) for source in article.sources],
        "author": article.author,
        "reviewer": article.reviewer,
        "last_reviewed": article.last_reviewed,
        "next_review_due": article.next_review_due,
    }
    head = yaml.dump(front, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=118)
    parts = [f"## {HEADINGS[key][article.language]}\n\n{body}\n" for key, body in article.sections.items()]
    return f"---\n{head}---\n\n" + "\n".join(parts)


class _Plain(yaml.SafeDumper):
    """Writes a date that occurs twice twice, not as a reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _split(text: str) -> tuple[dict[str, Any], str]:
    match = re.match(r"---\n(.*?)\n---\n(.*)", text.replace("\r\n", "\n"), re.DOTALL)
    if not match:
        raise ArticleError("The file must begin with a line ---, then the facts about the article, then a line ---.")
    try:
        front = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ArticleError(f"The facts at the top cannot be read near line {mark.line + 2 if mark else 1}.") from None
    if not isinstance(front, dict):
        raise ArticleError("The facts at the top must be lines of the form name: value.")
    return front, match[2]


def _words(front: dict[str, Any], name: str) -> str:
    value = front.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ArticleError(f"“{name}:” is missing or empty at the top.")
    return value.strip()


def _listed(front: dict[str, Any], name: str) -> list[Any]:
    value = front.get(name)
    if not isinstance(value, list):
        raise ArticleError(f"“{name}:” must be a list.")
    return value


def _day(front: dict[str, Any], name: str) -> date:
    value = front.get(name)
    if type(value) is not date:
        raise ArticleError(f"“{name}:” must be a date such as 2027-03-31.")
    return value


def _source(item: Any) -> Source:
    if not isinstance(item, dict):
        raise ArticleError("Each source needs publisher, title, url and accessed.")
    accessed = item.get("accessed")
    if accessed != LINK_PENDING and type(accessed) is not date:
        raise ArticleError("A source's “accessed:” is the day its page was read, such as 2027-03-31, or “pending”.")
    return Source(
        publisher=_words(item, "publisher"),
        title=_words(item, "title"),
        url=_words(item, "url"),
        accessed=None if accessed == LINK_PENDING else accessed,
        copy=str(item["copy"]) if item.get("copy") else None,
    )


def _plain(source: Source) -> dict[str, Any]:
    accessed = source.accessed or LINK_PENDING
    plain = {"publisher": source.publisher, "title": source.title, "url": source.url, "accessed": accessed}
    return {**plain, "copy": source.copy} if source.copy else plain


def _sections(body: str, language: str) -> dict[str, str]:
    keys = {heading[language].lower(): key for key, heading in HEADINGS.items()}
    sections: dict[str, str] = {}
    before, *parts = re.split(r"^## +", body, flags=re.MULTILINE)
    if before.strip():
        raise ArticleError("Text must stand under a heading that begins with ##.")
    for part in parts:
        heading, _, text = part.partition("\n")
        key = keys.get(heading.strip().lower())
        if key is None:
            raise ArticleError(f"The heading “{heading.strip()}” is not one of: {'; '.join(_headings(language))}.")
        if key in sections:
            raise ArticleError(f"The heading “{heading.strip()}” is there twice.")
        sections[key] = text.strip()
    return sections


def _headings(language: str) -> list[str]:
    return [heading[language] for heading in HEADINGS.values()]
