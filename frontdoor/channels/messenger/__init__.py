"""Messenger: webhooks of one Facebook page in, Send API calls out.

API: https://developers.facebook.com/docs/messenger-platform
Authenticity: X-Hub-Signature-256, HMAC-SHA256 of the raw body with the app's secret.
"""

from frontdoor.channels.contract import Call, Letter, Limits, Recipient
from frontdoor.channels.messenger.render import TEXT_MOST, calls
from frontdoor.channels.meta.inboxes import MetaInbox
from frontdoor.channels.meta.sending import QUICK_REPLIES_MOST, TITLE_MOST_CHARS
from frontdoor.settings import Settings

SETTINGS = ("MESSENGER_APP_SECRET", "MESSENGER_VERIFY_TOKEN", "MESSENGER_PAGE_ID", "MESSENGER_PAGE_TOKEN")


class Messenger(MetaInbox):
    """One page."""

    name = "messenger"
    limits = Limits(
        text_most=TEXT_MOST, window_hours=24, staff_window_hours=7 * 24, ad_window_hours=7 * 24,
        per_second=100, buttons_most=QUICK_REPLIES_MOST, title_most_chars=TITLE_MOST_CHARS,
    )  # fmt: skip

    def __init__(self, settings: Settings) -> None:
        base = settings.text("MESSENGER_API_BASE") or "https://graph.facebook.com"
        super().__init__(settings, SETTINGS, "page", base)

    def render(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return the calls that show *letter*."""
        return calls(self.graph, letter, to)
