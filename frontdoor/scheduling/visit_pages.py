"""What join links show, in English and Spanish: the clinic, and nothing of the visit. Pure but for its texts."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

import yaml

from frontdoor.clinic import Clinic
from frontdoor.scheduling.visits import Landing

LANGUAGES = ("en", "es")
TEXTS = Path(__file__).with_name("visit_texts.yml")
STYLE = """
body { font: 1.125rem/1.5 system-ui, sans-serif; color: #16232b; background: #f4f7f8; margin: 0; }
main { max-width: 30rem; margin: 8vh auto; padding: 1.5rem; background: #fff; border-radius: .75rem; }
h1 { font-size: 1.5rem; margin-top: 0; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { font: inherit; padding: .5rem; width: 100%; box-sizing: border-box; border: 1px solid #5b6b74;
  border-radius: .5rem; }
button, a.enter { display: block; width: 100%; box-sizing: border-box; margin-top: 1rem; padding: .75rem; font: inherit;
  font-weight: 600; text-align: center; text-decoration: none; color: #fff; background: #0b5a6b; border: 0;
  border-radius: .5rem; cursor: pointer; }
:focus-visible { outline: 3px solid #c25700; outline-offset: 2px; }
.wrong { color: #9b1c1c; font-weight: 600; }
footer { margin-top: 1.5rem; font-size: 1rem; color: #45545c; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


@cache
def _texts(language: str) -> Mapping[str, str]:
    texts: Mapping[str, Mapping[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return texts[language]


def language_of(accept_language: str) -> str:
    """Return the first language of an Accept-Language header that we have."""
    for part in accept_language.split(",")[:20]:
        code = part.partition(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "en"


def status_of(landing: Landing) -> int:
    """Return the HTTP status of a landing."""
    return {"unknown": 404, "locked": 429, "wrong": 403}.get(landing.state, 200)


def landing_page(landing: Landing, clinic: Clinic, language: str) -> str:
    """Return the page of a join link."""
    texts = _texts(language)
    role = ' role="alert" class="wrong"' if landing.state in ("wrong", "locked") else ""
    parts = [f"<p{role}>{escape(texts[landing.state])}</p>"]
    if landing.state in ("open", "wrong"):
        parts.append(
            '<form method="post" autocomplete="off">'
            f'<label for="birth_date">{escape(texts["birth_date"])}</label>'
            '<input id="birth_date" name="birth_date" type="date" min="1900-01-01" required>'
            f'<button type="submit">{escape(texts["continue"])}</button></form>'
        )
    if landing.state == "room":
        href = escape(landing.room_url)
        parts.append(f'<a class="enter" rel="noreferrer" href="{href}">{escape(texts["enter"])}</a>')
        parts.append(f"<p>{escape(texts['devices'])}</p>")
    return _page(parts, clinic, language)


def text_page(key: str, clinic: Clinic, language: str) -> str:
    """Return a page of one sentence: `waiting` (the demo room) or `landing` (the address without a link)."""
    return _page([f"<p>{escape(_texts(language)[key])}</p>"], clinic, language)


def _page(parts: list[str], clinic: Clinic, language: str) -> str:
    texts = _texts(language)
    title = f"{escape(texts['title'])} · {escape(clinic.name)}"
    foot = f"<p>{escape(texts['emergency'])}</p><p>{escape(texts['help'])} {escape(clinic.phone)}</p>"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(texts['title'])}</h1>{''.join(parts)}"
        f"<footer>{foot}</footer></main></body></html>"
    )
