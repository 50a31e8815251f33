"""WhatsApp: Cloud API webhooks of one number in, Cloud API calls out.

API: https://developers.facebook.com/docs/whatsapp/cloud-api
Authenticity: X-Hub-Signature-256, HMAC-SHA256 of the raw body with the app's secret.
"""

from collections.abc import Mapping
from typing import Any

from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import (
    Answer,
    Call,
    Event,
    Letter,
    Limits,
    Outcome,
    Recipient,
    Reply,
    Template,
    WebRequest,
)
from frontdoor.channels.meta import webhook
from frontdoor.channels.meta.errors import judge
from frontdoor.channels.meta.sending import Graph
from frontdoor.channels.whatsapp import templates
from frontdoor.channels.whatsapp.parse import parse
from frontdoor.channels.whatsapp.render import ROW_MOST_CHARS, ROWS_MOST, TEXT_MOST, Number
from frontdoor.settings import Settings

SETTINGS = ("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_ACCESS_TOKEN")


class WhatsApp:
    """One number."""

    name = "whatsapp"
    limits = Limits(
        text_most=TEXT_MOST,
        window_hours=24,
        per_second=60,
        person_seconds=6,
        person_burst=40,
        buttons_most=ROWS_MOST,
        title_most_chars=ROW_MOST_CHARS,
    )

    def __init__(self, settings: Settings) -> None:
        token = settings.text("WHATSAPP_ACCESS_TOKEN")
        self.account = settings.text("WHATSAPP_PHONE_NUMBER_ID")
        self.app_secret = settings.text("WHATSAPP_APP_SECRET")
        self.verify_token = settings.text("WHATSAPP_VERIFY_TOKEN")
        self.secrets = (token, self.app_secret, self.verify_token)
        graph = Graph(settings.text("WHATSAPP_API_BASE") or "https://graph.facebook.com", token, self.app_secret)
        template, language = settings.text("WHATSAPP_TEMPLATE"), settings.text("WHATSAPP_TEMPLATE_LANGUAGE")
        self.number = Number(graph, self.account, template, language)
        self.business_account = settings.text("WHATSAPP_BUSINESS_ACCOUNT_ID")

    def handshake(self, request: WebRequest) -> Answer | None:
        """Answer Meta's GET."""
        return webhook.handshake(request, self.verify_token)

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the app's signature."""
        return webhook.is_authentic(request, self.app_secret)

    def parse(self, request: WebRequest) -> list[Event]:
        """Read every change."""
        return parse(read_json(request), self.account)

    def acknowledge(self) -> Answer:
        """An empty 200."""
        return Answer()

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*."""
        return self.number.letter(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """Mark as read, show "typing…"."""
        return self.number.typing(to)

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read Meta's numbers."""
        return judge(reply)

    def templates(self) -> Call | None:
        """Ask for the templates of the business account, where it is known."""
        if not self.business_account:
            return None
        path = f"{self.business_account}/message_templates"
        return self.number.graph.call(path, None, fields=templates.FIELDS, limit=templates.MOST)

    def read_templates(self, body: Mapping[str, Any]) -> list[Template] | None:
        """Read those that staff can fill."""
        return templates.read(body)

    def check(self) -> Call:
        """Ask which number we are."""
        return self.number.graph.call(self.account, None, fields="id")

    def register(self, webhook_url: str) -> list[Call]:
        """Nothing: the address is set in the app's pages at Meta."""
        return []
