"""Twilio, played. https://www.twilio.com/docs/messaging/guides/webhook-request"""

import base64
import hashlib
import hmac
import itertools
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "twilio-token-0123456789"
LOGIN = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
_numbers = itertools.count(1)


class TwilioCase(Case):
    """One account, one number; people write by SMS."""

    name = "twilio"
    folder = Path(__file__).parent
    settings = {  # noqa: RUF012
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+15550009999",
    }
    content_type = "application/x-www-form-urlencoded"
    rate_limited = Says(429, {"code": 20429, "status": 429}, headers={"Retry-After": "1"})
    troubles = (
        Trouble("too many", Says(429, {"code": 20429, "status": 429}), "again"),
        Trouble("queue is full", Says(400, {"code": 30001, "status": 400}), "again"),
        Trouble("internal", Says(500, {"code": 20500, "status": 500}), "again"),
        Trouble("bad token", Says(401, {"code": 20003, "status": 401}), "paused"),
        Trouble("outside the window", Says(400, {"code": 63016, "status": 400}), "expired"),
        Trouble("said STOP to Twilio", Says(400, {"code": 21610, "status": 400}), "stopped"),
        Trouble("no permission for the region", Says(400, {"code": 21408, "status": 400}), "failed"),
        Trouble("forbidden", Says(403, {"status": 403}), "failed"),
        Trouble("no such number", Says(400, {"code": 21211, "status": 400}), "failed"),
        Trouble("too long", Says(400, {"code": 21617, "status": 400}), "failed"),
        Trouble("a code of next year", Says(400, {"code": 99999, "status": 400}), "failed"),
        Trouble("a refusal without a code", Says(404, text="not JSON"), "failed"),
    )

    def person(self, number: int) -> str:
        return f"+1555010{number:04d}"

    def event_id(self, number: int) -> str:
        return f"SM{number:032x}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return {
            "ToCountry": "US", "ToState": "", "SmsMessageSid": id_, "NumMedia": "0", "ToCity": "", "FromZip": "",
            "SmsSid": id_, "FromState": "NY", "SmsStatus": "received", "FromCity": "", "Body": text,
            "FromCountry": "US", "To": "+15550009999", "ToZip": "", "NumSegments": "1", "MessageSid": id_,
            "AccountSid": ACCOUNT, "From": address, "ApiVersion": "2010-04-01",
        }  # fmt: skip

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        signed = url + "".join(name + value for name, value in sorted(pairs))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        return {"X-Twilio-Signature": base64.b64encode(digest).decode()}

    def usual(self, heard: Heard) -> Says:
        if heard.headers.get("authorization") != f"Basic {LOGIN}":
            return Says(401, {"code": 20003, "status": 401})
        return Says(201, {"sid": f"SMout{next(_numbers):029x}", "status": "queued", "error_code": None})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        return [(heard.body["To"], heard.body["Body"])] if heard.path.endswith("/Messages.json") else []

    def encode(self, content: Any) -> bytes:
        if not isinstance(content, dict):
            return str(content).encode()
        return urlencode({str(name): str(value) for name, value in content.items()}).encode()
