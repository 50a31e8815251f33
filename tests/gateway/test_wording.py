"""The sentences of the patient's page."""

import re

from frontdoor.gateway import reading
from frontdoor.gateway.page import HERE, texts

PLACE = re.compile(r"{\w+}")


def test_every_language_has_the_same_sentences_with_the_same_places() -> None:
    """A sentence that is missing, or has lost a {place}, is found here."""
    english = texts("en")
    for language in reading.LANGUAGES:
        spoken = texts(language)
        assert spoken.keys() == english.keys(), language
        for key, sentence in spoken.items():
            assert set(PLACE.findall(str(sentence))) == set(PLACE.findall(str(english[key]))), (language, key)


def test_every_sentence_that_is_asked_for_is_there() -> None:
    """What the scripts and the page's template name has words."""
    asked: set[str] = set()
    for path in (HERE / "static").glob("*.js"):
        for inside in re.findall(r"""\bsay\(([^()`]*)""", path.read_text(encoding="utf-8")):
            asked |= set(re.findall(r'(?:^|[?:] ?)"(\w+)"', inside))
    template = (HERE / "templates" / "page.html").read_text(encoding="utf-8")
    asked |= set(re.findall(r"\bt\.(\w+)", template)) | set(re.findall(r'data-text="(\w+)"', template))
    assert len(asked) > 20
    assert asked - texts("en").keys() == set()
