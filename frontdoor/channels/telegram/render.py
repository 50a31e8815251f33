"""Messages as Bot API calls, and what the answers mean. https://core.telegram.org/bots/api#sendmessage"""

from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

from frontdoor.channels.contract import Call, Choice, Failed, Letter, Outcome, Recipient, Reply, Sent, Upload
from frontdoor.channels.cutting import shorten, split

TEXT_MOST = 4096  # UTF-16 units in one sendMessage
TITLE_MOST_CHARS = 64  # ours: longer ones are cut on phones
BUTTONS_MOST = 100
WEB = ("http://", "https://")
GONE = 403  # blocked by the user, or the account is deleted
BAD_TOKEN = (401, 404)
TOO_MANY = 429


@dataclass(frozen=True)
class Api:
    """Where and as whom we call."""

    base: str
    token: str
    files: str = ""  # where our own files are

    def call(self, method: str, body: dict[str, Any], *, counts: bool = True) -> Call:
        """Return one call of the Bot API."""
        return Call(f"{self.base}/bot{self.token}/{method}", json=body, counts=counts)

    def messages(self, letter: Letter, to: Recipient) -> list[Call]:
        """Return a letter's calls: the text in parts, the buttons under the last, then the file.

        By its address, Telegram takes PDF and ZIP only: a file of ours is uploaded, any other is a button.
        """
        ours = bool(self.files) and letter.file_url.startswith(f"{self.files}/")
        buttons = [_button(choice) for choice in letter.choices if choice.payload or choice.url.startswith(WEB)]
        if letter.file_url and not ours:
            buttons.append({"text": shorten(letter.file_name or "⬇", TITLE_MOST_CHARS), "url": letter.file_url})
        parts = split(_with_numbers_to_call(letter), TEXT_MOST, "utf16") or (["…"] if buttons else [])
        bodies: list[dict[str, Any]] = [{"chat_id": to.address, "text": part} for part in parts]
        if buttons:
            bodies[-1]["reply_markup"] = {"inline_keyboard": [[button] for button in buttons[:BUTTONS_MOST]]}
        calls = [self.call("sendMessage", body) for body in bodies]
        return [*calls, self._document(letter, to)] if ours else calls

    def _document(self, letter: Letter, to: Recipient) -> Call:
        """Return the call that uploads a file; where it cannot be read, its address goes out."""
        name = letter.file_name or letter.file_url.rpartition("/")[2]
        upload = Upload("document", letter.file_url, name, guess_type(name)[0] or "application/octet-stream")
        link = self.call("sendMessage", {"chat_id": to.address, "text": letter.file_url})
        return Call(
            f"{self.base}/bot{self.token}/sendDocument", form={"chat_id": to.address}, upload=upload, instead=link
        )


def judge(call: Call, reply: Reply) -> Outcome:
    """Read a Bot API answer by its numbers."""
    match reply.body:
        case {"ok": True, "result": {"message_id": int(number)}}:
            return Sent(f"{number}")
        case {"ok": True}:
            return Sent()
    code = reply.body.get("error_code", reply.status)
    code = code if isinstance(code, int) else reply.status
    if 200 <= code < 300:  # taken, perhaps: there is no word about it
        return Failed("unknown", f"{code}")
    if code == TOO_MANY:
        return Failed("retry", "429", _retry_after(reply))
    if code == GONE:
        return Failed("stopped", "403")
    if code in BAD_TOKEN:
        return Failed("token", f"{code}")
    if code >= 500:
        return Failed("retry", f"{code}")
    return Failed("content", f"{code}")


def _with_numbers_to_call(letter: Letter) -> str:
    """Return the text with what Telegram takes as no button: a tel: link."""
    calls = [choice for choice in letter.choices if choice.url and not choice.url.startswith(WEB)]
    numbers = [(choice.title, choice.url.partition(":")[2]) for choice in calls]
    lines = [f"{title}: {number}" for title, number in numbers if number not in letter.text]
    return "\n".join([letter.text, *lines])


def _button(choice: Choice) -> dict[str, str]:
    title = shorten(choice.title, TITLE_MOST_CHARS)
    return {"text": title, "url": choice.url} if choice.url else {"text": title, "callback_data": choice.payload}


def _retry_after(reply: Reply) -> float | None:
    match reply.body:
        case {"parameters": {"retry_after": int() | float() as seconds}}:
            return float(seconds)
    return reply.retry_after_seconds
