"""Calls of the Send API, which Messenger and Instagram share. https://developers.facebook.com/docs/messenger-platform/send-messages"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, Recipient, Window
from frontdoor.channels.cutting import shorten
from frontdoor.channels.signatures import hex_hmac

VERSION = "v26.0"
QUICK_REPLIES_MOST = 13
TITLE_MOST_CHARS = 20


@dataclass(frozen=True)
class Graph:
    """Where and as whom we call. *proof*: the app's secret, that signs the token."""

    base: str
    token: str
    proof: str = ""

    def call(self, path: str, body: Mapping[str, Any] | None, *, counts: bool = True, **asked: str | int) -> Call:
        """Return one call; without *body* it is a GET. *asked* stands in its query."""
        query = [f"{name}={value}" for name, value in asked.items()]
        query += [f"appsecret_proof={hex_hmac(self.proof, self.token.encode())}"] if self.proof else []
        url = f"{self.base}/{VERSION}/{path}" + (f"?{'&'.join(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self.token}"}
        return Call(url, json=body, headers=headers, method="GET" if body is None else "POST", counts=counts)


def message(graph: Graph, to: Recipient, content: Mapping[str, Any]) -> Call:
    """Return the call that shows *content*.

    Raises:
        Window: Nothing may be written now.
    """
    return graph.call("me/messages", {"recipient": {"id": to.address}, **_occasion(to), "message": content})


def actions(graph: Graph, to: Recipient) -> list[Call]:
    """Return the calls that mark the person's message as seen and show "typing…"."""
    return [
        graph.call("me/messages", {"recipient": {"id": to.address}, "sender_action": action}, counts=False)
        for action in ("mark_seen", "typing_on")
    ]


def quick_replies(choices: list[Choice], *, numbered: bool) -> list[dict[str, str]]:
    """Return *choices* as quick replies; *numbered* where the text has them in full, behind the same numbers."""
    return [
        {
            "content_type": "text",
            "title": shorten(f"{number}. {choice.title}" if numbered else choice.title, TITLE_MOST_CHARS),
            "payload": choice.payload,
        }
        for number, choice in enumerate(choices, 1)
    ]


def _occasion(to: Recipient) -> dict[str, str]:
    """Say why we write: as an answer, or, for a week and by a person only, as a human agent.

    Raises:
        Window: Nothing may be written now.
    """
    if to.window_open:
        return {"messaging_type": "RESPONSE"}
    if to.written_by_staff and to.staff_window_open:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    raise Window
