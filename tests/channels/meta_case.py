"""Messenger and Instagram, played. https://developers.facebook.com/docs/messenger-platform"""

import hashlib
import hmac
import itertools
from collections.abc import Sequence
from typing import Any, ClassVar

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

APP_SECRET, VERIFY_TOKEN, TOKEN = "app-secret-0123456789", "verify-token-0123456789", "access-token-0123456789"
META_APP_ID = "900100"
_numbers = itertools.count(1000)


def says_error(status: int, code: int, subcode: int | None = None) -> Says:
    """Answer with one of Meta's error numbers."""
    error = {"message": "words that nobody reads", "type": "OAuthException", "code": code}
    return Says(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})


def meta_signature(body: bytes) -> dict[str, str]:
    """Sign *body* as the app."""
    digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def too_many(code: int) -> Says:
    """Say "too many", to be tried again after a second."""
    return Says(429, {"error": {"code": code}}, headers={"Retry-After": "1"})


META_TROUBLES = (
    Trouble("a passing fault", says_error(500, 1), "again"),
    Trouble("temporarily unavailable", says_error(503, 2), "again"),
    Trouble("too many calls of the app", says_error(400, 4), "again"),
    Trouble("expired token", says_error(401, 190, 463), "paused"),
    Trouble("invalid token", says_error(400, 190), "paused"),
    Trouble("401 without a number", Says(401), "paused"),
    Trouble("no permission", says_error(403, 10), "failed"),
    Trouble("permission of the app", says_error(400, 200), "failed"),
    Trouble("bad parameter", says_error(400, 100), "failed"),
    Trouble("400 without a number", Says(400), "failed"),
)


class InboxCase(Case):
    """What both have in common."""

    object: ClassVar[str]
    account: ClassVar[str]
    rate_limited = too_many(613)
    troubles = (
        *META_TROUBLES,
        Trouble("too many to one person", says_error(400, 613), "again"),
        Trouble("outside the window", says_error(400, 10, 2018278), "expired"),
        Trouble("person gone", says_error(400, 551, 1545041), "stopped"),
        Trouble("no such person", says_error(400, 100, 2018001), "stopped"),
        Trouble("page restricted", says_error(400, 10, 1893063), "failed"),
    )

    def person(self, number: int) -> str:
        return f"{7_310_000_000_000 + number}"

    def event_id(self, number: int) -> str:
        return f"m_{number:06}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return self._webhook([self._item(address, {"message": {"mid": id_, "text": text}})])

    def batch(self, items: Sequence[tuple[str, str, str]]) -> Any:
        return self._webhook([self._item(who, {"message": {"mid": id_, "text": text}}) for who, text, id_ in items])

    def with_a_bad_item(self, before: tuple[str, str, str], after: tuple[str, str, str]) -> Any:
        content = self.batch([before, after])
        content["entry"][0]["messaging"].insert(1, {"sender": None, "message": {"mid": ["what"]}})
        return content

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any:
        replies = [reply for call in heard for reply in call.body.get("message", {}).get("quick_replies", ())]
        payload = next(reply["payload"] for reply in replies if reply["title"].endswith(title))
        message = {"mid": id_, "text": title, "quick_reply": {"payload": payload}}
        return self._webhook([self._item(address, {"message": message})])

    def echo(self, address: str, text: str, id_: str) -> Any:
        message = {"mid": id_, "text": text, "is_echo": True, "app_id": 26390}
        item = {"sender": {"id": self.account}, "recipient": {"id": address}, "timestamp": 1700000001000}
        return self._webhook([item | {"message": message}])

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        return meta_signature(body)

    def usual(self, heard: Heard) -> Says:
        if heard.path != "/v26.0/me/messages" or heard.headers["authorization"] != f"Bearer {TOKEN}":
            return says_error(400, 190)
        to = heard.body["recipient"]["id"]
        if "sender_action" in heard.body:
            return Says(200, {"recipient_id": to})
        return Says(200, {"recipient_id": to, "message_id": f"m_out_{next(_numbers)}"})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        message = heard.body.get("message", {})
        template = message.get("attachment", {}).get("payload", {})
        text = message.get("text") or template.get("text")
        return [(heard.body["recipient"]["id"], text)] if text else []

    def _item(self, address: str, what: dict[str, Any]) -> dict[str, Any]:
        return {"sender": {"id": address}, "recipient": {"id": self.account}, "timestamp": 1700000000000} | what

    def _webhook(self, items: list[Any]) -> dict[str, Any]:
        return {"object": self.object, "entry": [{"id": self.account, "time": 1700000000100, "messaging": items}]}
