"""Instagram: webhooks of one professional account in, Send API calls out.

API: https://developers.facebook.com/docs/instagram-platform
Authenticity: X-Hub-Signature-256, HMAC-SHA256 of the raw body with the app's secret.
Tokens of Instagram Login last sixty days: https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
"""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from frontdoor.channels.abilities import Tokens
from frontdoor.channels.contract import Call, Failed, Letter, Limits, Recipient, Reply
from frontdoor.channels.instagram.render import TEXT_MOST, calls
from frontdoor.channels.meta.inboxes import MetaInbox
from frontdoor.channels.meta.reading import text
from frontdoor.channels.meta.sending import QUICK_REPLIES_MOST, TITLE_MOST_CHARS
from frontdoor.settings import Settings

SETTINGS = ("INSTAGRAM_APP_SECRET", "INSTAGRAM_VERIFY_TOKEN", "INSTAGRAM_ACCOUNT_ID", "INSTAGRAM_ACCESS_TOKEN")


class Instagram(MetaInbox):
    """One account."""

    name = "instagram"
    renews_after_seconds = 25 * 3600.0  # a younger one than a day is not renewed
    limits = Limits(
        text_most=TEXT_MOST, unit="bytes", window_hours=24, staff_window_hours=7 * 24, ad_window_hours=7 * 24,
        per_second=100, buttons_most=QUICK_REPLIES_MOST, title_most_chars=TITLE_MOST_CHARS,
    )  # fmt: skip

    def __init__(self, settings: Settings) -> None:
        base = settings.text("INSTAGRAM_API_BASE") or "https://graph.instagram.com"
        super().__init__(settings, SETTINGS, "instagram", base)
        self.given = Tokens(self.graph.token)

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*."""
        return calls(self.graph, letter, to)

    def renewal(self, tokens: Tokens) -> Call | None:
        """Ask for another sixty days. Tokens of pages, which Facebook Login gives, do not end."""
        if urlsplit(self.graph.base).hostname == "graph.facebook.com":
            return None
        query = urlencode({"grant_type": "ig_refresh_token", "access_token": tokens.access})
        return Call(f"{self.graph.base}/refresh_access_token?{query}", method="GET")

    def read_renewal(self, tokens: Tokens, reply: Reply) -> Tokens | Failed:
        """Read the token that goes on."""
        fresh, lasts = text(reply.body, "access_token"), reply.body.get("expires_in")
        if reply.status // 100 == 2 and fresh:
            return Tokens(fresh, lasts_seconds=lasts if isinstance(lasts, int) else None)
        outcome = self.judge(Call(""), reply)
        return outcome if isinstance(outcome, Failed) else Failed("unknown", f"{reply.status}")

    def use(self, tokens: Tokens) -> None:
        """Call with *tokens*."""
        self.graph = replace(self.graph, token=tokens.access)
        self.secrets = (*self.secrets, tokens.access)
