"""Messages as Send API calls. https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api"""

from typing import Any

from frontdoor.channels.contract import Call, Choice, Letter, Recipient
from frontdoor.channels.cutting import split
from frontdoor.channels.meta.sending import QUICK_REPLIES_MOST, Graph, message, quick_replies
from frontdoor.channels.numbered import with_numbers

TEXT_MOST = 1000  # UTF-8 bytes in one message


def calls(graph: Graph, letter: Letter, to: Recipient) -> list[Call]:
    """Return a letter's calls: the text in parts, quick replies under the last.

    Instagram shows quick replies on phones only, so the choices are also written out with their numbers. It takes no
    files but pictures: a file is its link.

    Raises:
        Window: Nothing may be written now.
    """
    pressable = [choice for choice in letter.choices if choice.payload]
    written = list(letter.choices)
    if letter.file_url:
        written.insert(0, Choice(letter.file_name or "⬇", url=letter.file_url))
    parts = split(with_numbers(letter.text, written), TEXT_MOST, "bytes")
    contents: list[dict[str, Any]] = [{"text": part} for part in parts]
    if contents and 0 < len(pressable) <= QUICK_REPLIES_MOST:
        contents[-1]["quick_replies"] = quick_replies(pressable, numbered=True)
    return [message(graph, to, content) for content in contents]
