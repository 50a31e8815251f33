"""Messages that no article answers get none: illnesses that we lack, and what is no question about health.

The sets are in `without`: half of them was tuned on, the figures of the other half are in docs/library.md.
"""

from pathlib import Path

import pytest
import yaml

from frontdoor.education.library import Library
from frontdoor.education.search import Search

WITHOUT = Path(__file__).parent / "without"
MOST_WITH_ARTICLE = 0.04


@pytest.fixture(scope="module")
def searches(library: Library) -> dict[str, Search]:
    """The search of each language, by words."""
    return {language: Search(library, language) for language in ("en", "es")}


@pytest.fixture(scope="module", params=["en", "es"])
def with_encoder(request: pytest.FixtureRequest, library: Library) -> Search:
    """The search of a language, with the encoder."""
    return Search(library, request.param, request.getfixturevalue("encoder"), request.getfixturevalue("encoder_dir"))


@pytest.mark.parametrize("kind", ["health", "none", "later"])
def test_what_no_article_answers_gets_none(kind: str, with_encoder: Search) -> None:
    """At most 4 % get an article."""
    messages = yaml.safe_load((WITHOUT / f"{with_encoder.language}.yml").read_text(encoding="utf-8"))[kind]
    given = [message for message in messages if with_encoder.find(str(message)).topic]
    assert len(given) / len(messages) <= MOST_WITH_ARTICLE, given


@pytest.mark.parametrize(
    ("language", "message", "topic"),
    [
        ("en", "is bronchitis catching", None),
        ("en", "chronic bronchitis", "copd"),
        ("en", "how do you get rid of a stye", None),
        ("en", "do antibiotics help a cold", "common_cold"),
        ("es", "cómo se quita un orzuelo", None),
        ("es", "cuánto dura la bronquitis", None),
        ("es", "la bronquitis crónica se pega?", "copd"),
    ],
)
def test_the_name_of_what_we_lack_speaks_for_no_article(
    language: str, message: str, topic: str | None, searches: dict[str, Search]
) -> None:
    """Only the words around it do; a name inside one of ours is ours."""
    assert searches[language].find(message).topic == topic


@pytest.mark.parametrize(
    ("language", "message"),
    [("es", "precios"), ("es", "ya terminamos"), ("es", "cómo invierto mi dinero"), ("es", "olvídelo"), ("es", "el 2")],
)
def test_everyday_words_are_no_illness(language: str, message: str, searches: dict[str, Search]) -> None:
    """ "Precios" is not "presión" misspelled, "terminamos" not "no termina nada"; a number alone says nothing."""
    assert searches[language].find(message).decision == "none"
