"""Instagram: webhooks of one professional account in, Send API calls out.

API: https://developers.facebook.com/docs/instagram-platform
Authenticity: X-Hub-Signature-256, HMAC-SHA256 of the raw body with the app's secret.
"""

from frontdoor.channels.contract import Call, Letter, Limits, Recipient
from frontdoor.channels.instagram.render import TEXT_MOST, calls
from frontdoor.channels.meta.inboxes import MetaInbox
from frontdoor.channels.meta.sending import QUICK_REPLIES_MOST, TITLE_MOST_CHARS
from frontdoor.settings import Settings

SETTINGS = ("INSTAGRAM_APP_SECRET", "INSTAGRAM_VERIFY_TOKEN", "INSTAGRAM_ACCOUNT_ID", "INSTAGRAM_ACCESS_TOKEN")


class Instagram(MetaInbox):
    """One account."""

    name = "instagram"
    limits = Limits(
        text_most=TEXT_MOST, unit="bytes", window_hours=24, staff_window_hours=7 * 24, per_second=100,
        buttons_most=QUICK_REPLIES_MOST, title_most_chars=TITLE_MOST_CHARS,
    )  # fmt: skip

    def __init__(self, settings: Settings) -> None:
        base = settings.text("INSTAGRAM_API_BASE") or "https://graph.instagram.com"
        super().__init__(settings, SETTINGS, "instagram", base)

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*."""
        return calls(self.graph, letter, to)
