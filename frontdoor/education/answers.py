"""From a message to what to say: the article's section, a question back, or that there is nothing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from frontdoor.education import sections
from frontdoor.education.article import Article
from frontdoor.education.library import Library
from frontdoor.education.search import Found, Search

_SEARCH = "https://vsearch.nlm.nih.gov/vivisimo/cgi-bin/query-meta"
_ELSEWHERE = {
    "en": f"{_SEARCH}?v%3Aproject=medlineplus&v%3Asources=medlineplus-bundle&query=",
    "es": f"{_SEARCH}?v%3Aproject=medlineplus-spanish&v%3Asources=medlineplus-spanish-bundle&query=",
}
_ELSEWHERE_HOME = {"en": "https://medlineplus.gov/", "es": "https://medlineplus.gov/spanish/"}


@dataclass(frozen=True)
class Answer:
    """One section of one article."""

    article: Article
    section: str
    nothing_on: str | None = None  # whom the message asks about and the article does not: "children", "pregnancy"

    @property
    def text(self) -> str:
        """What the article says there."""
        return self.article.sections[self.section]


@dataclass(frozen=True)
class Outcome:
    """What the library has for a message: an answer, or topics to choose from (titles by topic), or neither."""

    found: Found
    answer: Answer | None = None
    offered: tuple[Article, ...] = ()
    section: str | None = None  # what the message asks for, to answer with once a topic is chosen


class Answers:
    """The library's answers in one language."""

    def __init__(self, library: Library, search: Search) -> None:
        self.library = library
        self.search = search
        self.language = search.language

    def to(self, message: str, today: date, before: str | None = None, offered: Sequence[str] = ()) -> Outcome:
        """Return what answers *message*.

        A follow-up asks on about *before*, the topic last spoken of, or about one of the topics last *offered*.
        """
        found = self.search.find(message, today)
        if (before or offered) and sections.is_follow_up(message, self.language, names_topic=found.topic is not None):
            earlier = self.library.get(self.language, before, today) if before else None
            if earlier:
                return Outcome(found, _answer(message, earlier))
            if offered:
                return self._offer(found, offered, message, today)
        if found.topic:
            article = self.library.get(self.language, found.topic, today)
            if article:
                return Outcome(found, _answer(message, article))
        if found.decision != "ask":
            return Outcome(found)
        return self._offer(found, found.topics, message, today)

    def _offer(self, found: Found, topics: Sequence[str], message: str, today: date) -> Outcome:
        offered = [self.library.get(self.language, topic, today) for topic in topics]
        asked = sections.asked_for(message, self.language)
        return Outcome(found, None, tuple(article for article in offered if article), asked[0] if asked else None)

    def on(self, topic: str, message: str, today: date) -> Answer | None:
        """Return what the article on *topic* answers to *message*; None when there is no such article to show."""
        article = self.library.get(self.language, topic, today)
        return _answer(message, article) if article else None

    def about(self, topic: str, section: str | None, today: date) -> Answer | None:
        """Return what the article on *topic* says, for a button; None when there is no such article to show."""
        article = self.library.get(self.language, topic, today)
        if article is None:
            return None
        lacks = section if section in sections.FOR_SOME and sections.says_nothing_on(section, article) else None
        if lacks:
            return Answer(article, sections.instead(lacks, article), lacks)
        return Answer(article, section if section in article.sections else "what")


def _answer(message: str, article: Article) -> Answer:
    return Answer(article, sections.choose(message, article), sections.lacks(message, article))


def elsewhere(lacking: str | None, language: str) -> str:
    """Return where to look outside: MedlinePlus, searched for *lacking*, one of our own names, no patient's words."""
    return _ELSEWHERE[language] + quote(lacking) if lacking else _ELSEWHERE_HOME[language]
