"""Ways into a conversation: the address that opens each platform's app at us, with the campaign that brought it. Pure.

What an address needs is in settings, some of it only for this: MESSENGER_PAGE_NAME (else the page's id),
INSTAGRAM_USERNAME, WHATSAPP_NUMBER, TELEGRAM_BOT_NAME, LINE_BASIC_ID, VIBER_URI, X_USER_ID; SMS takes TWILIO_FROM.
Where a platform hands a `ref` back to us the campaign is in it; elsewhere it is in the first words, in brackets.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from frontdoor.settings import Settings

CAMPAIGN_MAX_CHARS = 48
_CAMPAIGN = re.compile(rf"[A-Za-z0-9_-]{{1,{CAMPAIGN_MAX_CHARS}}}")  # what every platform's ref can hold
_FIRST_WORDS = re.compile(rf"\s*(.{{0,60}}?)\s*\[([A-Za-z0-9_-]{{1,{CAMPAIGN_MAX_CHARS}}})\]\s*", re.DOTALL)
_DIGITS = re.compile(r"\d{6,15}")
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")


@dataclass(frozen=True)
class Entry:
    """One way in. *needs* names the settings of which one must be there; *make* writes the address."""

    needs: tuple[str, ...]
    make: Callable[[str, str, str], str]  # (who we are there, campaign, first words) -> address
    who: re.Pattern[str] = _NAME


def _messenger(name: str, campaign: str, words: str) -> str:
    return f"https://m.me/{name}?ref={campaign}"


def _instagram(name: str, campaign: str, words: str) -> str:
    return f"https://ig.me/m/{name.removeprefix('@')}?ref={campaign}"


def _whatsapp(number: str, campaign: str, words: str) -> str:
    return f"https://wa.me/{number}?text={quote(words, safe='')}"


def _telegram(name: str, campaign: str, words: str) -> str:
    return f"https://t.me/{name.removeprefix('@')}?start={campaign}"


def _sms(number: str, campaign: str, words: str) -> str:
    return f"sms:+{number}?&body={quote(words, safe='')}"  # "?&": iPhones and Androids both read it


def _line(name: str, campaign: str, words: str) -> str:
    return f"https://line.me/R/oaMessage/{quote('@' + name.removeprefix('@'), safe='')}/?{quote(words, safe='')}"


def _viber(name: str, campaign: str, words: str) -> str:
    return f"viber://pa?chatURI={name}&context={campaign}"


def _x(identifier: str, campaign: str, words: str) -> str:
    return f"https://x.com/messages/compose?recipient_id={identifier}&text={quote(words, safe='')}"


# Best first: what most visitors have comes first on the page.
ENTRIES: Mapping[str, Entry] = {
    "whatsapp": Entry(("WHATSAPP_NUMBER",), _whatsapp, _DIGITS),
    "messenger": Entry(("MESSENGER_PAGE_NAME", "MESSENGER_PAGE_ID"), _messenger),
    "instagram": Entry(("INSTAGRAM_USERNAME",), _instagram),
    "telegram": Entry(("TELEGRAM_BOT_NAME",), _telegram),
    "twilio": Entry(("TWILIO_FROM",), _sms, _DIGITS),
    "line": Entry(("LINE_BASIC_ID",), _line),
    "viber": Entry(("VIBER_URI",), _viber),
    "x": Entry(("X_USER_ID",), _x, _DIGITS),
}


def is_campaign(name: str) -> bool:
    """Tell whether *name* can be a campaign's: letters, digits, - and _, at most 48 of them."""
    return _CAMPAIGN.fullmatch(name) is not None


def links(settings: Settings, on: Mapping[str, object], campaign: str, hello: str) -> dict[str, str]:
    """Return the address of each channel of *on* that has one, by channel, best first; the web chat is the last.

    *hello* is what a person is taken to say first, where the platform wants words.
    """
    assert is_campaign(campaign)
    words = f"{hello} [{campaign}]"
    found = {}
    for channel, entry in ENTRIES.items():
        name, who = channel, _who(settings, entry)
        if channel == "twilio" and settings.text("TWILIO_FROM").startswith("whatsapp:"):
            entry = ENTRIES["whatsapp"]
        if channel in on and who:
            found[name] = entry.make(who, campaign, words)
    return {**found, "web": f"{settings.public_url}/?ref={campaign}"}


def missing(settings: Settings, channel: str) -> str:
    """Return the setting without which *channel* has no way in, or nothing."""
    entry = ENTRIES.get(channel)
    return "" if entry is None or _who(settings, entry) else entry.needs[0]


def short_link(settings: Settings, campaign: str, via: str = "") -> str:
    """Return the address for posters and places without a bot: it opens what suits the visitor."""
    return f"{settings.public_url}/go/{campaign}" + (f"?via={via}" if via else "")


def first_words(text: str) -> tuple[str, str] | None:
    """Read "Hello [campaign]", as our own addresses put it into a person's hands: the words and the campaign."""
    found = _FIRST_WORDS.fullmatch(text)
    return (found[1], found[2]) if found else None


def _who(settings: Settings, entry: Entry) -> str:
    """Return who we are on the platform, empty where it is not set or is no such name."""
    given = next((value for name in entry.needs if (value := settings.text(name))), "")
    if entry.who is _DIGITS:
        given = re.sub(r"[\s().+-]|^whatsapp:", "", given)
    return given if entry.who.fullmatch(given) else ""
