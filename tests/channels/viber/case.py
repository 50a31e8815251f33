"""Viber, played. https://developers.viber.com/docs/api/rest-bot-api/"""

import hashlib
import hmac
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

TOKEN = "viber-token-0123456789"
_numbers = itertools.count(5_741_311_803_571_721_087)


class ViberCase(Case):
    """One bot."""

    name = "viber"
    folder = Path(__file__).parent
    settings = {"VIBER_AUTH_TOKEN": TOKEN, "VIBER_SENDER_NAME": "Sunrise Clinic"}  # noqa: RUF012
    rate_limited = Says(200, {"status": 12, "status_message": "tooManyRequests"}, headers={"Retry-After": "1"})
    troubles = (
        Trouble("too many, without a time", Says(200, {"status": 12}), "again"),
        Trouble("bad token", Says(200, {"status": 2, "status_message": "invalidAuthToken"}), "paused"),
        Trouble("not registered", Says(200, {"status": 5}), "stopped"),
        Trouble("not subscribed yet", Says(200, {"status": 6}), "stopped"),
        Trouble("blocked", Says(200, {"status": 7}), "stopped"),
        Trouble("our account suspended", Says(200, {"status": 9}), "failed"),
        Trouble("no money left", Says(200, {"status": 24}), "failed"),
        Trouble("bad data", Says(200, {"status": 3}), "failed"),
        Trouble("a number we do not know", Says(200, {"status": 999}), "failed"),
        Trouble("400", Says(400), "failed"),
    )

    def person(self, number: int) -> str:
        return f"01234567890A{number:06}=="

    def event_id(self, number: int) -> str:
        return f"{4_912_661_846_655_238_145 + number}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return {
            "event": "message",
            "timestamp": 1700000000000,
            "message_token": int(id_),
            "sender": {"id": address, "name": "Nora", "language": "en", "country": "US", "api_version": 10},
            "message": {"type": "text", "text": text, "tracking_data": ""},
        }

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any:
        buttons = [button for call in heard for button in call.body.get("keyboard", {}).get("Buttons", ())]
        return self.text(address, next(b["ActionBody"] for b in buttons if b["Text"] == title), id_)

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        return {"X-Viber-Content-Signature": hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()}

    def usual(self, heard: Heard) -> Says:
        if heard.headers["x-viber-auth-token"] != TOKEN:
            return Says(200, {"status": 2})
        return Says(200, {"status": 0, "status_message": "ok", "message_token": next(_numbers)})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        return [(heard.body["receiver"], heard.body["text"])] if heard.path == "/pa/send_message" else []
