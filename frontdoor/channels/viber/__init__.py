"""Viber: callbacks of one bot in, REST calls out.

API: https://developers.viber.com/docs/api/rest-bot-api/
Authenticity: X-Viber-Content-Signature, HMAC-SHA256 of the raw body with the bot's token.
"""

from frontdoor import clinic
from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import Answer, Call, Event, Letter, Limits, Outcome, Recipient, Reply, WebRequest
from frontdoor.channels.signatures import hex_hmac, same
from frontdoor.channels.viber.parse import parse
from frontdoor.channels.viber.render import ROWS_MOST, TEXT_MOST, TITLE_MOST_CHARS, Api, judge
from frontdoor.settings import Settings

SETTINGS = ("VIBER_AUTH_TOKEN",)
SIGNATURE_HEADER = "x-viber-content-signature"
EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")


class Viber:
    """One bot."""

    name = "viber"
    account = "bot"  # one token, one bot
    limits = Limits(
        text_most=TEXT_MOST, window_hours=24, per_second=20, buttons_most=ROWS_MOST, title_most_chars=TITLE_MOST_CHARS
    )

    def __init__(self, settings: Settings) -> None:
        self.token = settings.text("VIBER_AUTH_TOKEN")
        self.secrets = (self.token,)
        sender = settings.text("VIBER_SENDER_NAME") or clinic.load(settings.clinic_file).name
        self.api = Api(settings.text("VIBER_API_BASE") or "https://chatapi.viber.com", self.token, sender)

    def handshake(self, request: WebRequest) -> Answer | None:
        """Viber's question is a signed callback like any other."""
        return None

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the signature."""
        return same(request.headers.get(SIGNATURE_HEADER), hex_hmac(self.token, request.body))

    def parse(self, request: WebRequest) -> list[Event]:
        """Read one callback."""
        return parse(read_json(request))

    def acknowledge(self) -> Answer:
        """An empty 200."""
        return Answer()

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the send_message calls."""
        return self.api.messages(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """Viber shows no typing of bots."""
        return []

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read the status."""
        return judge(reply)

    def check(self) -> Call:
        """Ask which bot we are."""
        return self.api.call("get_account_info", {})

    def register(self, webhook_url: str) -> list[Call]:
        """Have callbacks sent to *webhook_url*; Viber asks it at once."""
        return [self.api.call("set_webhook", {"url": webhook_url, "event_types": list(EVENTS), "send_name": True})]
