"""The library's articles as pages: /library/<language>/<topic>."""

from datetime import datetime, timezone

from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import NotFound

from frontdoor.education import library
from frontdoor.education.numbers import region_numbers
from frontdoor.education.page import article_html
from frontdoor.gateway import assets
from frontdoor.settings import Settings

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
KEPT = "public, max-age=300"


def add_to(app: Sanic, settings: Settings, files: assets.Files) -> None:
    """Serve the articles that may be shown; the others are not there."""
    articles = library.load(settings.library_dir, region_numbers(settings.region))
    style = f'<link rel="stylesheet" href="{files.prefix}/article.css"></head>'

    @app.get("/library/<language:str>/<topic:str>")
    async def article(request: Request, language: str, topic: str) -> HTTPResponse:
        found = articles.get(language, topic, datetime.now(timezone.utc).date())
        if found is None:
            raise NotFound
        body = article_html(found).replace("</head>", style, 1)
        return HTTPResponse(
            body, content_type=assets.HTML, headers={"Content-Security-Policy": POLICY, "Cache-Control": KEPT}
        )
