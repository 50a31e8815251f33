"""New articles as files: the skeleton a writer fills in."""

from datetime import date, timedelta
from pathlib import Path

from frontdoor.education.article import AWAITING_REVIEW, REQUIRED_SECTIONS, UNWRITTEN, Article, Source, render

UNTIL_REVIEW = timedelta(days=365)
_SITE = {"en": "https://medlineplus.gov/", "es": "https://medlineplus.gov/spanish/"}


def skeleton(title: str, language: str, today: date) -> str:
    """Return the text of an article in which everything is still to be written. `check` says what is missing."""
    article = Article(
        topic=UNWRITTEN,
        language=language,
        title=title,
        aliases=(UNWRITTEN,),
        sources=(Source("MedlinePlus", UNWRITTEN, _SITE[language], None),),
        author=UNWRITTEN,
        reviewer=AWAITING_REVIEW,
        last_reviewed=today,
        next_review_due=today + UNTIL_REVIEW,
        sections=dict.fromkeys(REQUIRED_SECTIONS, UNWRITTEN),
    )
    return render(article)


def write_new(path: Path, text: str) -> bool:
    """Write *text* to *path*; return False, touching nothing, when the file is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
