"""Which section of an article answers a question: by the words that ask for it, else by what the section says."""

import re
from pathlib import Path

import yaml

from frontdoor.education.article import Article
from frontdoor.education.index import Coverage
from frontdoor.education.words import STOP, plain, stem, telling

_ASKS_FOR = yaml.safe_load((Path(__file__).parent / "sections.yml").read_text(encoding="utf-8"))
_PATTERNS = {
    language: tuple((key, re.compile(rf"\b(?:{'|'.join(asks)})\b")) for key, asks in sections.items())
    for language, sections in _ASKS_FOR.items()
}
# Where to look when the article has no section of that name.
_INSTEAD = {
    "food": "home", "prevention": "home", "treatment": "home", "signs": "what", "causes": "what", "contagious": "what",
    "tests": "what", "duration": "what", "children": "see", "pregnancy": "see",
}  # fmt: skip
_NAMES = {"pregnancy": "pregnancy"}  # topics whose own name would ask for a section
# Sections for some people only: where there is none, the article is said to say nothing about them in particular.
FOR_SOME = ("children", "pregnancy")
_POINTS_BACK = {
    "en": re.compile(r"^\s*(and|what about|how about|also|ok and|so)\b|\b(it|its|this|that|them|they)\b"),
    "es": re.compile(r"^\s*(y|que tal|tambien|entonces)\b|\b(eso|esto)\b"),
}
_SIMILAR_ENOUGH = 0.3  # share of the message that a section must say, when nothing asks for it by name
_LONGEST_FOLLOW_UP_WORDS = 10


def asked_for(message: str, language: str) -> list[str]:
    """Return the sections that the words of *message* ask for, likeliest first."""
    text = plain(message)
    return [key for key, pattern in _PATTERNS[language] if pattern.search(text)]


def choose(message: str, article: Article) -> str:
    """Return the section of *article* that answers *message*."""
    wanted = [key for key in asked_for(message, article.language) if _NAMES.get(article.topic) != key]
    if "contagious" in wanted:  # "is it contagious" asks for no signs, though "is it …" may
        wanted = [key for key in wanted if key != "signs"]
    for key in wanted:
        if key in article.sections:
            return key
    for key in wanted:
        if _INSTEAD.get(key) in article.sections:
            return _INSTEAD[key]
    return _most_alike(message, article) or "what"


def lacks(message: str, article: Article) -> str | None:
    """Return whom *message* asks about and *article* says nothing on: "children" or "pregnancy"."""
    wanted = asked_for(message, article.language)
    return next((key for key in FOR_SOME if key in wanted and says_nothing_on(key, article)), None)


def says_nothing_on(key: str, article: Article) -> bool:
    """Whether *article* has no section on those whom *key* is for, and is not about them as a whole."""
    return key not in article.sections and _NAMES.get(article.topic) != key


def instead(key: str, article: Article) -> str:
    """Return the section to show where *article* has none of the name *key*."""
    return _INSTEAD[key] if _INSTEAD.get(key) in article.sections else "what"


def is_follow_up(message: str, language: str, *, names_topic: bool = False) -> bool:
    """Whether *message* asks on about what was spoken of: "and for children?", "how long does it last?".

    True when it only asks for a section, or when it is short, points back and names no topic of its own.
    """
    if only_asks_for(message, language):
        return True
    short = len(message.split()) <= _LONGEST_FOLLOW_UP_WORDS
    points_back = short and not names_topic and _POINTS_BACK[language].search(plain(message))
    return bool(points_back and asked_for(message, language))


def only_asks_for(message: str, language: str) -> bool:
    """Whether nothing is left of *message* without the words that ask for a section: "what number is too high"."""
    text = plain(message)
    for _, pattern in _PATTERNS[language]:
        text = pattern.sub(" ", text)
    rest = [word for word in telling(text, language) if not word.isdigit()]
    return bool(asked_for(message, language)) and not rest


def _most_alike(message: str, article: Article) -> str | None:
    keys = [key for key in article.sections if key not in ("ask", "emergency", "see")]
    stems = [
        [stem(word, article.language) for word in telling(article.sections[key], article.language)] for key in keys
    ]
    named = {
        stem(word, article.language)
        for word in telling(f"{article.title} {' '.join(article.aliases)}", article.language)
    }
    told = [stem(word, article.language) for word in telling(message, article.language)]
    rest = [word for word in told if word not in named and word not in STOP[article.language]]
    shares = Coverage(stems).shares(rest)
    best = max(shares, key=lambda number: shares[number], default=None)
    return keys[best] if best is not None and shares[best] >= _SIMILAR_ENOUGH else None
