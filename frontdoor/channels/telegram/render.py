"""Messages as Bot API calls, and what the answers mean. https://core.telegram.org/bots/api#sendmessage"""

from dataclasses import dataclass
from typing import Any

from frontdoor.channels.contract import Call, Choice, Failed, Letter, Outcome, Recipient, Reply, Sent
from frontdoor.channels.cutting import shorten, split

TEXT_MOST = 4096  # UTF-16 units in one sendMessage
TITLE_MOST_CHARS = 64  # ours: longer ones are cut on phones
GONE = 403  # blocked by the user, or the account is deleted
BAD_TOKEN = (401, 404)
TOO_MANY = 429


@dataclass(frozen=True)
class Api:
    """Where and as whom we call."""

    base: str
    token: str

    def call(self, method: str, body: dict[str, Any], *, counts: bool = True) -> Call:
        """Return one call of the Bot API."""
        return Call(f"{self.base}/bot{self.token}/{method}", json=body, counts=counts)

    def messages(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls: the text in parts, the buttons under the last, then the file."""
        parts = split(letter.text, TEXT_MOST, "utf16") or ["…"] if letter.text or letter.choices else []
        calls = [self.call("sendMessage", {"chat_id": to.address, "text": part}) for part in parts]
        if letter.choices and calls:
            calls[-1] = self.call("sendMessage", {**calls[-1].json, "reply_markup": _keyboard(letter)})
        if letter.file_url:
            body = {"chat_id": to.address, "document": letter.file_url}
            calls.append(self.call("sendDocument", body))
        return calls


def judge(call: Call, reply: Reply) -> Outcome:
    """Read a Bot API answer by its numbers."""
    match reply.body:
        case {"ok": True, "result": {"message_id": int(number)}}:
            return Sent(f"{number}")
        case {"ok": True}:
            return Sent()
    code = reply.body.get("error_code", reply.status)
    code = code if isinstance(code, int) else reply.status
    if code == TOO_MANY:
        return Failed("retry", "429", _retry_after(reply))
    if code == GONE:
        return Failed("stopped", "403")
    if code in BAD_TOKEN:
        return Failed("token", f"{code}")
    if code >= 500:
        return Failed("retry", f"{code}")
    return Failed("content", f"{code}")


def _keyboard(letter: Letter) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(choice)] for choice in letter.choices]}


def _button(choice: Choice) -> dict[str, str]:
    title = shorten(choice.title, TITLE_MOST_CHARS)
    # Telegram refuses tel: links; the number stands in the text.
    if choice.url.startswith(("http://", "https://")):
        return {"text": title, "url": choice.url}
    return {"text": title, "callback_data": choice.payload or "-"}


def _retry_after(reply: Reply) -> float | None:
    match reply.body:
        case {"parameters": {"retry_after": int() | float() as seconds}}:
            return float(seconds)
    return reply.retry_after_seconds
