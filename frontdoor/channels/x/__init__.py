"""X: direct messages of one account in and out.

API: https://docs.x.com/x-api/activity/introduction (in), https://docs.x.com/x-api/direct-messages (out),
https://docs.x.com/x-api/webhooks/quickstart (where to)
Authenticity: x-twitter-webhooks-signature, base64 of HMAC-SHA256 of the raw body with the app's consumer secret. X
asks the address every hour (CRC). Chats that X encrypts cannot be read here.
"""

import base64
import json
import re
from dataclasses import replace
from typing import Any

from frontdoor.channels.abilities import Tokens
from frontdoor.channels.bodies import read_json
from frontdoor.channels.contract import (
    Answer,
    Call,
    Event,
    Failed,
    Letter,
    Limits,
    Outcome,
    Recipient,
    Reply,
    WebRequest,
)
from frontdoor.channels.meta.reading import inner, items, number, text
from frontdoor.channels.signatures import base64_hmac, same
from frontdoor.channels.x.parse import parse
from frontdoor.channels.x.render import TEXT_MOST, TOO_MANY, Api, judge
from frontdoor.settings import Settings

SETTINGS = ("X_CONSUMER_SECRET", "X_ACCESS_TOKEN")
SUBSCRIPTIONS, SUBSCRIBED = "activity/subscriptions", ("dm.received", "dm.sent")
SIGNATURE_HEADER = "x-twitter-webhooks-signature"
# No more than this is signed for whoever asks: with a brace in it, the answer would be the signature of a webhook.
CHALLENGE = re.compile(r"[A-Za-z0-9+/=_.~ -]{1,200}")


class X:
    """One account."""

    name = "x"
    register_needs = "X_BEARER_TOKEN and X_USER_ID"
    renews_after_seconds = 0.0  # it lasts two hours, and nobody knows since when
    limits = Limits(text_most=TEXT_MOST, per_second=1)

    def __init__(self, settings: Settings) -> None:
        self.user_id = settings.text("X_USER_ID")
        self.account = self.user_id or "account"
        self.consumer_secret, token = settings.text("X_CONSUMER_SECRET"), settings.text("X_ACCESS_TOKEN")
        self.given = Tokens(token, settings.text("X_REFRESH_TOKEN"))
        self.client = settings.text("X_CLIENT_ID"), settings.text("X_CLIENT_SECRET")
        self.app_token = settings.text("X_BEARER_TOKEN")
        given = (self.consumer_secret, token, self.given.refresh, self.client[1], self.app_token)
        self.secrets = tuple(filter(None, given))
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
        """Ask which webhooks the app has; nothing without the app's own token, which sets them, and an account."""
        return [self._as_app("webhooks", None)] if self.app_token and self.user_id else []

    def register_next(self, call: Call, reply: Reply, webhook_url: str) -> list[Call]:
        """Set our webhook, or have X ask it again where it is set; then have direct messages sent to it.

        X asks the address (CRC) before it answers. The messages of an account are private: its own token subscribes.
        """
        path, asked = call.url.rpartition("/2/")[2], call.method == "GET"
        if path == "webhooks" and asked:
            ours = next((text(one, "id") for one in items(reply.body, "data") if text(one, "url") == webhook_url), "")
            if not ours:
                return [self._as_app("webhooks", {"url": webhook_url})]
            return [replace(self._as_app(f"webhooks/{ours}", {}), method="PUT"), *self._look(ours)]
        if path == "webhooks":
            return self._look(text(inner(reply.body, "data"), "id"))
        route, _, webhook = path.partition("#")
        return self._subscribed(webhook, items(reply.body, "data")) if route == SUBSCRIPTIONS and asked else []

    def _look(self, webhook: str) -> list[Call]:
        """Ask what comes to *webhook* already; the part behind # is ours and is not sent."""
        return [self._as_app(f"{SUBSCRIPTIONS}#{webhook}", None)] if webhook else []

    def _subscribed(self, webhook: str, known: list[Any]) -> list[Call]:
        """Return the calls after which direct messages, ours and theirs, come to *webhook*."""
        there = {
            text(one, "event_type")
            for one in known
            if text(one, "webhook_id") == webhook and number(inner(one, "filter"), "user_id") == self.user_id
        }
        person = {"user_id": self.user_id}
        return [
            self.api.call(SUBSCRIPTIONS, {"event_type": kind, "filter": person, "webhook_id": webhook})
            for kind in SUBSCRIBED
            if kind not in there
        ]

    def _as_app(self, path: str, body: dict[str, str] | None) -> Call:
        return replace(self.api, token=self.app_token).call(path, body)

    def renewal(self, tokens: Tokens) -> Call | None:
        """Ask for the next two hours, where there is a refresh token and we know which app we are."""
        id_, secret = self.client
        if not id_ or not tokens.refresh:
            return None
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh, "client_id": id_}
        login = base64.b64encode(f"{id_}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"} if secret else {}
        return Call(f"{self.api.base}/2/oauth2/token", form=form, headers=headers)

    def read_renewal(self, tokens: Tokens, reply: Reply) -> Tokens | Failed:
        """Read both tokens: a refresh token works once."""
        fresh, lasts = text(reply.body, "access_token"), reply.body.get("expires_in")
        if reply.status // 100 == 2 and fresh:
            refresh = text(reply.body, "refresh_token") or tokens.refresh
            return Tokens(fresh, refresh, lasts if isinstance(lasts, int) else None)
        if reply.status // 100 == 4 and reply.status != TOO_MANY:
            return Failed("token", f"{reply.status}")
        return Failed("retry", f"{reply.status}")

    def use(self, tokens: Tokens) -> None:
        """Call with *tokens*."""
        self.api = replace(self.api, token=tokens.access)
        self.secrets = (*self.secrets, tokens.access, tokens.refresh)
