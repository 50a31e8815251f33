"""Messages as Send API calls. https://developers.facebook.com/docs/messenger-platform/reference/send-api"""

import re
from typing import Any

from frontdoor.channels.contract import Call, Choice, Letter, Recipient
from frontdoor.channels.cutting import shorten, split
from frontdoor.channels.meta.messaging import OURS
from frontdoor.channels.meta.sending import QUICK_REPLIES_MOST, TITLE_MOST_CHARS, Graph, message, quick_replies
from frontdoor.channels.numbered import with_numbers

TEXT_MOST = 2000  # characters in one message
TEMPLATE_TEXT_MOST = 640  # characters over the buttons of a template
TEMPLATE_BUTTONS_MOST = 3
PHONE = re.compile(r"tel:(\+[0-9]{5,15})")


def calls(graph: Graph, letter: Letter, to: Recipient) -> list[Call]:
    """Return a letter's calls: the text in parts, links and quick replies under the last, then the file.

    Raises:
        Window: Nothing may be written now.
    """
    pressable = [choice for choice in letter.choices if choice.payload]
    links = [choice for choice in letter.choices if choice.url]
    buttons = [_button(choice) for choice in links]
    if None in buttons or len(buttons) > TEMPLATE_BUTTONS_MOST:
        buttons = []
    fits = all(len(choice.title) <= TITLE_MOST_CHARS for choice in pressable)
    shown = fits and len(pressable) <= QUICK_REPLIES_MOST
    written = ([] if buttons else links) + ([] if shown else pressable)
    parts = split(with_numbers(letter.text, written) or ("…" if letter.choices else ""), TEXT_MOST)
    if parts and buttons and len(parts[-1]) > TEMPLATE_TEXT_MOST:
        parts[-1:] = split(parts[-1], TEMPLATE_TEXT_MOST)
    contents: list[dict[str, Any]] = [{"text": part} for part in parts]
    if contents and buttons:
        contents[-1] = _template("button", text=parts[-1], buttons=buttons)
    if contents and 0 < len(pressable) <= QUICK_REPLIES_MOST:
        contents[-1]["quick_replies"] = quick_replies(pressable, numbered=not shown)
    if letter.file_url:
        contents.append({"attachment": {"type": "file", "payload": {"url": letter.file_url, "is_reusable": False}}})
    return [message(graph, to, {**content, "metadata": OURS}) for content in contents]


def _template(kind: str, **payload: Any) -> dict[str, Any]:
    return {"attachment": {"type": "template", "payload": {"template_type": kind, **payload}}}


def _button(choice: Choice) -> dict[str, str] | None:
    """Return a link as a button; None where it can only be written out."""
    title = shorten(choice.title, TITLE_MOST_CHARS)
    if choice.url.startswith("https://"):
        return {"type": "web_url", "title": title, "url": choice.url}
    phone = PHONE.fullmatch(choice.url)
    return {"type": "phone_number", "title": title, "payload": phone[1]} if phone else None
