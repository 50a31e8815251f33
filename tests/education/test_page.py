"""The page of an article."""

from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from frontdoor.education.article import REQUIRED_SECTIONS, Article, Source
from frontdoor.education.library import Library
from frontdoor.education.page import article_html


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and where it leads."""
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_page_says_who_has_read_it_and_when(article: Callable[..., Article]) -> None:
    """And which links nobody has opened."""
    page = article_html(article())
    assert "No clinician has read this article yet." in page
    assert "Last reviewed 2026-11-23" in page
    assert "read on 2026-11-23" in page
    assert "link not checked yet" in page
    assert "Reviewed by: family physician." in article_html(article(reviewer="family physician"))


def test_a_source_that_was_read_in_a_copy_says_so(article: Callable[..., Article]) -> None:
    """From when the copy is, and that the link is still to be opened."""
    page = article_html(article(sources=(Source("NIH", "Hiccups", "https://x.gov/", date(2026, 11, 23), "2016"),)))
    assert "compared with a stored copy (2016) on 2026-11-23; link not checked yet" in page


def test_nothing_in_an_article_becomes_markup(article: Callable[..., Article]) -> None:
    """An article is text, whoever wrote it."""
    bad = "<script>alert(1)</script> & “x”"
    page = article_html(
        article(
            title=bad,
            sources=(Source(bad, bad, 'https://x/"onclick="y', None),),
            sections=dict.fromkeys(REQUIRED_SECTIONS, f"{bad}\n\n- {bad}"),
        )
    )
    assert "script" not in Tags(page).tags
    assert "onclick=" not in page.replace("&quot;onclick=&quot;", "")


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_whole_and_loads_nothing(library: Library, language: str) -> None:
    """One title, a heading a section, addresses only of the sources."""
    for article in library.in_language(language):
        page = Tags(article_html(article))
        assert page.tags.count("h1") == 1
        assert page.tags.count("h2") == len(article.sections) + 1
        assert page.addresses == [source.url for source in article.sources]
