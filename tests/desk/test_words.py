"""The sentences of the desk."""

import re
from typing import get_args

from frontdoor.channels.registry import CHANNELS
from frontdoor.conversations.happenings import Happening, Heartbeat, MergeAsked, Replied
from frontdoor.conversations.model import WEB
from frontdoor.conversations.states import State
from frontdoor.desk.access import ROLES
from frontdoor.desk.acting import DISPOSITIONS
from frontdoor.desk.app import STATIC
from frontdoor.desk.forms import TEMPLATES
from frontdoor.desk.words import LANGUAGES, preferred, words
from frontdoor.safety.verdict import CATEGORIES

QUIET = (Heartbeat, MergeAsked, Replied)  # they change nobody, so the history does not show them


def test_every_language_has_the_same_sentences_with_the_same_places() -> None:
    """A sentence that is missing, or has lost a {place}, is found here."""
    for language in LANGUAGES:
        assert words(language).keys() == words("en").keys()
        for key, sentence in words(language).items():
            assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", words("en")[key])), key


def test_every_sentence_that_is_asked_for_is_there() -> None:
    """What scripts, templates and codes name has words."""
    asked = {f"role_{role}" for role in ROLES} | {f"state_{state.value}" for state in State}
    asked |= {f"disposition_{name}" for name in DISPOSITIONS}
    asked |= {f"category_{name}" for name in CATEGORIES} | {f"channel_{name}" for name in (*CHANNELS, WEB)}
    asked |= {f"event_{what.__name__}" for what in get_args(Happening) if what not in QUIET}
    asked |= {f"search_{state.value}" for state in State}
    for path in STATIC.glob("*.js"):
        source = path.read_text(encoding="utf-8")
        for inside in re.findall(r"""say\(([^()`]*)""", source):  # also say(one ? "this" : "that")
            asked |= set(re.findall(r'(?:^|[?:] ?)"(\w+)"', inside))
        asked |= set(re.findall(r'"((?:key|locked|error|notify)_\w+)"', source))
    for path in TEMPLATES.glob("*.html"):
        asked |= set(re.findall(r"\bt\.(\w+)", path.read_text(encoding="utf-8")))
    assert asked - words("en").keys() == set()


def test_the_browser_s_language_is_taken() -> None:
    """The first that we have, else English."""
    assert [preferred(text) for text in ("es-MX,es;q=0.9,en;q=0.8", "fr,es;q=0.5", "de", "")] == [
        "es", "es", "en", "en"
    ]  # fmt: skip
