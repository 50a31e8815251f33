"""MedlinePlus health-topic XML (https://medlineplus.gov/xml.html) to draft articles. Pure.

A draft holds the topic's summary, its other names and its address. Its other sections say TODO, so that it is not
shown before someone has written them.
"""

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

from frontdoor.education.article import AWAITING_REVIEW, REQUIRED_SECTIONS, UNWRITTEN, Article, Source
from frontdoor.education.check import SECTION_MAX_CHARS

LANGUAGES = {"English": "en", "Spanish": "es"}
UNTIL_REVIEW = timedelta(days=365)
_PUBLISHER = {
    "en": "MedlinePlus.gov, National Library of Medicine",
    "es": "MedlinePlus.gov, Biblioteca Nacional de Medicina",
}


class NotHealthTopics(ValueError):
    """The file is not MedlinePlus health-topic XML."""


def drafts(xml: str, today: date) -> Iterator[Article]:
    """Yield a draft for each health topic in English or Spanish.

    Raises:
        NotHealthTopics: The file cannot be read as health topics.
    """
    if "<!ENTITY" in xml:
        raise NotHealthTopics("The file declares entities, which MedlinePlus files do not: not read.")
    try:
        root = ElementTree.fromstring(xml.encode())  # noqa: S314 - entities are refused above
    except ElementTree.ParseError as error:
        raise NotHealthTopics(f"The file is not XML: line {error.position[0]}.") from None
    if root.tag != "health-topics":
        raise NotHealthTopics("The file does not begin with <health-topics>: take mplus_topics_….xml from MedlinePlus.")
    for topic in root.iter("health-topic"):
        language = LANGUAGES.get(topic.get("language", ""))
        if language and topic.get("title") and topic.get("url"):
            yield _draft(topic, language, today)


def _draft(topic: ElementTree.Element, language: str, today: date) -> Article:
    title = str(topic.get("title"))
    names = [(name.text or "").strip() for name in (*topic.iter("also-called"), *topic.iter("see-reference"))]
    return Article(
        topic=_name(str(topic.get("url"))),
        language=language,
        title=title,
        aliases=tuple(dict.fromkeys(name for name in names if name)),
        sources=(Source(_PUBLISHER[language], title, str(topic.get("url")), None),),
        author="MedlinePlus.gov",
        reviewer=AWAITING_REVIEW,
        last_reviewed=today,
        next_review_due=today + UNTIL_REVIEW,
        sections=dict.fromkeys(REQUIRED_SECTIONS, UNWRITTEN) | {"what": _summary(topic)},
    )


def _name(url: str) -> str:
    """Return the topic's file name: https://medlineplus.gov/spanish/lupus.html is lupus."""
    last = url.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html")
    return re.sub(r"[^a-z0-9_]", "_", last.lower())[:40]


def _summary(topic: ElementTree.Element) -> str:
    """Return the first sentences of the summary, without marks, as long as a section may be."""
    raw = html.unescape("".join(topic.findtext("full-summary") or ""))
    text = re.sub(r"<li[^>]*>", "\n- ", raw)
    text = re.sub(r"</(p|ul|h\d)>", "\n", text)
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    text = re.sub(r"[ \t]+", " ", text).strip()
    kept = ""
    for part in re.split(r"(?<=[.!?])\s+|\n+", text):
        if len(kept) + len(part) + 1 > SECTION_MAX_CHARS:
            break
        kept += ("\n" if part.startswith("- ") else " " if kept else "") + part.strip()
    return kept or UNWRITTEN
