"""WhatsApp, played. https://developers.facebook.com/docs/whatsapp/cloud-api"""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.channels.case import Case, Trouble
from tests.channels.meta_case import (
    APP_SECRET,
    META_TROUBLES,
    TOKEN,
    VERIFY_TOKEN,
    meta_signature,
    says_error,
    too_many,
)
from tests.channels.platform import Heard, Says

NUMBER = "10600"
_numbers = itertools.count(1000)


class WhatsAppCase(Case):
    """One number."""

    name = "whatsapp"
    folder = Path(__file__).parent
    settings = {  # noqa: RUF012
        "WHATSAPP_APP_SECRET": APP_SECRET, "WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN, "WHATSAPP_PHONE_NUMBER_ID": NUMBER,
        "WHATSAPP_ACCESS_TOKEN": TOKEN, "WHATSAPP_TEMPLATE": "clinic_message",
    }  # fmt: skip
    rate_limited = too_many(130429)
    troubles = (
        *META_TROUBLES,
        Trouble("too many to one person", says_error(400, 131056), "again"),
        Trouble("something went wrong", says_error(500, 131000), "again"),
        Trouble("outside the window", says_error(400, 131047), "expired"),
        Trouble("undeliverable", says_error(400, 131026), "failed"),
        Trouble("no such template", says_error(404, 132001), "failed"),
        Trouble("not paid", says_error(400, 131042), "failed"),
        Trouble("account locked", says_error(403, 131031), "failed"),
    )

    def person(self, number: int) -> str:
        return f"{15_550_100_000 + number}"

    def event_id(self, number: int) -> str:
        return f"wamid.{number:06}"

    def text(self, address: str, text: str, id_: str) -> Any:
        return self.batch([(address, text, id_)])

    def batch(self, items: Sequence[tuple[str, str, str]]) -> Any:
        return _webhook([
            {"from": who, "id": id_, "timestamp": "1700000000", "type": "text", "text": {"body": text}}
            for who, text, id_ in items
        ])  # fmt: skip

    def with_a_bad_item(self, before: tuple[str, str, str], after: tuple[str, str, str]) -> Any:
        content = self.batch([before, after])
        content["entry"][0]["changes"][0]["value"]["messages"].insert(1, {"id": "wamid.bad", "type": {"text": 1}})
        return content

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any:
        parts = [call.body["interactive"]["action"] for call in heard if "interactive" in call.body]
        buttons = [button["reply"] for part in parts for button in part.get("buttons", ())]
        reply = next(reply for reply in buttons if reply["title"] == title)
        answer = {"type": "button_reply", "button_reply": reply}
        message = {"from": address, "id": id_, "timestamp": "1700000001", "type": "interactive", "interactive": answer}
        return _webhook([message])

    def echo(self, address: str, text: str, id_: str) -> Any:
        said = {"from": "15550000000", "to": address, "id": id_, "timestamp": "1700000001", "type": "text"}
        content = _webhook([])
        change = content["entry"][0]["changes"][0]
        change["field"] = "smb_message_echoes"
        change["value"]["message_echoes"] = [said | {"text": {"body": text}}]
        return content

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        return meta_signature(body)

    def usual(self, heard: Heard) -> Says:
        if heard.path != f"/v26.0/{NUMBER}/messages" or heard.headers["authorization"] != f"Bearer {TOKEN}":
            return says_error(401, 190)
        if heard.body.get("status") == "read":
            return Says(200, {"success": True})
        return Says(200, {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.out.{next(_numbers)}"}]})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        body = heard.body
        text = body.get("text", {}).get("body") or body.get("interactive", {}).get("body", {}).get("text")
        return [(body.get("to") or body["recipient"], text)] if text else []


def _webhook(messages: list[Any]) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550000000", "phone_number_id": NUMBER}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "messages": messages}
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
