"""Reading and writing an article's file."""

from collections.abc import Callable

import pytest

from frontdoor.education.article import Article, ArticleError, parse, render
from frontdoor.education.library import Library

Make = Callable[..., Article]


def test_an_article_survives_being_written_and_read(article: Make) -> None:
    """What is rendered reads back as the same article."""
    made = article(title="Hiccups: “why?”", aliases=("a: b", "- c", "ñandú", "no", "1e3", *"defghijk"))
    assert parse(render(made), topic="hiccups", language="en") == made


def test_every_shipped_article_survives_being_written_and_read(library: Library) -> None:
    """The format holds for all that we ship."""
    for one in library.articles.values():
        assert parse(render(one), topic=one.topic, language=one.language) == one


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("no front matter", "---\n", "", "must begin with a line ---"),
        ("front matter that is no YAML", "title: Hiccups", "title: [", "cannot be read near line"),
        ("no title", "title: Hiccups", "title: ''", "title"),
        ("aliases that are no list", "aliases:", "aliases: x\nother:", "aliases"),
        ("a date that is none", "last_reviewed: 2026-11-23", "last_reviewed: soon", "last_reviewed"),
        ("a source without an address", "  url: https://medlineplus.gov/hiccups.html\n", "", "url"),
        ("a source read some day", "  accessed: 2026-11-23", "  accessed: once", "accessed"),
        ("a heading of its own", "## Questions to ask", "## My thoughts", "My thoughts"),
        ("a heading twice", "## Questions to ask", "## What it is", "twice"),
        ("text before the first heading", "## What it is", "Hello\n\n## What it is", "under a heading"),
    ],
)
def test_a_file_that_is_no_article_is_refused_with_the_reason(
    article: Make, name: str, before: str, after: str, said: str
) -> None:
    """The message names what a writer has to correct."""
    text = render(article())
    assert before in text, name
    with pytest.raises(ArticleError, match=said):
        parse(text.replace(before, after, 1), topic="hiccups", language="en")


@pytest.mark.parametrize(("topic", "language"), [("Hic cups", "en"), ("hiccups", "fr"), ("../x", "en")])
def test_a_file_in_the_wrong_place_is_refused(article: Make, topic: str, language: str) -> None:
    """Topics and languages are those of the format."""
    with pytest.raises(ArticleError):
        parse(render(article()), topic=topic, language=language)
