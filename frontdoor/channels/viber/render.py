"""Messages as Viber calls, and what the answers mean. https://developers.viber.com/docs/api/rest-bot-api/#send-message"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, ErrorClass, Failed, Letter, Outcome, Recipient, Reply, Sent
from frontdoor.channels.cutting import shorten, split
from frontdoor.channels.meta.reading import number
from frontdoor.channels.numbered import with_numbers

TEXT_MOST = 7000  # characters in one message
JSON_MOST_BYTES = 24_000  # of its text as JSON: Viber takes 30 kB in all
WIDE_TEXT_MOST = 2000  # characters, each of which may need 12 bytes in JSON
ROWS_MOST = 24
TITLE_MOST_CHARS = 80  # ours: longer ones do not fit a button
NAME_MOST_CHARS = 28
LEAST_API_VERSION = 6  # from which a press does not show the id of its button
# Those of a person who is not reached stop, until they write (whoever has not subscribed, 6, does so by writing);
# those of our account need an operator.
STATUSES: Mapping[int, ErrorClass] = {
    2: "token", 5: "stopped", 6: "stopped", 7: "stopped", 12: "retry", 8: "config", 9: "config", 10: "config",
    15: "config", 21: "config", 23: "config", 24: "config",
}  # fmt: skip
TOO_MANY = 429


@dataclass(frozen=True)
class Api:
    """Where and as whom we call."""

    base: str
    token: str
    sender: str

    def call(self, method: str, body: dict[str, Any]) -> Call:
        """Return one call."""
        return Call(f"{self.base}/pa/{method}", json=body, headers={"X-Viber-Auth-Token": self.token})

    def messages(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls: the text in parts, the keyboard with the last."""
        pressable = [choice for choice in letter.choices if choice.payload]
        shown = len(pressable) <= ROWS_MOST and all(len(choice.title) <= TITLE_MOST_CHARS for choice in pressable)
        written = [choice for choice in letter.choices if choice.url] + ([] if shown else pressable)
        if letter.file_url:
            written.insert(0, Choice(letter.file_name or "⬇", url=letter.file_url))
        bodies: list[dict[str, Any]] = [
            {"type": "text", "text": part}
            for part in _parts(with_numbers(letter.text, written) or ("…" if letter.choices else ""))
        ]
        if bodies and 0 < len(pressable) <= ROWS_MOST:
            bodies[-1] |= {"keyboard": _keyboard(pressable), "min_api_version": LEAST_API_VERSION}
        sender = {"name": shorten(self.sender, NAME_MOST_CHARS)}
        return [self.call("send_message", {"receiver": to.address, "sender": sender, **body}) for body in bodies]


def judge(reply: Reply) -> Outcome:
    """Read the status in an answer; over HTTP it is always 200."""
    if reply.status == TOO_MANY or reply.status >= 500:
        return Failed("retry", f"{reply.status}", reply.retry_after_seconds)
    status = reply.body.get("status")
    if isinstance(status, bool) or not isinstance(status, int):
        if reply.status // 100 == 2:
            return Failed("unknown", f"{reply.status}")
        return Failed("token" if reply.status == 401 else "content", f"{reply.status}")
    if status == 0:
        return Sent(number(reply.body, "message_token"))
    error = STATUSES.get(status, "content")
    return Failed(error, f"{status}", reply.retry_after_seconds, everyone=error == "retry")


def _parts(text: str) -> list[str]:
    """Cut *text* by characters, and finer where it would be too many bytes as JSON."""
    return [
        piece
        for part in split(text, TEXT_MOST)
        for piece in ([part] if len(json.dumps(part)) <= JSON_MOST_BYTES else split(part, WIDE_TEXT_MOST))
    ]


def _keyboard(choices: Sequence[Choice]) -> dict[str, Any]:
    """Return a keyboard of one column. A press writes the id of its button, unseen."""
    buttons = [
        {
            "Columns": 6,
            "Rows": 1,
            "ActionType": "reply",
            "ActionBody": choice.payload,
            "Silent": True,
            "Text": shorten(choice.title, TITLE_MOST_CHARS).replace("&", "&amp;").replace("<", "&lt;"),
        }
        for choice in choices
    ]
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons}
