"""The patient's page, and the files that it shows with. Nothing of it comes from elsewhere."""

import logging
from functools import partial
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request, Sanic

from frontdoor.gateway import assets, reading
from frontdoor.gateway.parts import Gateway
from frontdoor.safety.replies import numbers_of
from frontdoor.settings import Settings, SettingsError

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)

log = logging.getLogger(__name__)


def add_to(app: Sanic, settings: Settings, files: assets.Files) -> None:
    """Serve the page at `/`, and `/embed.js` where the clinic allows embedding.

    Raises:
        SettingsError: FRONTDOOR_EMBED_ORIGINS cannot be used.
    """
    ancestors = " ".join(embed_origins(settings)) or "'none'"
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    show = partial(_page, template=templates.get_template("page.html"), files=files, ancestors=ancestors)
    app.add_route(show, "/", name="page")
    if ancestors != "'none'":
        _serve_embed(app, files)


def embed_origins(settings: Settings) -> list[str]:
    """Return the sites that may show the chat in a frame."""
    origins = settings.text("FRONTDOOR_EMBED_ORIGINS").split()
    for origin in origins:
        if not origin.startswith("https://") or set(origin) & set(";,'\"") or origin.count("/") != 2:
            raise SettingsError("FRONTDOOR_EMBED_ORIGINS takes addresses such as https://clinic.example, with blanks.")
    return origins


def texts(language: str) -> dict[str, str]:
    """Return what the page says in *language*."""
    return dict(yaml.safe_load((HERE / "wording" / f"{language}.yml").read_text(encoding="utf-8")))


async def _page(request: Request, *, template: object, files: assets.Files, ancestors: str) -> HTTPResponse:
    gateway: Gateway = request.app.ctx.gateway
    if not files.complete:
        log.error("the chat page is not installed: run `npm ci`")
        return HTTPResponse(f"The chat is not installed here. Call {gateway.clinic.phone}.", status=503)
    given = request.args.get("language")
    accepted = request.headers.get("accept-language", "")
    language = given if given in reading.LANGUAGES else reading.preferred_language(accepted, gateway.settings.language)
    number = numbers_of(gateway.settings.region).get("emergency")
    body = template.render(  # type: ignore[attr-defined]
        clinic=gateway.clinic,
        language=language,
        campaign=reading.campaign_name(request.args.get("ref")) or "",
        emergency=number.dial if number else "",
        most_chars=gateway.settings.chat_text_max_chars,
        texts={code: texts(code) for code in reading.LANGUAGES},
        static=files.prefix,
        framed=request.args.get("frame") == "1",
    )
    policy = POLICY.format(ancestors=ancestors)
    own = {"Content-Security-Policy": policy, "Vary": "Accept-Language"}
    return HTTPResponse(body, content_type=assets.HTML, headers=own)


def _serve_embed(app: Sanic, files: assets.Files) -> None:
    """Serve the script that puts the chat in a frame on the clinic's own site."""

    @app.get("/embed.js")
    async def embed(request: Request) -> HTTPResponse:
        body = files.content["embed.js"].body
        kept = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return HTTPResponse(body, content_type=assets.TYPES[".js"], headers=kept)
