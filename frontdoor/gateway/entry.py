"""/go/<campaign>: a short link for places without a bot. It opens what suits the visitor, and keeps the campaign."""

import io
import re
from functools import partial

import segno
from sanic import HTTPResponse, Request, Sanic

from frontdoor.channels import entry
from frontdoor.channels.titles import title_of
from frontdoor.conversations.wording import wording
from frontdoor.gateway import assets, small_pages
from frontdoor.gateway.parts import Gateway

PHONE = re.compile(r"Mobi|Android|iPhone|iPad", re.IGNORECASE)  # of a browser's name of itself
CODE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
CODE_SCALE = 12  # pixels a module: a poster's printer wants more than a screen
KEPT = "public, max-age=3600"


def add_to(app: Sanic, files: assets.Files) -> None:
    """Serve the short links and their QR codes."""
    app.add_route(partial(_go, pages=small_pages.load(files)), "/go/<campaign:str>", name="go")


async def _go(request: Request, campaign: str, *, pages: small_pages.Pages) -> HTTPResponse:
    """Redirect a phone to the app that the link names, if it is one of ours; show everybody else the choices."""
    gateway: Gateway = request.app.ctx.gateway
    name, _, kind = campaign.partition(".")
    via = request.args.get("via", "")
    if not entry.is_campaign(name) or (kind and kind not in CODE_TYPES):
        return _unknown(request, pages)
    language = small_pages.language_of(request)
    links = entry.links(gateway.settings, gateway.channels, name, wording("opened", language))
    via = via if via in links else ""
    if kind:
        return code(entry.short_link(gateway.settings, name, via), kind)
    if via and PHONE.search(request.headers.get("user-agent", "")):
        return HTTPResponse(status=302, headers={"Location": links[via], "Vary": "User-Agent"})
    return _choices(request, pages, language, name, via, links)


def code(address: str, kind: str) -> HTTPResponse:
    """Return *address* as a QR code."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind=kind, scale=CODE_SCALE, border=4)
    return HTTPResponse(body=drawn.getvalue(), content_type=CODE_TYPES[kind], headers={"Cache-Control": KEPT})


def _choices(
    request: Request, pages: small_pages.Pages, language: str, campaign: str, via: str, links: dict[str, str]
) -> HTTPResponse:
    gateway: Gateway = request.app.ctx.gateway
    order = sorted((channel for channel in links if channel != "web"), key=lambda channel: channel != via)
    return pages.show(
        "entry.html", language, clinic=gateway.clinic, emergency=small_pages.emergency_of(gateway),
        web=links["web"], choices=[(title_of(channel), links[channel]) for channel in order],
        first=bool(via) and via != "web", campaign=campaign, via=via,
    )  # fmt: skip


def _unknown(request: Request, pages: small_pages.Pages) -> HTTPResponse:
    gateway: Gateway = request.app.ctx.gateway
    language = small_pages.language_of(request)
    return pages.show("entry_unknown.html", language, status=404, clinic=gateway.clinic)
