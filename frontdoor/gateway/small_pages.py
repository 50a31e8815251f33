"""Pages of one card beside the chat: a one-time link, a campaign's choices. Without scripts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request

from frontdoor.gateway import assets, reading
from frontdoor.gateway.parts import Gateway
from frontdoor.safety.replies import numbers_of

HERE = Path(__file__).parent
PLAIN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
WITH_FORM = PLAIN.replace("form-action 'none'", "form-action 'self'")


@dataclass(frozen=True)
class Pages:
    """The pages, ready to be filled in."""

    templates: Environment
    texts: dict[str, dict[str, str]]  # by language
    static: str

    def show(self, name: str, language: str, *, status: int = 200, policy: str = PLAIN, **values: Any) -> HTTPResponse:
        """Return the page *name* in *language*."""
        language = language if language in self.texts else "en"
        body = self.templates.get_template(name).render(
            language=language, t=self.texts[language], static=self.static, **values
        )
        # Our own server may see where a form was sent from (older browsers say nothing else), others may not.
        own = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
        return HTTPResponse(body, status=status, content_type=assets.HTML, headers=own)


def load(files: assets.Files) -> Pages:
    """Read templates and texts."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    texts = yaml.safe_load((HERE / "wording" / "small_pages.yml").read_text(encoding="utf-8"))
    return Pages(templates, texts, files.prefix)


def language_of(request: Request) -> str:
    """Return the language for a visitor of whom only the browser is known."""
    gateway: Gateway = request.app.ctx.gateway
    return reading.preferred_language(request.headers.get("accept-language", ""), gateway.settings.language)


def emergency_of(gateway: Gateway) -> str:
    """Return the number to dial in an emergency, empty where there is none known."""
    number = numbers_of(gateway.settings.region).get("emergency")
    return number.dial if number else ""
