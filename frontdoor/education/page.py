"""An article as the page that patients read. Pure: the gateway serves it at /library/<language>/<topic>."""

from html import escape

from frontdoor.education.article import HEADINGS, Article, Source

_WORDS = {
    "en": {
        "unreviewed": "No clinician has read this article yet.",
        "reviewed": "Reviewed by: {reviewer}.",
        "dates": "Last reviewed {last}. Next review by {due}.",
        "sources": "Sources",
        "accessed": "read on {day}",
        "copy": "compared with a stored copy ({copy}) on {day}; link not checked yet",
        "pending": "link not checked yet",
        "general": "This is general information. It does not replace a visit.",
    },
    "es": {
        "unreviewed": "Ningún profesional clínico ha leído este artículo todavía.",
        "reviewed": "Revisado por: {reviewer}.",
        "dates": "Última revisión: {last}. Próxima revisión: {due}.",
        "sources": "Fuentes",
        "accessed": "leído el {day}",
        "copy": "comparado con una copia guardada ({copy}) el {day}; enlace sin comprobar todavía",
        "pending": "enlace sin comprobar todavía",
        "general": "Esta es información general. No reemplaza una consulta.",
    },
}


def article_html(article: Article) -> str:
    """Return the whole page, everything escaped, without script, style or anything from elsewhere."""
    words = _WORDS[article.language]
    sections = "\n".join(
        f"<section><h2>{escape(HEADINGS[key][article.language])}</h2>\n{_blocks(text)}</section>"
        for key, text in article.sections.items()
    )
    reviewed = (
        words["reviewed"].format(reviewer=article.reviewer) if article.clinically_reviewed else words["unreviewed"]
    )
    dates = words["dates"].format(last=article.last_reviewed, due=article.next_review_due)
    sources = "\n".join(f"<li>{_source(source, words)}</li>" for source in article.sources)
    return (
        f'<!doctype html>\n<html lang="{article.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(article.title)}</title></head>\n"
        f"<body><main><h1>{escape(article.title)}</h1>\n<p><strong>{escape(reviewed)}</strong> {escape(dates)}</p>\n"
        f"{sections}\n<section><h2>{words['sources']}</h2><ul>\n{sources}\n</ul></section>\n"
        f"<p>{words['general']}</p></main></body></html>\n"
    )


def _blocks(text: str) -> str:
    """Return paragraphs and lists."""
    html: list[str] = []
    for block in text.split("\n\n"):
        lines = block.strip().splitlines()
        if lines and all(line.startswith("- ") for line in lines):
            html.append("<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>")
        elif lines:
            html.append(f"<p>{escape(' '.join(lines))}</p>")
    return "\n".join(html) + "\n"


def _source(source: Source, words: dict[str, str]) -> str:
    state = "pending" if source.accessed is None else "copy" if source.copy else "accessed"
    read = words[state].format(day=source.accessed, copy=escape(source.copy or ""))
    link = f'<a href="{escape(source.url, quote=True)}" rel="noopener noreferrer">{escape(source.title)}</a>'
    return f"{escape(source.publisher)}: {link} ({read})"
