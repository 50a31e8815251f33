"""The safety package's replies as messages of a conversation."""

from frontdoor.conversations.model import Button, Outbound
from frontdoor.safety.replies import reply
from frontdoor.safety.verdict import Verdict


def safety_reply(verdict: Verdict, region: str) -> Outbound:
    """Return the fixed text for an emergency, number first, or the one question for a doubtful case."""
    said = reply(verdict, verdict.language, region)
    buttons = tuple(_button(title, payload) for title, payload in said.buttons)
    return Outbound(said.text, buttons, language=verdict.language)


def _button(title: str, payload: str) -> Button:
    return Button(title, intent=payload[1:]) if payload.startswith("/") else Button(title, url=payload)
