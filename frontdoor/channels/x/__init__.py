"""X: direct messages of one account in and out.

API: https://docs.x.com/x-api/activity/introduction (in), https://docs.x.com/x-api/direct-messages (out)
Authenticity: x-twitter-webhooks-signature, base64 of HMAC-SHA256 of the raw body with the app's consumer secret. X
asks the address every hour (CRC). Chats that X encrypts cannot be read here.
"""

import json
import re

from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import Answer, Call, Event, Letter, Limits, Outcome, Recipient, Reply, WebRequest
from frontdoor.channels.signatures import base64_hmac, same
from frontdoor.channels.x.parse import parse
from frontdoor.channels.x.render import TEXT_MOST, Api, judge
from frontdoor.settings import Settings

SETTINGS = ("X_CONSUMER_SECRET", "X_ACCESS_TOKEN")
SIGNATURE_HEADER = "x-twitter-webhooks-signature"
# No more than this is signed for whoever asks: with a brace in it, the answer would be the signature of a webhook.
CHALLENGE = re.compile(r"[A-Za-z0-9+/=_.~ -]{1,200}")


class X:
    """One account."""

    name = "x"
    limits = Limits(text_most=TEXT_MOST, per_second=1)

    def __init__(self, settings: Settings) -> None:
        self.user_id = settings.text("X_USER_ID")
        self.account = self.user_id or "account"
        self.consumer_secret, token = settings.text("X_CONSUMER_SECRET"), settings.text("X_ACCESS_TOKEN")
        self.secrets = (self.consumer_secret, token)
        self.api = Api(settings.text("X_API_BASE") or "https://api.x.com", token)

    def handshake(self, request: WebRequest) -> Answer | None:
        """Answer the challenge (CRC) with its signature."""
        if request.method != "GET":
            return None
        challenge = request.query.get("crc_token", "")
        if not CHALLENGE.fullmatch(challenge):
            return Answer(403)
        token = base64_hmac(self.consumer_secret, challenge.encode())
        return Answer(200, json.dumps({"response_token": f"sha256={token}"}), "application/json")

    def is_authentic(self, request: WebRequest) -> bool:
        """Check the app's signature."""
        return same(request.headers.get(SIGNATURE_HEADER), f"sha256={base64_hmac(self.consumer_secret, request.body)}")

    def parse(self, request: WebRequest) -> list[Event]:
        """Read one webhook."""
        return parse(read_json(request), self.user_id)

    def acknowledge(self) -> Answer:
        """An empty 200."""
        return Answer()

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*."""
        return self.api.messages(letter, to)

    def typing(self, to: Recipient) -> list[Call]:
        """X shows no typing of apps."""
        return []

    def judge(self, call: Call, reply: Reply) -> Outcome:
        """Read the status."""
        return judge(reply)

    def check(self) -> Call:
        """Ask who we are."""
        return self.api.call("users/me", None)

    def register(self, webhook_url: str) -> list[Call]:
        """Nothing: webhooks need the app's own token, and are set in X's console."""
        return []
