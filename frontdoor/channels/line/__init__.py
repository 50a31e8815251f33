"""LINE: Messaging API webhooks in, reply and push calls out.

API: https://developers.line.biz/en/reference/messaging-api/
Authenticity: base64 of HMAC-SHA256 over the raw body, under the channel secret.
An answer within a minute goes out on the reply token, which costs nothing; all else is a push under a retry key, so
that the same push twice is one message.
"""

from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import Answer, Call, Event, Letter, Limits, Outcome, Recipient, Reply, WebRequest
from frontdoor.channels.line.parse import parse
from frontdoor.channels.line.render import QUICK_REPLIES_MOST, TEXT_MOST, TITLE_MOST, Api, judge
from frontdoor.channels.signatures import base64_hmac, same
from frontdoor.settings import Settings

SIGNATURE_HEADER = "x-line-signature"
SETTINGS = ("LINE_CHANNEL_SECRET", "LINE_ACCESS_TOKEN")


class Line:
    """One official account."""

    name = "line"
    account = "account"
    limits = Limits(
        text_most=TEXT_MOST, unit="utf16", per_second=100, buttons_most=QUICK_REPLIES_MOST, title_most_chars=TITLE_MOST
    )

    def __init__(self, settings: Settings) -> None:
        self.secret, token = settings.text("LINE_CHANNEL_SECRET"), settings.text("LINE_ACCESS_TOKEN")
        self.secrets = (self.secret, token)
        self.api = Api(settings.text("LINE_API_BASE") or "https://api.line.me", token)

    def handshake(self, request: WebRequest) -> Answer | None:
        """The console's "Verify" is a signed webhook without events."""
        return None

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the signature."""
        return same(request.headers.get(SIGNATURE_HEADER), base64_hmac(self.secret, request.body))

    def parse(self, request: WebRequest) -> list[Event]:
        """Read one webhook."""
        return parse(read_json(request))

    def acknowledge(self) -> Answer:
        """An empty 200."""
        return Answer()

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls, five messages in each at the most."""
        return self.api.letter(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """Show the loading sign until an answer comes."""
        return [self.api.loading(to)]

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read the status."""
        return judge(call, reply)

    def check(self) -> Call:
        """Ask who we are."""
        return self.api.call("GET", "info")

    def register(self, webhook_url: str) -> list[Call]:
        """Have webhooks sent to *webhook_url*; "Use webhook" is switched on in the console."""
        return [self.api.call("PUT", "channel/webhook/endpoint", {"endpoint": webhook_url})]
