"""Messenger, played."""

from pathlib import Path

from tests.channels.meta_case import APP_SECRET, META_APP_ID, TOKEN, VERIFY_TOKEN, InboxCase


class MessengerCase(InboxCase):
    """One page."""

    name = "messenger"
    folder = Path(__file__).parent
    object = "page"
    account = "10455"
    settings = {  # noqa: RUF012
        "MESSENGER_APP_SECRET": APP_SECRET, "MESSENGER_VERIFY_TOKEN": VERIFY_TOKEN, "MESSENGER_PAGE_ID": "10455",
        "MESSENGER_PAGE_TOKEN": TOKEN, "META_APP_ID": META_APP_ID,
    }  # fmt: skip
