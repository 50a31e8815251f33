"""Twilio: SMS, and WhatsApp through Twilio. Webhook forms in, REST calls out.

API: https://www.twilio.com/docs/messaging
Authenticity: X-Twilio-Signature, over the public address and all parameters (signature.py).
A WhatsApp sender keeps Twilio's own form, `whatsapp:+1…`, as address: the two are different senders with different
windows. Typing signs are not sent: Twilio keeps them out of what its HIPAA agreement covers.
"""

from collections.abc import Mapping
from typing import Any

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
from frontdoor.channels.twilio import templates
from frontdoor.channels.twilio.parse import fields, parse
from frontdoor.channels.twilio.render import TEXT_MOST, WHATSAPP, Api, judge
from frontdoor.channels.twilio.signature import is_signed
from frontdoor.settings import Settings

SETTINGS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")


class Twilio:
    """One account, with a number or a messaging service to send from."""

    name = "twilio"
    limits = Limits(text_most=TEXT_MOST, unit="utf16", per_second=10, window_hours=24, window_only_for=WHATSAPP)

    def __init__(self, settings: Settings) -> None:
        self.account, self.token = settings.text("TWILIO_ACCOUNT_SID"), settings.text("TWILIO_AUTH_TOKEN")
        self.secrets = (self.token,)
        self.api = Api(
            base=settings.text("TWILIO_API_BASE") or "https://api.twilio.com",
            account=self.account,
            token=self.token,
            sender=settings.text("TWILIO_FROM"),
            whatsapp_sender=settings.text("TWILIO_WHATSAPP_FROM"),
            reports_to=f"{settings.public_url}/webhooks/twilio/status",
            template=settings.text("TWILIO_CONTENT_SID"),
        )
        given = settings.text("TWILIO_CONTENT_API_BASE") or settings.text("TWILIO_API_BASE")
        self.content_base = given or "https://content.twilio.com"

    def handshake(self, request: WebRequest) -> Answer | None:
        """Twilio asks nothing."""
        return None

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the signature."""
        return is_signed(request, self.token)

    def parse(self, request: WebRequest) -> list[Event]:
        """Read a message or a delivery report."""
        return parse(fields(request), self.account)

    def acknowledge(self) -> Answer:
        """No answer in the answer: what we say goes out through the outbox."""
        return Answer(body="<Response/>", content_type="text/xml")

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls, one for each part of the text."""
        return self.api.letter(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """Nothing: see the top."""
        return []

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read the code."""
        return judge(call, reply)

    def templates(self) -> Call | None:
        """Ask for the account's content templates."""
        url = f"{self.content_base}{templates.PATH}?PageSize={templates.MOST}"
        return Call(url, headers=self.api.login(), method="GET")

    def read_templates(self, body: Mapping[str, Any]) -> list[Template] | None:
        """Read those that WhatsApp has approved."""
        return templates.read(body)

    def check(self) -> Call:
        """Ask for the account."""
        return self.api.call("", method="GET")

    def register(self, webhook_url: str) -> list[Call]:
        """Nothing: the address is given in Twilio's console, to each number."""
        return []
