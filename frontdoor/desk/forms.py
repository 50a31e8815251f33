"""Reading plain forms, and answering with a server-rendered page."""

import secrets as random
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic.request import Request
from sanic.response import HTTPResponse, html

from frontdoor.desk.bodies import clean
from frontdoor.desk.context import desk
from frontdoor.desk.guard import check_token, secure, set_cookie
from frontdoor.desk.words import preferred, words
from frontdoor.privacy.audit import Row

TEMPLATES = Path(__file__).parent / "templates"
FIELD_MOST_CHARS = 500
FORM_SECONDS = 3600


def fields(request: Request, *, most: int = FIELD_MOST_CHARS) -> dict[str, str]:
    """Return the posted fields, cleaned and of *most* characters; of several with one name the last."""
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
    return {name: value if name == "password" else clean(value)[:most] for name, value in pairs}


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """Return template *name* in the language of the person who asks."""
    person = getattr(request.ctx, "me", None)
    language = person.language if person else preferred(request.headers.get("accept-language", ""))
    context = desk(request)
    everywhere = {
        "t": words(language), "language": language, "me": person, "clinic": context.clinic.name,
        "openid": context.openid.name if context.openid else None,
        "passwords": context.settings.password_login,
    }  # fmt: skip
    text = _templates().get_template(name).render(**everywhere, **values)
    return html(text, status=status)


def signed_out_page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTTPResponse:
    """Return a page with a form for somebody who has no session: its token is in a cookie of its own."""
    token = request.cookies.get(_form_cookie(request)) or random.token_urlsafe(32)
    response = page(request, name, status=status, csrf=token, **values)
    set_cookie(request, response, _form_cookie(request), token, FORM_SECONDS)
    return response


def check_signed_out(request: Request) -> None:
    """Refuse a form of somebody without a session that did not come from our page.

    Raises:
        Forbidden: Its token is not the one in the cookie.
    """
    check_token(request, request.cookies.get(_form_cookie(request)) or random.token_urlsafe(32))


def _form_cookie(request: Request) -> str:
    return "__Host-desk-form" if secure(request) else "desk-form"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.filters["changes"] = changes
    return made


def changes(row: Row) -> str:
    """Write what an audit row says has changed: "state: waiting → staff · epoch: 2 → 3"."""
    before, after = row.before or {}, row.after or {}
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return " · ".join(f"{name}: {f'{before[name]} → ' if name in before else ''}{after.get(name)}" for name in differ)
