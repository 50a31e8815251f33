"""Telegram, played. https://core.telegram.org/bots/api"""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.channels.case import Case, Trouble
from tests.channels.platform import Heard, Says

SECRET = "hook-secret-0123456789"
_numbers = itertools.count(1000)


class TelegramCase(Case):
    """One bot."""

    name = "telegram"
    folder = Path(__file__).parent
    settings = {"TELEGRAM_BOT_TOKEN": "700100:bot-token-0123456789", "TELEGRAM_SECRET_TOKEN": SECRET}  # noqa: RUF012
    rate_limited = Says(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 1}})
    troubles = (
        Trouble("too many, without a time", Says(429, {"ok": False, "error_code": 429}), "again"),
        Trouble("internal", Says(500, {"ok": False, "error_code": 500}), "again"),
        Trouble("bad token", Says(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}), "paused"),
        Trouble("no such bot", Says(404, {"ok": False, "error_code": 404, "description": "Not Found"}), "paused"),
        Trouble("blocked by the user", Says(403, {"ok": False, "error_code": 403}), "stopped"),
        Trouble("chat not found", Says(400, {"ok": False, "error_code": 400}), "failed"),
        Trouble("too large", Says(413, {"ok": False, "error_code": 413}), "failed"),
    )

    def person(self, number: int) -> str:
        return f"{590_000_000 + number}"

    def text(self, address: str, text: str, id_: str) -> Any:
        chat = {"id": int(address), "type": "private"}
        message = {
            "message_id": int(id_) + 100,
            "date": 1700000000,
            "chat": chat,
            "from": _person(address),
            "text": text,
        }
        return {"update_id": int(id_), "message": message}

    def press(self, heard: Sequence[Heard], title: str, address: str, id_: str) -> Any:
        rows = [row for call in heard for row in call.body.get("reply_markup", {}).get("inline_keyboard", ())]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == title)
        return {
            "update_id": int(id_),
            "callback_query": {"id": f"callback-{id_}", "from": _person(address), "data": data},
        }

    def sign(self, body: bytes, url: str) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    def usual(self, heard: Heard) -> Says:
        if not heard.path.startswith("/bot700100:bot-token-0123456789/"):
            return Says(404, {"ok": False, "error_code": 404})
        if heard.path.endswith(("/sendMessage", "/sendDocument")):
            return Says(200, {"ok": True, "result": {"message_id": next(_numbers)}})
        return Says(200, {"ok": True, "result": True})

    def shown(self, heard: Heard) -> list[tuple[str, str]]:
        if not heard.path.endswith("/sendMessage"):
            return []
        return [(str(heard.body["chat_id"]), heard.body["text"])]


def _person(address: str) -> dict[str, Any]:
    return {"id": int(address), "is_bot": False, "first_name": "Nora"}
