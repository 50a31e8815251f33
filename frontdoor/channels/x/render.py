"""Messages as X calls, and what the answers mean. https://docs.x.com/x-api/direct-messages/manage/introduction"""

from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, Failed, Letter, Outcome, Recipient, Reply, Sent
from frontdoor.channels.cutting import split
from frontdoor.channels.meta.reading import inner, text
from frontdoor.channels.numbered import with_numbers

TEXT_MOST = 10_000  # characters in one message
TOO_MANY, NO_TOKEN, NOT_PAID, NOT_ALLOWED = 429, 401, 402, 403
PATIENCE_SECONDS = 300.0  # X counts messages over 15 minutes
# Numbers of version 1.1 that X still gives beside a status.
NOT_REACHED = (349, 150, 50)  # closed to us; no follower; gone
DEAD_TOKEN = (32, 89, 99)
SUSPENDED = (64, 326)


@dataclass(frozen=True)
class Api:
    """Where and as whom we call."""

    base: str
    token: str

    def call(self, path: str, body: dict[str, Any] | None) -> Call:
        """Return one call; without *body* it is a GET."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return Call(f"{self.base}/2/{path}", json=body, headers=headers, method="GET" if body is None else "POST")

    def messages(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls: X has no buttons and no files, so both are written out."""
        file = [Choice(letter.file_name or "⬇", url=letter.file_url)] if letter.file_url else []
        parts = split(with_numbers(letter.text, [*file, *letter.choices]), TEXT_MOST)
        return [self.call(f"dm_conversations/with/{to.address}/messages", {"text": part}) for part in parts]


def judge(reply: Reply) -> Outcome:
    """Read an answer by its status and, where there are any, its numbers."""
    sent = text(inner(reply.body, "data"), "dm_event_id")
    if reply.status // 100 == 2:
        return Sent(sent) if sent else Failed("unknown", f"{reply.status}")
    codes = _codes(reply)
    named = f"{reply.status}/{codes[0]}" if codes else f"{reply.status}"
    if reply.status == TOO_MANY:
        return Failed("retry", named, reply.retry_after_seconds or PATIENCE_SECONDS, everyone=True)
    if reply.status >= 500:
        return Failed("retry", named, reply.retry_after_seconds)
    if reply.status == NO_TOKEN or _any(codes, DEAD_TOKEN):
        return Failed("token", named)
    if _any(codes, NOT_REACHED):
        return Failed("stopped", named)
    if reply.status in (NOT_PAID, NOT_ALLOWED) or _any(codes, SUSPENDED):
        return Failed("config", named)
    return Failed("content", named)


def _codes(reply: Reply) -> list[int]:
    errors = reply.body.get("errors")
    found = [error.get("code") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return [code for code in found if isinstance(code, int) and not isinstance(code, bool)]


def _any(codes: list[int], known: tuple[int, ...]) -> bool:
    return any(code in known for code in codes)
