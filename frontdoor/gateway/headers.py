"""What browsers are told about every answer: trust nothing, keep nothing, tell nobody."""

from sanic import HTTPResponse, Request, Sanic

from frontdoor.settings import Settings

USUAL = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cache-Control": "no-store",
}
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}


def add_to(app: Sanic, settings: Settings) -> None:
    """Put the usual headers on every answer that does not say otherwise."""
    usual = USUAL | (TRANSPORT if settings.public_url.startswith("https://") else {})

    @app.on_response
    async def secure(request: Request, response: HTTPResponse) -> None:
        for name, value in usual.items():
            response.headers.setdefault(name, value)
