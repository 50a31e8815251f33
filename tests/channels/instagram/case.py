"""Instagram, played; without our app's id, so that echoes are told apart by what we sent."""

from pathlib import Path

from tests.channels.meta_case import APP_SECRET, TOKEN, VERIFY_TOKEN, InboxCase


class InstagramCase(InboxCase):
    """One account."""

    name = "instagram"
    folder = Path(__file__).parent
    object = "instagram"
    account = "17841"
    settings = {  # noqa: RUF012
        "INSTAGRAM_APP_SECRET": APP_SECRET, "INSTAGRAM_VERIFY_TOKEN": VERIFY_TOKEN, "INSTAGRAM_ACCOUNT_ID": "17841",
        "INSTAGRAM_ACCESS_TOKEN": TOKEN,
    }  # fmt: skip
