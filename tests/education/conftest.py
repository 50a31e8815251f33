"""The shipped library, and small ones made for a test."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from frontdoor.education.article import AWAITING_REVIEW, REQUIRED_SECTIONS, Article, Source
from frontdoor.education.library import Library, load
from frontdoor.education.numbers import region_numbers
from frontdoor.settings import ROOT
from tests.encoder_fixtures import encoder, encoder_dir

__all__ = ["encoder", "encoder_dir"]  # fixtures

TODAY = date(2026, 11, 23)
LIBRARY = ROOT / "library"


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as it is shipped."""
    return load(LIBRARY, region_numbers("US"))


@pytest.fixture
def article() -> Callable[..., Article]:
    """Make an article without faults; give what should differ."""

    def make(**changes: object) -> Article:
        note = " (en inglés)" if changes.get("language") == "es" else ""
        facts: dict[str, object] = {
            "topic": "hiccups",
            "language": "en",
            "title": "Hiccups",
            "aliases": tuple(f"hiccup word {number}" for number in range(10)),
            "sources": (
                Source("MedlinePlus", f"Hiccups{note}", "https://medlineplus.gov/hiccups.html", TODAY),
                Source("CDC", f"About Hiccups{note}", "https://www.cdc.gov/hiccups/", TODAY, "2024"),
                Source("NHS", f"Hiccups{note}", "https://www.nhs.uk/conditions/hiccups/", None),
            ),
            "author": "Test",
            "reviewer": AWAITING_REVIEW,
            "last_reviewed": TODAY,
            "next_review_due": date(2027, 11, 22),
            "sections": dict.fromkeys(REQUIRED_SECTIONS, "Drink some cold water. Hold your breath."),
            **changes,
        }
        return Article(**facts)  # type: ignore[arg-type]

    return make


def write(directory: Path, article: Article, text: str) -> Path:
    """Keep *text* where *article* belongs in the library *directory*."""
    path = directory / f"{article.path}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
