"""X, played. https://docs.x.com/x-api/direct-messages"""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

CONSUMER_SECRET, TOKEN, OURS = "consumer-secret-0123456789", "user-token-0123456789", "4337869213"
_numbers = itertools.count(1000)


class XCase(Case):
    """One account."""

    name = "x"
    folder = Path(__file__).parent
    settings = {"X_CONSUMER_SECRET": CONSUMER_SECRET, "X_ACCESS_TOKEN": TOKEN, "X_USER_ID": OURS}  # noqa: RUF012
    rate_limited = Says(429, {"title": "Too Many Requests"}, headers={"Retry-After": "1"})
    troubles = (
        Trouble("internal", Says(500, {"title": "Internal"}), "again"),
        Trouble("over capacity", Says(503, {"errors": [{"code": 130}]}), "again"),
        Trouble("dead token", Says(401, {"title": "Unauthorized"}), "paused"),
        Trouble("revoked token", Says(403, {"errors": [{"code": 89}]}), "paused"),
        Trouble("closed to us", Says(403, {"errors": [{"code": 349}]}), "stopped"),
        Trouble("not allowed", Says(403, {"title": "Forbidden"}), "failed"),
        Trouble("no credits", Says(402, {"title": "CreditsDepleted"}), "failed"),
        Trouble("bad request", Says(400, {"errors": [{"message": "words"}]}), "failed"),
    )

    def person(self, number: int) -> str:
        return f"{2_244_994_000 + number}"

    def event_id(self, number: int) -> str:
        return f"{1_580_000_000_000_000_000 + number}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return _activity("dm.received", [_created(id_, address, OURS, text)])

    def batch(self, items: Sequence[tuple[str, str, str]]) -> Any:
        return _activity("dm.received", [_created(id_, who, OURS, text) for who, text, id_ in items])

    def with_a_bad_item(self, before: tuple[str, str, str], after: tuple[str, str, str]) -> Any:
        content = self.batch([before, after])
        content["data"]["payload"]["direct_message_events"].insert(1, {"type": "message_create", "message_create": 7})
        return content

    def echo(self, address: str, text: str, id_: str) -> Any:
        return _activity("dm.sent", [_created(id_, OURS, address, text)])

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        digest = hmac.new(CONSUMER_SECRET.encode(), body, hashlib.sha256).digest()
        return {"x-twitter-webhooks-signature": f"sha256={base64.b64encode(digest).decode()}"}

    def usual(self, heard: Heard) -> Says:
        if heard.headers["authorization"] != f"Bearer {TOKEN}":
            return Says(401)
        return Says(201, {"data": {"dm_conversation_id": "1-2", "dm_event_id": f"{next(_numbers)}"}})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        parts = heard.path.split("/")
        return [(parts[4], heard.body["text"])] if parts[-1] == "messages" else []


def _created(id_: str, sender: str, to: str, text: str) -> dict[str, Any]:
    created = {"target": {"recipient_id": to}, "sender_id": sender, "message_data": {"text": text, "entities": {}}}
    return {"type": "message_create", "id": id_, "created_timestamp": "1700000000000", "message_create": created}


def _activity(kind: str, events: list[Any]) -> dict[str, Any]:
    payload = {"direct_message_events": events, "users": {}}
    filter_ = {"user_id": OURS}
    return {"data": {"event_type": kind, "event_uuid": "u-1", "filter": filter_, "tag": "dm", "payload": payload}}
