"""LINE, played. https://developers.line.biz/en/reference/messaging-api/"""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

SECRET, TOKEN = "line-secret-0123456789abcdef", "line-token-0123456789"
_numbers = itertools.count(461_000_000_000)


class LineCase(Case):
    """One official account. Its messages come without a reply token, so that answers are pushes."""

    name = "line"
    folder = Path(__file__).parent
    settings = {"LINE_CHANNEL_SECRET": SECRET, "LINE_ACCESS_TOKEN": TOKEN}  # noqa: RUF012
    idempotent = True
    rate_limited = Says(429, {"message": "too many"}, headers={"Retry-After": "1"})
    troubles = (
        Trouble("too many, without a time", Says(429, {"message": "The API rate limit has been exceeded."}), "again"),
        Trouble("internal", Says(500, {"message": "Internal server error"}), "again"),
        Trouble("taken before", Says(409, {"message": "The retry key is already accepted"}), "sent"),
        Trouble("bad token", Says(401, {"message": "Authentication failed"}), "paused"),
        Trouble("plan without pushes", Says(403, {"message": "Not available"}), "failed"),
        Trouble("bad message", Says(400, {"message": "The request body has 1 error(s)"}), "failed"),
        Trouble("no such user", Says(404, {"message": "Not found"}), "failed"),
    )

    def person(self, number: int) -> str:
        return f"U{number:032x}"

    def event_id(self, number: int) -> str:
        return f"01H{number:023d}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return self.batch([(address, text, id_)])

    def batch(self, items: Sequence[tuple[str, str, str]]) -> Any:
        return {"destination": "Uours", "events": [_said(*item) for item in items]}

    def with_a_bad_item(self, before: tuple[str, str, str], after: tuple[str, str, str]) -> Any:
        bad: list[Any] = [None, {"type": "message", "source": 7}, {"type": "message", "source": {"type": "user"}}]
        return {"destination": "Uours", "events": [_said(*before), *bad, _said(*after)]}

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any:
        messages = [message for call in heard for message in call.body["messages"]]
        items = [item["action"] for message in messages for item in message.get("quickReply", {}).get("items", ())]
        data = next(action["data"] for action in items if action["label"] == title)
        return {"destination": "Uours", "events": [_event(address, id_, type="postback", postback={"data": data})]}

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        return {"X-Line-Signature": base64.b64encode(digest).decode()}

    def usual(self, heard: Heard) -> Says:
        if heard.headers.get("authorization") != f"Bearer {TOKEN}":
            return Says(401, {"message": "Authentication failed"})
        if heard.path.startswith("/v2/bot/message/"):
            return Says(200, {"sentMessages": [{"id": f"{next(_numbers)}"} for _ in heard.body["messages"]]})
        return Says(202, {})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        if not heard.path.startswith("/v2/bot/message/"):
            return []
        return [(heard.body.get("to", ""), message["text"]) for message in heard.body["messages"]]


def _said(address: str, text: str, id_: str) -> dict[str, Any]:
    return _event(address, id_, type="message", message={"id": id_[3:], "type": "text", "text": text})


def _event(address: str, id_: str, **more: Any) -> dict[str, Any]:
    source = {"type": "user", "userId": address}
    own = {"webhookEventId": id_, "mode": "active", "timestamp": 1700000000000, "source": source}
    return own | {"deliveryContext": {"isRedelivery": False}} | more
