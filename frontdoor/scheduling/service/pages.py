"""The public pages of a visit as a blueprint: the gateway mounts it, because patients open them.

app.blueprint(pages.blueprint(lambda: Visits(app.ctx.pool, settings, clinic)))
"""

from collections.abc import Callable
from datetime import datetime, timezone
from urllib.parse import parse_qs

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html

from frontdoor.scheduling import visit_pages
from frontdoor.scheduling.visits import Landing, Visits

MAX_FORM_BYTES = 1_000


def blueprint(visits: Callable[[], Visits], *, now: Callable[[], datetime] | None = None) -> Blueprint:
    """Return `/v`, `/v/<token>`, `/i/<token>.ics` and the demo room. *visits* is called once for each request."""
    pages = Blueprint("visits")
    clock = now or _now

    @pages.route("/v/<token:str>", methods=["GET", "HEAD"], name="look")
    async def look(request: Request, token: str) -> HTTPResponse:
        here = visits()
        return _landing(request, here, await here.look(token, clock()))

    @pages.post("/v/<token:str>", name="join")
    async def join(request: Request, token: str) -> HTTPResponse:
        form = parse_qs(request.body[:MAX_FORM_BYTES].decode(errors="replace"))
        here = visits()
        return _landing(request, here, await here.join(token, form.get("birth_date", [""])[0], clock()))

    @pages.get("/i/<file:str>", name="calendar")
    async def calendar(request: Request, file: str) -> HTTPResponse:
        here = visits()
        found = await here.calendar(file.removesuffix(".ics"), clock()) if file.endswith(".ics") else None
        if found is None:
            return _landing(request, here, Landing("unknown"))
        headers = {**visit_pages.HEADERS, "Content-Disposition": 'attachment; filename="visit.ics"'}
        return HTTPResponse(found, headers=headers, content_type="text/calendar; charset=utf-8")

    @pages.get("/v", name="landing")
    async def landing(request: Request) -> HTTPResponse:
        return _text(request, visits(), "landing")

    @pages.route("/room/<name:str>", methods=["GET", "HEAD"], name="room")
    async def room(request: Request, name: str) -> HTTPResponse:
        here = visits()
        if not await here.room(name, clock()):
            return _landing(request, here, Landing("unknown"))
        return _text(request, here, "waiting")

    return pages


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _landing(request: Request, visits: Visits, landing: Landing) -> HTTPResponse:
    language = visit_pages.language_of(request.headers.get("accept-language", ""))
    page = visit_pages.landing_page(landing, visits.clinic, language)
    return html(page, status=visit_pages.status_of(landing), headers=visit_pages.HEADERS)


def _text(request: Request, visits: Visits, key: str) -> HTTPResponse:
    language = visit_pages.language_of(request.headers.get("accept-language", ""))
    return html(visit_pages.text_page(key, visits.clinic, language), headers=visit_pages.HEADERS)
